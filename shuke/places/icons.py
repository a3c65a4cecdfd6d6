"""Icons of categories, in lists as on the map."""

ICONS = {
    "restaurant": "utensils",
    "fast_food": "sandwich",
    "cafe": "coffee",
    "bar": "wine",
    "nightclub": "music",
    "hotel": "bed-double",
    "grocery": "shopping-basket",
    "bakery": "croissant",
    "fashion": "shirt",
    "hairdresser": "scissors",
    "beauty": "sparkles",
    "pharmacy": "pill",
    "health": "stethoscope",
    "home": "sofa",
    "electronics": "smartphone",
    "books": "book",
    "sports": "dumbbell",
    "culture": "clapperboard",
    "services": "handshake",
    "shop": "shopping-bag",
}


def icon_of(category: str) -> str:
    """The icon of a category, as on the map."""
    return ICONS.get(category, "map-pin")
