"""Types of the payments room. Amounts are minor units of the payment's currency."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from shuke.kit.events import Event
from shuke.ledger import Account

Purpose = Literal["order", "top_up"]
Status = Literal["created", "started", "captured", "ended"]
Why = Literal["", "failed", "timed_out", "cancelled"]
Surplus = Literal["", "paid_twice", "late", "wrong_amount", "wrong_currency"]
RefundStatus = Literal["requested", "pending", "succeeded", "failed"]


class Wish(msgspec.Struct, frozen=True):
    """Who is to pay what, by which provider, until when; `return_to` is the page (a path here) she comes back to.

    `phone` is the network address of the phone she is at (kit.web.phone_of), empty when it is none: it opens WeChat or Alipay there.
    """

    merchant_id: UUID
    person_id: UUID
    purpose: Purpose
    reference: UUID
    title: str
    amount: int
    currency: str
    provider: str
    until: datetime
    return_to: str
    phone: str = ""


class Payment(msgspec.Struct, frozen=True):
    """An attempt to pay. `unknown` means that the provider's last answer told nothing: it is asked again, never guessed.

    `url` and `qr` are where the guest pays. `captured` counts every capture, also a surplus one; `refunded` all that was sent back.
    """

    merchant_id: UUID
    payment_id: UUID
    person_id: UUID
    purpose: Purpose
    reference: UUID
    title: str
    amount: int
    currency: str
    provider: str
    status: Status
    why: Why
    unknown: bool
    until: datetime
    provider_ref: str
    url: str
    qr: str
    captured: int
    refunded: int
    return_to: str
    phone: str
    created_at: datetime

    @property
    def open(self) -> bool:
        """Whether it can still be paid."""
        return self.status in ("created", "started")

    @property
    def page(self) -> str:
        """Its page here."""
        return f"/pay/{self.merchant_id}/{self.payment_id}"


class RefundWish(msgspec.Struct, frozen=True):
    """Money that is to go back by the way it came, out of `source`. The same `key` for a payment is the same refund."""

    merchant_id: UUID
    payment_id: UUID
    amount: int
    source: Account
    reason: str
    reference: UUID | None
    key: str


class RefundRow(msgspec.Struct, frozen=True):
    """A refund as it stands. `tries` grows when an operator lets a failed one be tried again."""

    merchant_id: UUID
    refund_id: UUID
    payment_id: UUID
    amount: int
    currency: str
    reason: str
    reference: UUID | None
    status: RefundStatus
    unknown: bool
    provider_ref: str
    tries: int
    at: datetime


class Capture(msgspec.Struct, frozen=True):
    """Money that a provider took; `surplus` says why it went back by itself."""

    capture_id: UUID
    amount: int
    currency: str
    surplus: Surplus
    at: datetime


class ProviderChoice(msgspec.Struct, frozen=True):
    """A way to pay that can be used now."""

    name: str
    title: str


class PaymentCaptured(Event, frozen=True):
    """The money is there: in the merchant's account `received`."""

    merchant_id: UUID
    payment_id: UUID
    purpose: Purpose
    reference: UUID
    person_id: UUID
    amount: int
    currency: str


class PaymentEnded(Event, frozen=True):
    """It will not be paid any more. `why`: failed, timed_out, cancelled."""

    merchant_id: UUID
    payment_id: UUID
    purpose: Purpose
    reference: UUID
    person_id: UUID
    why: Why


class RefundEnded(Event, frozen=True):
    """The provider has paid back, or refused to. An operator may have a failed one tried again, and it ends once more."""

    merchant_id: UUID
    refund_id: UUID
    payment_id: UUID
    person_id: UUID
    amount: int
    status: RefundStatus
