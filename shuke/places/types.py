"""Types of the places room."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from shuke.kit.events import Event
from shuke.kit.geo import Box, Point

Order = Literal["distance", "score"]
NEARBY = 3000.0  # metres, where nothing else is asked for
FARTHEST = 50_000.0
A_FEW = 50  # places that take hardly longer to find than one


class Place(msgspec.Struct, frozen=True):
    """A store of an approved merchant, or with `merchant_id` None a place that nobody runs here. Position in WGS-84; `price` goes from
    1 to 4, None where it is not known; `score` is 0 where nobody has said anything; `deals` is how many can be bought now; `open` by
    its own clock at this moment, None where its hours are not known; `kind` is what the source says beyond the category."""

    place_id: UUID
    merchant_id: UUID | None
    name: str
    names: dict[str, str]
    category: str
    kind: str
    street: str
    city: str
    zone: str
    longitude: float
    latitude: float
    phone: str
    website: str
    hours_text: str
    photo_id: UUID | None
    price: int | None
    score: float
    reviews: int
    deals: int
    open: bool | None
    source: str

    @property
    def point(self) -> Point:
        """Where it is."""
        return Point(self.longitude, self.latitude)

    def called(self, language: str) -> str:
        """Its name for who reads this language, where it has one in it."""
        return self.names.get(language, self.name)

    @property
    def photo(self) -> str:
        """Address of its picture; empty where it has none."""
        return f"/api/v1/photos/{self.merchant_id}/{self.photo_id}" if self.photo_id else ""


class Ranked(Place, frozen=True):
    """A place with what its list is ordered by."""

    rank: float


class Near(msgspec.Struct, frozen=True):
    """A place and how far it is over the ground."""

    place: Place
    metres: int


class After(msgspec.Struct, frozen=True):
    """The last row of the page before: what it was ordered by, and its id."""

    rank: float
    place_id: UUID


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for around `point`. `category` empty: any; `open_now`, `has_deals`: only such; `price` at most; `score` at least;
    `only` these places; `most` of them from `after` on. By score the best of the nearest thousand come first."""

    point: Point
    radius: float = NEARBY
    category: str = ""
    open_now: bool = False
    has_deals: bool = False
    price: int | None = None
    score: float | None = None
    only: Sequence[UUID] | None = None
    order: Order = "distance"
    most: int = 20
    after: After | None = None


class Sought(msgspec.Struct, frozen=True):
    """What is looked for, within its radius or, with `box`, in that view."""

    wanted: Wanted
    box: Box | None = None

    @property
    def soon(self) -> bool:
        """Whether the answer is soon there: by distance, not many, not of a list."""
        return self.wanted.order == "distance" and self.wanted.most <= A_FEW and self.wanted.only is None


class Found(msgspec.Struct, frozen=True):
    """A page of places; `after` begins the following one, None on the last."""

    items: list[Near]
    after: After | None


class Offer(msgspec.Struct, frozen=True):
    """When one of a merchant's deals can be bought, and at which stores its voucher holds; none: at all."""

    merchant_id: UUID
    starts_at: datetime
    ends_at: datetime
    stores: list[UUID]


class PlacesChanged(Event, frozen=True):
    """These places are new in the index, other than before, or have left it. The owner is their merchant, or who brought them in."""

    owner: UUID
    places: list[UUID]


class OtherDay(msgspec.Struct, frozen=True):
    """A day of the calendar on which not the week's minutes are open but these, as PostgreSQL reads a multirange."""

    day: date
    hours: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A place as it is written; `hours` as PostgreSQL reads a multirange, None where they are not known."""

    place_id: UUID
    merchant_id: UUID | None
    name: str
    names: dict[str, str] = {}
    category: str
    kind: str = ""
    street: str = ""
    city: str = ""
    zone: str
    longitude: float
    latitude: float
    phone: str = ""
    website: str = ""
    hours: str | None = None
    hours_text: str = ""
    photo_id: UUID | None = None
    source: str = ""
    source_id: str = ""
    others: list[OtherDay] = []
