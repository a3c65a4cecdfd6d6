"""Types of the search room."""

from typing import Literal
from uuid import UUID

import msgspec

Reason = Literal["name", "sold", "category", "sound", "alike"]


class Sold(msgspec.Struct, frozen=True):
    """Something that a merchant sells, in its own words: a dish, an article, the title of a deal."""

    merchant_id: UUID
    title: str


class Hit(msgspec.Struct, frozen=True):
    """A place that a question found: the smaller the rank the better the reason; `far` in metres of Mercator, 0 without a place to be near
    to; `shown` is what it sells, where that was the reason."""

    place_id: UUID
    rank: int
    far: float
    shown: str


class Alike(msgspec.Struct, frozen=True):
    """A place whose name sounds like what was typed."""

    place_id: UUID
    term: str
    far: float


class Found(msgspec.Struct, frozen=True):
    """A found place. `reason`: its name, something it sells (`shown` says what), what kind of place it is, its name as it sounds or by
    its initials, or a name that is nearly the same. `metres` over the ground, None without a place to be near to."""

    place_id: UUID
    name: str
    category: str
    street: str
    longitude: float
    latitude: float
    reason: Reason
    shown: str
    metres: int | None


class Suggestion(msgspec.Struct, frozen=True):
    """What may be meant while somebody is still typing: a place, or with `place_id` None a kind of place to look for."""

    text: str
    under: str
    place_id: UUID | None
    category: str
    metres: int | None
