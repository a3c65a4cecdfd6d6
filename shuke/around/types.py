"""Types of the around room."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

LASTS = timedelta(hours=2)
STEPS = (2_000, 5_000, 10_000)  # metres


class Position(msgspec.Struct, frozen=True):
    """Where one is, in degrees of WGS-84."""

    longitude: float
    latitude: float


class PersonNear(msgspec.Struct, frozen=True):
    """Somebody who shows herself near; `within` is one of three steps in metres, and no more is told."""

    person_id: UUID
    name: str
    photo: str | None
    friend: bool
    within: int


class Around(msgspec.Struct, frozen=True):
    """Who is near, in no order within a step; `until` one is shown oneself."""

    until: datetime
    people: list[PersonNear]


class Looking(msgspec.Struct, frozen=True):
    """Who looks: the middle of her square."""

    longitude: float
    latitude: float
    cell: int
    until: datetime


class Spot(msgspec.Struct, frozen=True):
    """Where somebody is shown, in metres of Web Mercator."""

    person_id: UUID
    x: float
    y: float
    grain: bytes
