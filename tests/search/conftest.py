"""A few places with names in two scripts, in the index."""

from uuid import UUID, uuid4

import pytest

from shuke.kit.db import Database
from shuke.places.actions import write
from shuke.places.types import Row
from shuke.search import follow

HERE = (24.94, 60.17)
NAMES: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("Café Ekberg", "cafe", {}),
    ("Fazer Café", "cafe", {}),
    ("Stockmann", "shop", {}),
    ("Ravintola Kuu", "restaurant", {"en": "Restaurant Moon"}),
    ("永和大王", "restaurant", {"en": "Yonghe King"}),
    ("一品三笑(五道口店)", "fast_food", {}),
    ("迷你站奶茶专门店", "cafe", {"en": "Mini Station Milktea"}),
    ("重庆小面", "restaurant", {}),
)

Town = dict[str, UUID]


def row(name: str, number: int, category: str = "shop", names: dict[str, str] | None = None) -> Row:
    """A place of nobody, the farther from the middle the higher its number."""
    longitude, latitude = HERE
    return Row(
        place_id=uuid4(),
        merchant_id=None,
        name=name,
        names=names or {},
        category=category,
        zone="Europe/Helsinki",
        longitude=longitude + number * 0.001,
        latitude=latitude,
        source="test",
    )


@pytest.fixture
async def town(database: Database) -> Town:
    """The places by name."""
    rows = [row(name, number, category, names) for number, (name, category, names) in enumerate(NAMES)]
    async with database.write() as db:
        await write(db, rows)
        await follow(db, [one.place_id for one in rows])
    return {one.name: one.place_id for one in rows}
