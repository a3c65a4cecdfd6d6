"""Types of the whereabouts room."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

import msgspec

LONGEST = timedelta(hours=12)  # of sharing until one stops

Longitude = Annotated[float, msgspec.Meta(ge=-180, le=180)]
Latitude = Annotated[float, msgspec.Meta(ge=-85, le=85)]


class NewSharing(msgspec.Struct, frozen=True):
    """Where I am, in WGS-84, and for how long I let the others know: minutes, or 0 until I stop (12 hours at most)."""

    longitude: Longitude
    latitude: Latitude
    minutes: Literal[0, 15, 60] = 15


class NewPosition(msgspec.Struct, frozen=True):
    """Where I am now, in WGS-84."""

    longitude: Longitude
    latitude: Latitude


class Position(msgspec.Struct, frozen=True):
    """Where somebody is who shares it, and until when."""

    person_id: UUID
    longitude: float
    latitude: float
    at: datetime
    until: datetime


class NewAgreement(msgspec.Struct, frozen=True):
    """Which place."""

    place_id: UUID


class Agreement(msgspec.Struct, frozen=True):
    """Who is for a place; `proposed`: she was the first."""

    place_id: UUID
    person_id: UUID
    proposed: bool
    at: datetime
