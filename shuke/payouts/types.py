"""Types of the payouts room. Amounts are minor units."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from shuke.kit.events import Event
from shuke.kit.money import LARGEST

Status = Literal["open", "paid", "returned"]


class AccountDraft(msgspec.Struct, frozen=True):
    """Where the money goes: an IBAN, or account and bank as they are written where the merchant is."""

    account_holder: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    account: Annotated[str, msgspec.Meta(min_length=4, max_length=60)]


class PayoutAccount(msgspec.Struct, frozen=True):
    """A merchant's account, masked. With `refused_at` a bank sent a payout back, and nothing is paid until it is written again."""

    account_holder: str
    account: str
    changed_at: datetime
    refused_at: datetime | None


class AccountChange(msgspec.Struct, frozen=True):
    """Who wrote which account, masked, and when."""

    account_holder: str
    account: str
    person_name: str
    at: datetime


class Payout(msgspec.Struct, frozen=True):
    """A payout out of a merchant's books, up to a closed day; the account is masked."""

    merchant_id: UUID
    payout_id: UUID
    bundle_id: UUID
    day: date
    currency: str
    amount: int
    account_holder: str
    account: str
    status: Status
    bank_reference: str
    at: datetime
    decided_at: datetime | None


class Bundle(msgspec.Struct, frozen=True):
    """A bank transfer to make, as operators see it: the account in full, because they type it into their bank. `rows` of the books make
    it up."""

    bundle_id: UUID
    payee: str
    is_party: bool
    currency: str
    amount: int
    rows: int
    account_holder: str
    account: str
    status: Status
    bank_reference: str
    at: datetime
    decided_at: datetime | None


class Decided(msgspec.Struct, frozen=True):
    """What became of a transfer: paid, with the bank's reference, or returned by the bank, with its reason."""

    outcome: Literal["paid", "returned"]
    bank_reference: Annotated[str, msgspec.Meta(max_length=120)] = ""


class MinimumDraft(msgspec.Struct, frozen=True):
    """From which amount on it is paid out in a currency."""

    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$", max_length=3)]
    minimum: Annotated[int, msgspec.Meta(ge=1, le=LARGEST)]


class PayoutMade(Event, frozen=True):
    """What a closed day left is being transferred to a merchant."""

    merchant_id: UUID
    payout_id: UUID
    day: date
    amount: int


class PayoutReturned(Event, frozen=True):
    """A merchant's bank sent a payout back; `waits` when nothing is paid out until the account is written anew."""

    merchant_id: UUID
    payout_id: UUID
    day: date
    amount: int
    waits: bool
