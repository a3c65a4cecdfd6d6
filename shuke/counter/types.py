"""Types of the counter: what a till sends and gets."""

from datetime import datetime
from uuid import UUID

import msgspec

from shuke.cards import Member
from shuke.vouchers import Voucher


class NewIdentification(msgspec.Struct, frozen=True):
    """`text` is what the scanner sent or the cashier typed: a rotating card code, a phone number, a voucher's code."""

    merchant_id: UUID
    store_id: UUID
    text: str


class Identification(msgspec.Struct, frozen=True):
    """Who stands at the till, if that was told, and which vouchers she could use; `scanned` when a voucher's code was read."""

    member: Member | None
    vouchers: list[Voucher]
    scanned: Voucher | None
    points: int
    at: datetime


class NewRedemption(msgspec.Struct, frozen=True):
    """`code` in any writing; `bill` in minor units where the till knows it; `articles` are codes on the bill."""

    merchant_id: UUID
    store_id: UUID
    code: str
    bill: int | None = None
    articles: list[str] = []
    holder: UUID | None = None


class NewUndo(msgspec.Struct, frozen=True):
    """Why a redemption is taken back."""

    merchant_id: UUID
    store_id: UUID
    reason: str = ""
