"""Types of the deals room. Amounts are minor units of the merchant's currency."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Literal
from uuid import UUID

import msgspec

from shuke.kit.events import Event
from shuke.kit.money import Money
from shuke.kit.refusals import Unreadable

DealStatus = Literal["draft", "on", "stopped", "ended"]


class DealUnreadable(Unreadable):
    """422 `deal_unreadable`: `facts` say what is wrong with which field."""


class Deal(msgspec.Struct, frozen=True):
    """A deal. It can be bought while `status` is on and now lies in its window. `status` is ended once an open one's window is over,
    and stopped as long as its merchant is not approved or its vouchers are not given out. `stock` is how many are sold in all, None
    without a limit; `per_person` is how many one may buy; `hold_seconds` is how long what is not yet paid is kept for the buyer. With
    a `group_size` it is also sold at `group_price` to so many together within `group_hours`. `zone` is where its days begin."""

    merchant_id: UUID
    deal_id: UUID
    merchant_name: str
    template_id: UUID
    vouchers_each: int
    title: str
    about: str
    terms: str
    price: int
    value: int | None
    currency: str
    stock: int | None
    starts_at: datetime
    ends_at: datetime
    per_person: int | None
    flash: bool
    hold_seconds: int
    group_size: int | None
    group_price: int | None
    group_hours: int | None
    status: str
    zone: str
    own_template: bool
    created_at: datetime
    photos: list[UUID]

    @property
    def asked(self) -> Money:
        """The price."""
        return Money(self.price, self.currency)

    @property
    def otherwise(self) -> Money | None:
        """What it costs otherwise."""
        return None if self.value is None else Money(self.value, self.currency)

    @property
    def together(self) -> Money | None:
        """The price in a group."""
        return None if self.group_price is None else Money(self.group_price, self.currency)


class VoucherDraft(msgspec.Struct, frozen=True, kw_only=True):
    """The voucher that a deal makes for itself: a thing (`gives`) or an `amount` off the bill; `weekdays` has a bit for each day,
    Monday is 1; it holds for `valid_days` after it was bought, or from `starts_at` until `ends_at`; empty `stores` means all."""

    gives: str = ""
    amount: int | None = None
    uses: int = 1
    minimum_spend: int = 0
    transferable: bool = False
    weekdays: int = 127
    window1_from: time | None = None
    window1_to: time | None = None
    window2_from: time | None = None
    window2_to: time | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    valid_days: int | None = None
    stores: Sequence[UUID] = ()


class DealDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a deal is to be. Either the rules of its own `voucher`, or the `template_id` of one that is there, without stock and
    limits of its own. Without `starts_at` it begins when it is published; `hold_seconds` is 900, of a flash sale 300."""

    title: str
    price: int
    ends_at: datetime
    about: str = ""
    terms: str = ""
    value: int | None = None
    stock: int | None = None
    starts_at: datetime | None = None
    per_person: int | None = None
    flash: bool = False
    hold_seconds: int | None = None
    group_size: int | None = None
    group_price: int | None = None
    group_hours: int | None = None
    vouchers_each: int = 1
    template_id: UUID | None = None
    voucher: VoucherDraft | None = None


class DealOnSale(msgspec.Struct, frozen=True):
    """A deal as everybody sees it; `rules` are those of its voucher, in words."""

    deal: Deal
    rules: list[str]


class DealsOnSale(msgspec.Struct, frozen=True):
    """What a merchant sells now or soon, the first to end first."""

    deals: list[Deal]


class DealKept(msgspec.Struct, frozen=True):
    """A deal as those see it who look after it, with its log."""

    deal: Deal
    rules: list[str]
    steps: list["DealStep"]


class Deals(msgspec.Struct, frozen=True):
    """A page of deals; `next` begins the following one, empty on the last."""

    items: list[Deal]
    next: str


class Stopping(msgspec.Struct, frozen=True):
    """Why a deal is stopped."""

    reason: str


class MoreToSell(msgspec.Struct, frozen=True):
    """How many more are to be sold."""

    more: int


class DealStep(msgspec.Struct, frozen=True):
    """One line of a deal's log."""

    step: str
    amount: int | None
    reason: str
    person: str
    at: datetime


class DealPublished(Event, frozen=True):
    """A deal can be bought from now on, or again."""

    merchant_id: UUID
    deal_id: UUID


class DealStopped(Event, frozen=True):
    """A deal is sold no more."""

    merchant_id: UUID
    deal_id: UUID


class StockAdded(Event, frozen=True):
    """A deal's stock has grown by `more`."""

    merchant_id: UUID
    deal_id: UUID
    more: int
