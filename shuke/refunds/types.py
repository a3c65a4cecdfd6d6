"""Types of the refunds room. Amounts are minor units of the order's currency."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from shuke.kit.events import Event
from shuke.kit.money import LARGEST
from shuke.refunds.rules import Actor, Thing

Why = Literal["asked", "ended", "group", "deal", "agreed"]
RefundState = Literal["under_way", "succeeded", "failed"]


class Asker(msgspec.Struct, frozen=True):
    """Who wants money back, and why: in words where somebody other than the buyer asks. `by_id` is none for what happens by itself."""

    actor: Actor
    by_id: UUID | None
    why: Why = "asked"
    reason: str = ""


class Refund(msgspec.Struct, frozen=True):
    """Money of an order on its way back to `person_id`, or there, or stuck (`status`). `vouchers` are those it was for,
    `redemption_id` the use that was refunded by agreement."""

    merchant_id: UUID
    refund_id: UUID
    order_id: UUID
    person_id: UUID
    payment_id: UUID
    actor: Actor
    why: Why
    reason: str
    amount: int
    currency: str
    vouchers: Sequence[UUID]
    redemption_id: UUID | None
    status: RefundState
    at: datetime
    ended_at: datetime | None


class Part(msgspec.Struct, frozen=True):
    """A bought voucher as a refund sees it: what would come back of it now, and what it is in the rules."""

    merchant_id: UUID
    voucher_id: UUID
    code: str
    title: str
    uses: int
    uses_left: int
    amount: int
    comes_back: int
    thing: Thing
    ends_at: datetime


class Use(msgspec.Struct, frozen=True):
    """A use of a bought voucher: `share` is its part of the price, `refunded` what was given back of it by agreement."""

    merchant_id: UUID
    redemption_id: UUID
    voucher_id: UUID
    order_id: UUID
    payment_id: UUID
    person_id: UUID
    title: str
    store: str
    share: int
    currency: str
    refunded: int
    at: datetime
    undone_at: datetime | None


class Returned(msgspec.Struct, frozen=True):
    """Money of an order as its payment gives it back. `why` is a refund's, or the payment's own: paid_twice, late, not_needed..."""

    merchant_id: UUID
    refund_id: UUID
    amount: int
    currency: str
    provider: str
    status: str
    why: str
    reason: str
    at: datetime
    ended_at: datetime | None


class DealRun(msgspec.Struct, frozen=True):
    """All of a deal is given back: of `total` vouchers sold when it began, `passed` were looked at, `refunded` were unused."""

    merchant_id: UUID
    run_id: UUID
    deal_id: UUID
    reason: str
    at: datetime
    total: int
    passed: int
    refunded: int
    amount: int
    finished_at: datetime | None


class NewRefund(msgspec.Struct, frozen=True):
    """What a buyer asks for: some vouchers of the order, or without `vouchers` all that is unused."""

    vouchers: Annotated[Sequence[UUID], msgspec.Meta(min_length=1, max_length=500)] | None = None


class NewOfficeRefund(msgspec.Struct, frozen=True):
    """The same, asked for by staff or the platform, who say why."""

    reason: str
    vouchers: Annotated[Sequence[UUID], msgspec.Meta(min_length=1, max_length=500)] | None = None


class NewUseRefund(msgspec.Struct, frozen=True):
    """What was agreed about a use: `amount` up to its share, all of it where none is given."""

    reason: str
    amount: Annotated[int, msgspec.Meta(ge=1, le=LARGEST)] | None = None


class NewDealRun(msgspec.Struct, frozen=True):
    """Why all of a deal goes back."""

    reason: str


class RefundPage(msgspec.Struct, frozen=True):
    """Refunds, the newest first; `next` is the cursor of the following page."""

    refunds: Sequence[Refund]
    next: str | None


class OrderRefunded(Event, frozen=True):
    """Money of an order is on its way back."""

    merchant_id: UUID
    order_id: UUID
    person_id: UUID
    group_id: UUID | None
    amount: int


class UseRefunded(Event, frozen=True):
    """A use was refunded by agreement: what was shared out of it is reversed by the same part."""

    merchant_id: UUID
    redemption_id: UUID
    voucher_id: UUID
    order_id: UUID
    person_id: UUID
    amount: int
