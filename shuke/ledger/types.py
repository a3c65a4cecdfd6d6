"""Types of the ledger room."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

RefundPolicy = Literal["pending_only", "within_balance", "may_go_negative"]


class Earning(msgspec.Struct, frozen=True):
    """Points that a member gets: active at once, or pending until a moment; expiring or not."""

    merchant_id: UUID
    person_id: UUID
    points: int
    reason: str
    reference: UUID | None
    pending_until: datetime | None
    expires_at: datetime | None


class Balance(msgspec.Struct, frozen=True):
    """A member's points: what can be spent, and what is still pending."""

    active: int
    pending: int


class PointsMove(msgspec.Struct, frozen=True):
    """One movement of a member's points in words a page can use: `amount` is negative when they went away."""

    transfer_id: UUID
    from_kind: str
    to_kind: str
    amount: int
    reason: str
    at: datetime


class Broken(msgspec.Struct, frozen=True):
    """A place where the books don't agree: what should be there, and what is."""

    name: str
    merchant_id: UUID
    holder_id: UUID
    expected: int
    found: int
