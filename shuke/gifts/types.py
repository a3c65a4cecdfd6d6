"""Types of the gifts room."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec

from shuke.kit.events import Event
from shuke.kit.refusals import Refusal

OPEN_FOR = timedelta(days=3)
Note = Annotated[str, msgspec.Meta(max_length=300)]


class Gift(msgspec.Struct, frozen=True):
    """A voucher given or on its way. `to_id` is the friend it is for, none when whoever has its address may take it. `outcome` is
    taken, taken_back, declined, timed_out or void (the voucher itself has ended); none while it can be taken, `until` then."""

    merchant_id: UUID
    gift_id: UUID
    voucher_id: UUID
    title: str
    merchant_name: str
    kind: str
    value: int
    currency: str
    giver_id: UUID
    to_id: UUID | None
    note: str
    at: datetime
    until: datetime
    ends_at: datetime
    ended_at: datetime | None
    outcome: str | None
    taker_id: UUID | None

    @property
    def path(self) -> str:
        """Its page."""
        return f"/gifts/{self.merchant_id}/{self.gift_id}"


class NewGift(msgspec.Struct, frozen=True):
    """Which of one's vouchers, to which friend (without one: to whoever opens the address first), with a few words."""

    merchant_id: UUID
    voucher_id: UUID
    to: UUID | None = None
    note: Note = ""


class Taken(msgspec.Struct, frozen=True):
    """The voucher is the taker's, by this code."""

    merchant_id: UUID
    voucher_id: UUID
    code: str


class Gifts(msgspec.Struct, frozen=True):
    """What somebody gave and was given, the newest first; `next` begins the following page, empty on the last."""

    items: list[Gift]
    next: str


class GiftGiven(Event, frozen=True):
    """A voucher is on its way to somebody; without `to_id` to whoever takes it first."""

    merchant_id: UUID
    gift_id: UUID
    giver_id: UUID
    to_id: UUID | None


class GiftRefused(Refusal):
    """409. `name`: not_friends, own_gift, gift_over."""
