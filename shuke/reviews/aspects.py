"""Aspects: what is rated besides the whole, by the category of the place."""

from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Unreadable

EATING = ("taste", "service", "ambience", "value")
CARE = ("result", "service", "cleanliness", "value")
GOODS = ("choice", "service", "value")

ASPECTS: dict[str, tuple[str, ...]] = {
    "restaurant": EATING,
    "fast_food": EATING,
    "cafe": EATING,
    "bar": EATING,
    "nightclub": ("music", "service", "ambience", "value"),
    "bakery": ("taste", "choice", "service", "value"),
    "hotel": ("room", "service", "cleanliness", "location", "value"),
    "hairdresser": CARE,
    "beauty": CARE,
    "health": CARE,
    "services": CARE,
    "sports": ("equipment", "service", "cleanliness", "value"),
    "culture": ("experience", "service", "value"),
    "pharmacy": ("advice", "choice", "service"),
    "grocery": ("freshness", "choice", "service", "value"),
}


PRICE = "price"  # not stars: what one pays there, from 1 to 4; told with the aspects
DEAREST = 4


def aspects_of(category: str) -> tuple[str, ...]:
    """What is rated at places of a category."""
    return ASPECTS.get(category, GOODS)


def aspect_words() -> dict[str, str]:
    """What they are called."""
    return {
        "overall": _("Overall"),
        "taste": _("Taste"),
        "service": _("Service"),
        "ambience": _("Ambience"),
        "value": _("Value for money"),
        "result": _("Result"),
        "cleanliness": _("Cleanliness"),
        "choice": _("Choice"),
        "music": _("Music"),
        "room": _("Room"),
        "location": _("Location"),
        "equipment": _("Equipment"),
        "experience": _("Experience"),
        "advice": _("Advice"),
        "freshness": _("Freshness"),
        PRICE: _("Price level"),
    }


def star_words() -> dict[int, str]:
    """What so many stars say."""
    return {1: _("Poor"), 2: _("Not so good"), 3: _("All right"), 4: _("Good"), 5: _("Excellent")}


def price_words() -> dict[int, str]:
    """What so high a price level says."""
    return {1: _("Inexpensive"), 2: _("Moderate"), 3: _("Expensive"), 4: _("Very expensive")}


def incentive_words() -> dict[str, str]:
    """What a writer may have got for it."""
    return {
        "none": _("No, nothing"),
        "voucher": _("A voucher"),
        "points": _("Points"),
        "discount": _("A discount"),
        "other": _("Something else"),
    }


def demand_aspects(category: str, given: dict[str, int]) -> None:
    """Refusal: aspect_unknown."""
    if not set(given) <= {*aspects_of(category), PRICE} or given.get(PRICE, 1) > DEAREST:
        raise Unreadable("aspect_unknown", _("This place is not rated for that."))
