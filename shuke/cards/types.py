"""Types of the cards room."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from shuke.kit.events import Event


class Programme(msgspec.Struct, frozen=True):
    """A merchant's card rules. `earn_points` for every `earn_per` minor units."""

    merchant_id: UUID
    name: str
    colour: str
    zone: str
    earn_points: int
    earn_per: int
    visit_points: int
    birthday_factor: Decimal
    daily_cap: int | None
    pending_days: int
    expiry_days: int | None
    refund_policy: str
    tier_basis: str
    tier_days: int
    downgrade: str
    open: bool


class Tier(msgspec.Struct, frozen=True):
    """A step of a programme. `threshold` in minor units or visits, by the programme's basis."""

    position: int
    name: str
    threshold: int
    percent_off: int
    points_factor: Decimal
    benefits: str


class JoinCall(msgspec.Struct, frozen=True):
    """One person joining one merchant, by a scene where there was one."""

    merchant_id: UUID
    person_id: UUID
    scene_id: UUID | None


class Joined(msgspec.Struct, frozen=True):
    """The membership after joining; `fresh` when this call made it."""

    merchant_id: UUID
    person_id: UUID
    number: str
    joined_at: datetime
    fresh: bool


class Membership(msgspec.Struct, frozen=True):
    """A person's card as she sees it. `secret` makes the rotating code; `stored` and `bonus` are money on it, minor units."""

    merchant_id: UUID
    merchant_name: str
    tag: str
    currency: str
    programme: str
    colour: str
    number: str
    secret: bytes
    tier: str
    tier_position: int
    percent_off: int
    joined_at: datetime
    visits: int
    spent: int
    points: int
    points_pending: int
    stored: int
    bonus: int


class Member(msgspec.Struct, frozen=True):
    """A member as the merchant's staff sees her at the till."""

    merchant_id: UUID
    person_id: UUID
    number: str
    name: str
    tier: str
    tier_position: int
    percent_off: int
    visits: int
    spent: int
    visited_at: datetime | None
    joined_at: datetime
    points: int
    points_pending: int
    stored: int
    bonus: int


class MemberJoined(Event, frozen=True):
    """Somebody has a new card."""

    merchant_id: UUID
    person_id: UUID
    scene_id: UUID | None


class CardLeft(Event, frozen=True):
    """Somebody has given her card back."""

    merchant_id: UUID
    person_id: UUID
