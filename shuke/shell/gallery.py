"""Invented values for the gallery of components; nothing here reaches a real page."""

from datetime import UTC, datetime

import msgspec


class Price(msgspec.Struct, frozen=True):
    """An amount as `filters.Amount` wants it."""

    minor: int
    currency: str


class Shop(msgspec.Struct, frozen=True):
    """A merchant or store by name."""

    id: str
    name: str


CATEGORIES = (
    "restaurant fast_food cafe bar nightclub hotel grocery bakery fashion hairdresser pharmacy home books sports culture shop"
)
POINTS = [
    {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [24.9377 + number % 4 * 0.0038, 60.1675 + number // 4 * 0.0023]},
        "properties": {
            "id": f"p{number}",
            "name": f"{name} 山海",
            "category": name,
            "deals": number % 3,
            "open": number % 5 != 0,
        },
    }
    for number, name in enumerate(CATEGORIES.split())
]
SHOWN: dict[str, object] = {
    "points": {"type": "FeatureCollection", "features": POINTS},
    "merchant": Shop("0192", "山海茶室 Mountain & Sea Tea"),
    "store": Shop("0193", "Kamppi"),
    "staff_name": "李小雨",
    "nav": "wallet",
    "bill": Price(12850, "CNY"),
    "yen": Price(3980, "JPY"),
    "euro": Price(-450, "EUR"),
    "moment": datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
    "members": [
        ("陈静", "+8613800138000", 14, Price(186000, "CNY"), "good"),
        ("Aino Virtanen", "+358401234567", 3, Price(20450, "CNY"), "warn"),
        ("O'Brien <b>& Söhne</b>", "95588", 0, Price(0, "CNY"), ""),
    ],
    "chart": {
        "legend": {},
        "xAxis": {
            "type": "category",
            "data": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        },
        "yAxis": {"type": "value"},
        "series": [
            {"name": "Visits", "type": "bar", "data": [32, 41, 38, 52, 88, 120, 96]},
            {
                "name": "New",
                "type": "line",
                "smooth": True,
                "data": [4, 6, 3, 9, 14, 22, 18],
            },
        ],
    },
}
