"""Types of the test bank."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from shuke.payments import Payment

Act = Literal["pay", "pay_unheard", "pay_twice", "pay_late", "fail", "time_out", "refuse_refunds", "allow_refunds"]
BankState = Literal["open", "silent", "paid", "failed", "closed"]


class BankPayment(msgspec.Struct, frozen=True):
    """A payment in the bank's book."""

    title: str
    amount: int
    currency: str
    state: BankState
    paid_ref: str
    refuses_refunds: bool


class Press(msgspec.Struct, frozen=True):
    """A button pressed for a payment."""

    payment: Payment
    act: Act


class Posted(msgspec.Struct, frozen=True):
    """A notice on its way."""

    merchant_id: UUID
    notice_id: UUID
    body: bytes
    signature: str


class Letter(msgspec.Struct, frozen=True):
    """A notice that is written, and when it is sent again or first: never when None."""

    posted: Posted
    payment_id: UUID
    due_at: datetime | None
