"""Helsinki's places as merchants with stores: one merchant for each brand or name."""

from collections import Counter
from collections.abc import Iterable, Sequence
from unicodedata import normalize

import msgspec
import phonenumbers

from shuke.demo.types import Category, Place

ZONE = "Europe/Helsinki"
CURRENCY = "EUR"
FIRST_SLICE = 40
_A_CATEGORY_AT_FIRST = 2


class Brand(msgspec.Struct, frozen=True):
    """What becomes a merchant: places that share a brand, or else a name."""

    key: str
    name: str
    category: Category
    places: tuple[Place, ...]


def brands(places: Iterable[Place]) -> list[Brand]:
    """Every brand; a small mixed slice of well-described ones first, then the rest by key."""
    by_key: dict[str, list[Place]] = {}
    for place in places:
        by_key.setdefault((place.brand or place.name).casefold(), []).append(place)
    every = [_brand(key, found) for key, found in sorted(by_key.items())]
    first = _first_slice(every)
    chosen = {brand.key for brand in first}
    return first + [brand for brand in every if brand.key not in chosen]


def _brand(key: str, places: Sequence[Place]) -> Brand:
    [(name, _)] = Counter(place.brand or place.name for place in places).most_common(1)
    [(category, _)] = Counter(place.category for place in places).most_common(1)
    return Brand(key=key, name=name, category=category, places=tuple(places))


def _first_slice(every: Sequence[Brand]) -> list[Brand]:
    taken: Counter[Category] = Counter()
    first: list[Brand] = []
    for brand in sorted(every, key=lambda brand: (-_known(brand), brand.key)):
        if taken[brand.category] < _A_CATEGORY_AT_FIRST and len(first) < FIRST_SLICE:
            taken[brand.category] += 1
            first.append(brand)
    return first


def _known(brand: Brand) -> int:
    """How much there is to see: each store with hours counts, and its phone and address."""
    return sum(
        2 * (place.opening_hours is not None) + bool(place.phone) + bool(place.street and place.house_number)
        for place in brand.places
    )


def store_name(brand: Brand, place: Place) -> str:
    """The place's name, with its street where the brand has several places."""
    return f"{place.name}, {address(place)}" if len(brand.places) > 1 and place.street else place.name


def address(place: Place) -> str:
    """Street and house number."""
    return f"{place.street} {place.house_number}".strip()


def phone(place: Place) -> str:
    """E.164 where it is a valid number; a service number, which has neither + nor 0, as it was written; else nothing."""
    text = normalize("NFKC", place.phone.split(";")[0]).strip()
    if text.lstrip("( ").startswith(("+", "0")):
        try:
            number = phonenumbers.parse(text, "FI")
        except phonenumbers.NumberParseException:
            return ""
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return "" if any(character.isalpha() for character in text) else text[:40]


def hours_text(place: Place) -> str:
    """The words that rows by weekday can't hold: the whole text, or one that speaks of public holidays."""
    hours = place.opening_hours
    return "" if hours is not None and hours.holidays is None else place.opening_hours_text
