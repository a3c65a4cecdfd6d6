"""Types of the profiles room."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec

from shuke.friends import Audience, Face, Relation

MOST_FOODS = 12
FOOD_LENGTH = 30


class ShownPlace(msgspec.Struct, frozen=True):
    """Where somebody was; `day` by the place's clock."""

    place_id: UUID
    name: str
    category: str
    city: str
    day: date


class ShownCard(msgspec.Struct, frozen=True):
    """A card somebody holds. `tier` only for badges; `open`: others can take it; `mine`: the viewer has it, too."""

    merchant_id: UUID
    name: str
    colour: str
    open: bool
    mine: bool


class Badge(msgspec.Struct, frozen=True):
    """Something earned: kind member (`value`: the year), regular (`name`: the shop, `value`: the tier) or reviews (`value`: how many)."""

    kind: str
    name: str
    value: str


class Shown(msgspec.Struct, frozen=True):
    """A person as one viewer sees her; null for what the viewer may not see. `photo` of the face in full size is at `picture`."""

    face: Face
    picture: str | None
    about: str
    relation: Relation | None
    foods: list[str] | None
    places: list[ShownPlace] | None
    cards: list[ShownCard] | None
    badges: list[Badge] | None


class Own(msgspec.Struct, frozen=True):
    """What one's own profile says, and who sees what."""

    photo_id: UUID | None
    about: str
    foods: list[str]
    foods_for: Audience
    places_for: Audience
    cards_for: Audience
    badges_for: Audience
    hidden: bool
    """Picture and words are hidden from others by a decision."""


class Draft(msgspec.Struct, frozen=True):
    """`photo_id` is a photo of one's own album; null takes the picture away. Foods are a dozen at most, of 30 characters."""

    photo_id: UUID | None = None
    about: Annotated[str, msgspec.Meta(max_length=1200)] = ""
    foods: Annotated[list[str], msgspec.Meta(max_length=50)] = []
    foods_for: Audience = "friends"
    places_for: Audience = "friends"
    cards_for: Audience = "friends"
    badges_for: Audience = "friends"


class Wishes(msgspec.Struct, frozen=True):
    """A row of profiles.profiles."""

    foods: list[str] = []
    foods_for: Audience = "friends"
    cards_for: Audience = "friends"
    badges_for: Audience = "friends"


class CardLink(msgspec.Struct, frozen=True):
    """The link by which the shown person passes her card on."""

    code: str
    address: str


class Was(msgspec.Struct, frozen=True):
    """The last time somebody was at a place."""

    place_id: UUID
    at: datetime
