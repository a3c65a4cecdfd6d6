"""Types of the vouchers room."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from shuke.kit.events import Event
from shuke.kit.refusals import Refusal

Source = Literal["scan", "claim", "message", "campaign", "purchase", "api", "batch", "welcome", "staff"]


class VoucherRefused(Refusal):
    """409. `name` is unknown, already_redeemed, expired, not_yet_valid, wrong_store, wrong_time, minimum_spend, wrong_article,
    voided, gifting, limit_reached, out_of_stock, phone_needed or not_issuing, and for a set of them not_combinable or
    not_cheaper; `facts` say when and where."""


class Voucher(msgspec.Struct, frozen=True):
    """A voucher with what its holder and the till need to see."""

    merchant_id: UUID
    voucher_id: UUID
    code: str
    template_id: UUID
    person_id: UUID
    status: str
    uses_left: int
    uses: int
    starts_at: datetime
    ends_at: datetime
    issued_at: datetime
    source: str
    kind: str
    title: str
    terms: str
    value: int
    gives: str
    minimum_spend: int
    merchant_name: str
    currency: str


class IssueCall(msgspec.Struct, frozen=True):
    """One voucher for one person. `reference` is the scene, batch or purchase it comes from."""

    merchant_id: UUID
    template_id: UUID
    person_id: UUID
    source: Source
    reference: UUID | None = None


class Issued(msgspec.Struct, frozen=True):
    """A voucher that was just made."""

    merchant_id: UUID
    voucher_id: UUID
    template_id: UUID
    person_id: UUID
    code: str
    starts_at: datetime
    ends_at: datetime


class RedeemCall(msgspec.Struct, frozen=True):
    """One use of a code at a till. `bill` in minor units where known; `holder` when the guest was identified first;
    `articles` are codes on the bill, where the till knows them; `discount` where the whole set was reckoned before."""

    merchant_id: UUID
    store_id: UUID
    staff_id: UUID
    code: str
    key: str
    bill: int | None = None
    articles: tuple[str, ...] = ()
    holder: UUID | None = None
    purchase_id: UUID | None = None
    discount: int | None = None


class Redemption(msgspec.Struct, frozen=True):
    """A use of a voucher. `discount` in minor units, None where the voucher gives a thing or the bill is not known."""

    merchant_id: UUID
    redemption_id: UUID
    voucher_id: UUID
    person_id: UUID
    store_id: UUID
    staff_id: UUID
    code: str
    title: str
    kind: str
    value: int
    gives: str
    uses_left: int
    bill: int | None
    discount: int | None
    at: datetime
    request_key: str


class VoucherIssued(Event, frozen=True):
    """A person has a new voucher."""

    merchant_id: UUID
    voucher_id: UUID
    person_id: UUID


class VoucherRedeemed(Event, frozen=True):
    """A voucher was used at a store."""

    merchant_id: UUID
    redemption_id: UUID
    voucher_id: UUID
    person_id: UUID
    store_id: UUID


class Ended(msgspec.Struct, frozen=True):
    """A voucher that is voided or has expired, with what was left of its `uses`."""

    voucher_id: UUID
    person_id: UUID
    uses_left: int
    uses: int


class VouchersEnded(Event, frozen=True):
    """Vouchers from a purchase can't be used any more, though uses were left or have come back; at most 500 at once."""

    merchant_id: UUID
    vouchers: tuple[UUID, ...]


class VoucherReturned(Event, frozen=True):
    """A use was undone: the voucher can be used again."""

    merchant_id: UUID
    redemption_id: UUID
    voucher_id: UUID
    person_id: UUID
    store_id: UUID
