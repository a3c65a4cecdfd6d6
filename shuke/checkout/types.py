"""Types of the checkout room. Amounts are minor units of the order's currency."""

from datetime import datetime
from typing import Annotated, Literal, Protocol
from uuid import UUID

import msgspec

from shuke.kit.events import Event
from shuke.kit.refusals import Refusal

Status = Literal["waiting", "held", "paid", "fulfilled", "released", "refunded"]
MOST_UNITS = 100  # in one order


class OrderRefused(Refusal):
    """409. `name` is deal_not_on, not_yet, over, sold_out, limit_reached, already_in_line, too_many, not_payable or
    order_is_paid."""


class OrderCall(msgspec.Struct, frozen=True):
    """One person's wish. `key` makes it happen once; a group's place carries the group and its price."""

    merchant_id: UUID
    deal_id: UUID
    person_id: UUID
    quantity: int
    key: str
    group_id: UUID | None = None
    unit_price: int | None = None


class Order(msgspec.Struct, frozen=True):
    """An order. waiting: in line, with a `number`; held: its units are kept until `hold_until`, unpaid; paid: money held, its
    vouchers wait for the group; fulfilled; released: unpaid, `why` says it; refunded: all of it."""

    merchant_id: UUID
    order_id: UUID
    deal_id: UUID
    person_id: UUID
    quantity: int
    unit_price: int
    amount: int
    currency: str
    status: Status
    hold_until: datetime | None
    group_id: UUID | None
    payment_id: UUID | None
    refunded: int
    why: str
    number: int | None
    at: datetime
    changed_at: datetime
    request_key: str
    place: int | None = None


class NewOrder(msgspec.Struct, frozen=True):
    """An order of a deal."""

    merchant_id: UUID
    deal_id: UUID
    quantity: Annotated[int, msgspec.Meta(ge=1, le=MOST_UNITS)] = 1


class OrderLine(msgspec.Struct, frozen=True):
    """An order in a person's own list."""

    merchant_id: UUID
    order_id: UUID
    deal_id: UUID
    title: str
    merchant_name: str
    quantity: int
    amount: int
    currency: str
    status: Status
    at: datetime


class Sold(msgspec.Struct, frozen=True):
    """A sold voucher. `uses_held` were not redeemed as far as heard; `used` and `refunded` are money, the rest is held."""

    merchant_id: UUID
    voucher_id: UUID
    order_id: UUID
    deal_id: UUID
    person_id: UUID
    amount: int
    uses: int
    uses_held: int
    uses_refunded: int
    used: int
    refunded: int


class Bought(msgspec.Struct, frozen=True):
    """A voucher that was bought, as its buyer sees it; `amount` is its part of the price, `refunded` what of that went back. Once
    somebody else holds it, `status` is given and there is no `code`."""

    code: str
    title: str
    status: str
    uses_left: int
    uses: int
    starts_at: datetime
    ends_at: datetime
    amount: int
    refunded: int


class Use(msgspec.Struct, frozen=True):
    """A use of a voucher at a till."""

    merchant_id: UUID
    voucher_id: UUID
    redemption_id: UUID


class Share(msgspec.Struct, frozen=True):
    """The money of one use of a sold voucher."""

    merchant_id: UUID
    redemption_id: UUID
    voucher_id: UUID
    order_id: UUID
    deal_id: UUID
    person_id: UUID
    amount: int
    currency: str


class EndedVoucher(Protocol):
    """A voucher that was voided or has expired, with what was left of it."""

    @property
    def voucher_id(self) -> UUID: ...  # which

    @property
    def uses_left(self) -> int: ...  # uses that nobody can make any more


class RefundShare(msgspec.Struct, frozen=True):
    """What must go back for a sold voucher that ended."""

    order_id: UUID
    payment_id: UUID
    voucher_id: UUID
    person_id: UUID
    amount: int


class OrderPaid(Event, frozen=True):
    """The money of an order is held."""

    merchant_id: UUID
    order_id: UUID
    deal_id: UUID
    person_id: UUID
    group_id: UUID | None


class OrderFulfilled(Event, frozen=True):
    """The vouchers of an order are in the buyer's wallet."""

    merchant_id: UUID
    order_id: UUID
    deal_id: UUID
    person_id: UUID
    group_id: UUID | None


class OrderReleased(Event, frozen=True):
    """An unpaid order has ended: lapsed, cancelled, sold_out, stopped or erased."""

    merchant_id: UUID
    order_id: UUID
    deal_id: UUID
    person_id: UUID
    group_id: UUID | None
    why: str
