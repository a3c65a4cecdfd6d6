"""Types of the purchases room. Amounts are minor units of the merchant's currency."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from shuke.kit.events import Event
from shuke.kit.money import LARGEST

Amount = Annotated[int, msgspec.Meta(ge=1, le=LARGEST)]


class Used(msgspec.Struct, frozen=True):
    """A voucher of a combination; `discount` in minor units."""

    code: str
    title: str
    kind: str
    discount: int


class LeftOut(msgspec.Struct, frozen=True):
    """A voucher that is not in a combination; `reason` is the name of a refusal."""

    code: str
    title: str
    kind: str
    reason: str
    detail: str


class Combination(msgspec.Struct, frozen=True):
    """The best vouchers for a bill; `left` is what they leave of it. `exact` unless there were too many to try all."""

    bill: int
    used: list[Used]
    left_out: list[LeftOut]
    left: int
    exact: bool


class Line(msgspec.Struct, frozen=True):
    """One article on a bill. `amount` is for the whole line."""

    article: Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern="^[^,]*$")]
    quantity: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    amount: Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]


class NewPurchase(msgspec.Struct, frozen=True):
    """What a till sends. `total` is the bill before vouchers and the card's percent; `holder` the person of an identification;
    `vouchers` are codes to redeem with it; `lines` may leave articles out but never add up to more than the total."""

    merchant_id: UUID
    store_id: UUID
    total: Amount
    holder: UUID | None = None
    lines: Annotated[list[Line], msgspec.Meta(max_length=1000)] = []
    vouchers: Annotated[list[Annotated[str, msgspec.Meta(max_length=200)]], msgspec.Meta(max_length=20)] = []
    note: Annotated[str, msgspec.Meta(max_length=500)] = ""


class PurchaseCall(msgspec.Struct, frozen=True):
    """One purchase to record; `vouchers` are plain codes, `fingerprint` says what the key stands for."""

    merchant_id: UUID
    store_id: UUID
    staff_id: UUID
    holder: UUID | None
    total: int
    key: str
    fingerprint: bytes
    lines: tuple[Line, ...] = ()
    vouchers: tuple[str, ...] = ()
    note: str = ""


class Purchase(msgspec.Struct, frozen=True):
    """A recorded purchase. `paid` is `total` less `discount` (vouchers and the card's percent); `points` as they were earned."""

    merchant_id: UUID
    purchase_id: UUID
    store_id: UUID
    staff_id: UUID | None
    person_id: UUID | None
    total: int
    discount: int
    paid: int
    points: int
    note: str
    at: datetime
    reversed_at: datetime | None


class UsedVoucher(msgspec.Struct, frozen=True):
    """A voucher redeemed with a purchase; `discount` is None where it gives a thing."""

    redemption_id: UUID
    code: str
    title: str
    kind: str
    discount: int | None


class PurchaseShown(Purchase, frozen=True):
    """A purchase with its lines and the vouchers redeemed with it."""

    lines: list[Line]
    redemptions: list[UsedVoucher]


class Purchases(msgspec.Struct, frozen=True):
    """A page of purchases, the newest first; `next` asks for the page after it."""

    purchases: list[Purchase]
    next: str | None


class NewReversal(msgspec.Struct, frozen=True):
    """Taking a purchase back, and why."""

    merchant_id: UUID
    store_id: UUID
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class Reversal(msgspec.Struct, frozen=True):
    """A purchase that was taken back: the points that went, the vouchers that came back."""

    merchant_id: UUID
    purchase_id: UUID
    points: int
    vouchers: int
    at: datetime


class NewCombination(msgspec.Struct, frozen=True):
    """A bill to find the best vouchers for. Excluded articles are left out of what counts where `lines` tell their amounts;
    `articles` are codes on the bill whose amounts the till doesn't know."""

    merchant_id: UUID
    store_id: UUID
    holder: UUID
    bill: Amount
    articles: Annotated[
        list[Annotated[str, msgspec.Meta(max_length=64, pattern="^[^,]*$")]], msgspec.Meta(max_length=1000)
    ] = []
    lines: Annotated[list[Line], msgspec.Meta(max_length=1000)] = []


class CombinationShown(msgspec.Struct, frozen=True):
    """What to redeem for this bill and what is left to pay; `tier_off` is the card's percent on what the vouchers leave."""

    bill: int
    used: list[Used]
    left_out: list[LeftOut]
    voucher_off: int
    percent_off: int
    tier_off: int
    pay: int
    exact: bool


class PurchaseRecorded(Event, frozen=True):
    """Something was bought."""

    merchant_id: UUID
    purchase_id: UUID
    store_id: UUID
    person_id: UUID | None
    paid: int
    points: int


class PurchaseReversed(Event, frozen=True):
    """A purchase was taken back."""

    merchant_id: UUID
    purchase_id: UUID
    store_id: UUID
    person_id: UUID | None
