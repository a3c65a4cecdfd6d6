"""Types of the counter: what a till sends and gets, and the rows of its day."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from shuke.cards import Member
from shuke.kit.money import LARGEST
from shuke.kit.refusals import Refusal
from shuke.merchants import Store, Till
from shuke.vouchers import Voucher

Bill = Annotated[int, msgspec.Meta(ge=0, le=LARGEST, description="Minor units")]
Article = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[^\x00,]+$")]
Reason = Annotated[str, msgspec.Meta(max_length=500, pattern=r"^[^\x00]*$")]


class NewIdentification(msgspec.Struct, frozen=True):
    """`text` is what the scanner sent or the cashier typed: a rotating card code, a phone number, a voucher's code."""

    merchant_id: UUID
    store_id: UUID
    text: str


class Obstacle(msgspec.Struct, frozen=True):
    """Why a voucher can't be used here and now: the name of the refusal that redeeming would give, with its facts."""

    voucher_id: UUID
    name: str
    detail: str
    facts: Mapping[str, str | int | None]

    @staticmethod
    def of(voucher_id: UUID, refusal: Refusal) -> "Obstacle":
        """From the refusal itself."""
        return Obstacle(voucher_id, refusal.name, refusal.detail, refusal.facts)


class Identification(msgspec.Struct, frozen=True):
    """Who stands at the till, if that was told, and which vouchers she holds; `scanned` when a voucher's code was read.

    `obstacles` has an entry for each of these vouchers that can't be used at this store at this moment. `paying` pays one
    bill from her card within ten minutes; it is empty unless the card's code was read."""

    member: Member | None
    vouchers: list[Voucher]
    scanned: Voucher | None
    points: int
    at: datetime
    obstacles: list[Obstacle] = []
    paying: str = ""


class NewRedemption(msgspec.Struct, frozen=True):
    """`code` in any writing; `bill` in minor units where the till knows it; `articles` are codes on the bill."""

    merchant_id: UUID
    store_id: UUID
    code: str
    bill: Bill | None = None
    articles: Annotated[list[Article], msgspec.Meta(max_length=1000)] = []
    holder: UUID | None = None


class NewUndo(msgspec.Struct, frozen=True):
    """Why a redemption is taken back."""

    merchant_id: UUID
    store_id: UUID
    reason: Reason = ""


class TillPlace(msgspec.Struct, frozen=True):
    """A store at whose till the viewer may stand."""

    merchant_id: UUID
    merchant_name: str
    store_id: UUID
    store_name: str
    street: str
    city: str
    zone: str
    currency: str
    role: str


class Standing(msgspec.Struct, frozen=True):
    """The viewer at a till: where, and by which name."""

    till: Till
    store: Store
    staff_name: str

    @property
    def path(self) -> str:
        """Where this till's pages are."""
        return f"/till/{self.store.merchant_id}/{self.store.store_id}"


class Entry(msgspec.Struct, frozen=True):
    """One line of a store's day: a redemption, or a purchase. `title` is the voucher's, empty for a purchase; `amount` is the
    bill; `undone_at` is when it was taken back. Amounts in minor units."""

    sort: str
    entry_id: UUID
    at: datetime
    title: str
    kind: str
    value: int
    gives: str
    person_id: UUID | None
    person_name: str
    staff_name: str
    amount: int | None
    discount: int | None
    points: int
    undone_at: datetime | None
    undone_reason: str | None
    from_card: int


class Totals(msgspec.Struct, frozen=True):
    """A store's day in numbers; what was undone is counted apart, `from_cards` is money of guests' cards. Amounts in minor units."""

    redemptions: int
    discount: int
    purchases: int
    revenue: int
    undone: int
    from_cards: int


class RedemptionRow(msgspec.Struct, frozen=True):
    """A redemption as the merchant's list has it."""

    redemption_id: UUID
    voucher_id: UUID
    code: str
    title: str
    kind: str
    value: int
    gives: str
    uses: int
    uses_left: int
    store_id: UUID
    store_name: str
    person_id: UUID
    person_name: str
    staff_id: UUID
    staff_name: str
    bill: int | None
    discount: int | None
    at: datetime
    undone_at: datetime | None
    undone_reason: str | None


class Redemptions(msgspec.Struct, frozen=True):
    """A page of redemptions, the newest first; `next` is the cursor of the page after it."""

    redemptions: list[RedemptionRow]
    next: str | None
