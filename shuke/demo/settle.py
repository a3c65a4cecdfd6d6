"""Helsinki's brands as merchants that are open for members: stores, card, welcome voucher."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.cards.load import LoadedProgramme, LoadedTier, load_programmes
from shuke.demo.city import CURRENCY, ZONE, Brand, address, hours_text, phone, store_name
from shuke.demo.identity import stable_id
from shuke.demo.logins import OPERATOR, person_of
from shuke.demo.rules import LoadedTemplate, load_templates
from shuke.demo.types import Category, Place
from shuke.kit.db import Db
from shuke.merchants import NewSpell
from shuke.merchants.load import LoadedMerchant, LoadedStore, load_merchants
from shuke.rewards.load import load_welcomes

ABOUT = (
    "A real place in Helsinki, shown for demonstration: the business has nothing to do with this installation, "
    "and the card is ours. Place data © OpenStreetMap contributors (ODbL), April 2019."
)
REASON = "Demo city, from OpenStreetMap"
TIERS = (LoadedTier("Member", 0), LoadedTier("Regular", 200_00), LoadedTier("Friend of the house", 600_00))


class Look(msgspec.Struct, frozen=True):
    """How a category's card looks, and what it welcomes with, in cents: `off` from a bill of `minimum`."""

    colour: str
    off: int
    minimum: int


_SMALL = Look("#7a4a21", 2_00, 8_00)
_MEAL = Look("#a3271c", 5_00, 25_00)
_SHOP = Look("#1d4f91", 5_00, 30_00)
_CARE = Look("#0f6b5c", 5_00, 30_00)
_EVENT = Look("#5b3a8c", 3_00, 15_00)
LOOKS = {
    Category.cafe: _SMALL,
    Category.bakery: _SMALL,
    Category.fast_food: _SMALL,
    Category.restaurant: _MEAL,
    Category.bar: _MEAL,
    Category.nightclub: _EVENT,
    Category.culture: _EVENT,
    Category.hotel: Look("#284b63", 20_00, 120_00),
    Category.hairdresser: _CARE,
    Category.beauty: _CARE,
    Category.pharmacy: _CARE,
    Category.health: _CARE,
}


async def settle(db: Db, brands: Sequence[Brand]) -> None:
    """Bring brands in as approved merchants with all that a member needs."""
    operator = await person_of(db, OPERATOR)
    await load_merchants(db, [_merchant(brand) for brand in brands], operator, REASON)
    await load_programmes(db, [_programme(brand) for brand in brands])
    welcomes = [_welcome(brand) for brand in brands]
    await load_templates(db, welcomes, operator)
    await load_welcomes(db, [(welcome.merchant_id, welcome.template_id) for welcome in welcomes])


def merchant_id(brand: Brand) -> UUID:
    """The merchant that a brand becomes."""
    return stable_id("brand", brand.key)


def _merchant(brand: Brand) -> LoadedMerchant:
    return LoadedMerchant(
        merchant_id=merchant_id(brand),
        name=brand.name[:120],
        about=ABOUT,
        category=brand.category,
        currency=CURRENCY,
        source="demo: OpenStreetMap",
        stores=tuple(_store(brand, place) for place in brand.places),
    )


def _store(brand: Brand, place: Place) -> LoadedStore:
    hours = place.opening_hours
    return LoadedStore(
        store_id=stable_id("place", place.osm_id),
        name=store_name(brand, place),
        zone=ZONE,
        category=place.category,
        source=f"demo: OpenStreetMap {place.osm_id}",
        phone=phone(place),
        street=address(place),
        postcode=place.postcode[:20],
        city=place.city or "Helsinki",
        longitude=place.lon,
        latitude=place.lat,
        website=place.website[:300],
        hours_text=hours_text(place),
        hours=tuple(NewSpell(row.weekday, row.opens, row.closes) for row in hours.rows) if hours else (),
    )


def _programme(brand: Brand) -> LoadedProgramme:
    return LoadedProgramme(
        merchant_id=merchant_id(brand),
        name="Regulars",
        colour=LOOKS.get(brand.category, _SHOP).colour,
        zone=ZONE,
        earn_per=1_00,
        tiers=TIERS,
    )


def _welcome(brand: Brand) -> LoadedTemplate:
    look = LOOKS.get(brand.category, _SHOP)
    return LoadedTemplate(
        merchant_id=merchant_id(brand),
        template_id=stable_id("welcome", brand.key),
        kind="money_off",
        title=f"€{look.off // 100} off from €{look.minimum // 100}",
        terms="For new members. Demonstration only: the real business does not take it.",
        zone=ZONE,
        value=look.off,
        minimum_spend=look.minimum,
        per_person=1,
        valid_days=30,
    )
