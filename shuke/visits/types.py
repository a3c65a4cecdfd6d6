"""Types of the visits room."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from shuke.kit.events import Event

VisitKind = Literal["redemption", "purchase", "booking"]
Audience = Literal["everyone", "friends", "me"]

ONE_VISIT = timedelta(hours=2)


class Visit(msgspec.Struct, frozen=True):
    """One time that somebody was at a place; `reference` is the redemption or purchase that proves it first."""

    person_id: UUID
    visit_id: UUID
    merchant_id: UUID
    place_id: UUID
    kind: VisitKind
    reference: UUID
    at: datetime


class PlaceOfFriends(msgspec.Struct, frozen=True):
    """A place where friends went: who, the last first, and when somebody was there last."""

    place_id: UUID
    people: list[UUID]
    visits: int
    at: datetime


class VisitUndone(Event, frozen=True):
    """Nothing that proved a visit stands any more."""

    person_id: UUID
    visit_id: UUID
    place_id: UUID
