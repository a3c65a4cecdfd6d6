"""Types of the storedvalue room. Amounts are minor units of the merchant's currency; `stored` is the guest's own money, `bonus` a gift."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from shuke.kit.events import Event
from shuke.kit.money import LARGEST

Amount = Annotated[int, msgspec.Meta(ge=1, le=LARGEST, description="Minor units")]
Bonus = Annotated[int, msgspec.Meta(ge=0, le=LARGEST, description="Minor units")]
Reason = Annotated[str, msgspec.Meta(max_length=500, pattern=r"^[^\x00]*$")]


class RulesDraft(msgspec.Struct, frozen=True):
    """Whether top-ups are taken, and other amounts than the offers'; `most` is for money and bonus on one card."""

    open: bool
    free_amounts: bool
    smallest: Amount
    largest: Amount
    most: Amount


class Rules(RulesDraft, frozen=True):
    """A merchant's rules as they are, with what they are told in."""

    merchant_id: UUID
    merchant_name: str
    currency: str
    approved: bool


class OfferDraft(msgspec.Struct, frozen=True):
    """Pay so much, get `bonus` more."""

    pay: Amount
    bonus: Bonus


class Offer(OfferDraft, frozen=True):
    """An offer that stands."""

    offer_id: UUID


class Terms(msgspec.Struct, frozen=True):
    """What a merchant sets: its rules, null before it set any, and the offers that stand, the smallest first."""

    rules: Rules | None
    offers: list[Offer]


class Purse(msgspec.Struct, frozen=True):
    """A person's money at a merchant; `open` when it takes top-ups, `coming` what is asked and not yet paid."""

    merchant_id: UUID
    merchant_name: str
    currency: str
    stored: int
    bonus: int
    coming: int
    open: bool
    member: bool

    @property
    def all(self) -> int:
        """What can be spent."""
        return self.stored + self.bonus


class NewTopUp(msgspec.Struct, frozen=True):
    """An offer, or a free amount; `provider` is one of the payment providers that can be used now."""

    provider: Annotated[str, msgspec.Meta(max_length=20)]
    offer_id: UUID | None = None
    amount: Amount | None = None


class TopUp(msgspec.Struct, frozen=True):
    """A top-up: asked (to be paid), stored, or ended (`why`)."""

    merchant_id: UUID
    topup_id: UUID
    person_id: UUID
    pay: int
    bonus: int
    payment_id: UUID
    status: str
    why: str
    at: datetime


class NewStoredPayment(msgspec.Struct, frozen=True):
    """`code` is the rotating code as it was scanned or typed, or the `paying` of an identification by it. With `partial` as much is
    taken as is there. `purchase_id` where the bill was recorded."""

    merchant_id: UUID
    store_id: UUID
    code: Annotated[str, msgspec.Meta(max_length=300)]
    amount: Amount
    partial: bool = False
    purchase_id: UUID | None = None


class PayCall(msgspec.Struct, frozen=True):
    """One payment at a till."""

    merchant_id: UUID
    tag: str
    currency: str
    store_id: UUID
    staff_id: UUID
    code: str
    amount: int
    key: str
    partial: bool = False
    purchase_id: UUID | None = None


class StoredPayment(msgspec.Struct, frozen=True):
    """A payment from a card: `asked`, of which `stored` and `bonus` were taken and `left` is still to pay; what is on the card after it;
    what has come back of it since."""

    merchant_id: UUID
    spend_id: UUID
    person_id: UUID
    store_id: UUID
    staff_id: UUID
    purchase_id: UUID | None
    asked: int
    stored: int
    bonus: int
    left: int
    stored_left: int
    bonus_left: int
    returned: int
    at: datetime

    @property
    def paid(self) -> int:
        """What was taken, bonus included."""
        return self.stored + self.bonus


class NewStoredReturn(msgspec.Struct, frozen=True):
    """What comes back of a payment: `amount`, or without it all that is left of it."""

    merchant_id: UUID
    store_id: UUID
    amount: Amount | None = None
    reason: Reason = ""


class StoredReturn(msgspec.Struct, frozen=True):
    """What came back to a card: in the parts in which it was paid."""

    merchant_id: UUID
    return_id: UUID
    spend_id: UUID
    person_id: UUID
    stored: int
    bonus: int
    at: datetime


class StoredRefund(msgspec.Struct, frozen=True):
    """Money on its way back to where it came from, and the bonus that lapsed with it. `kept` could not be sent and stays on the card."""

    merchant_id: UUID
    refund_id: UUID
    person_id: UUID
    amount: int
    lapsed: int
    kept: int
    at: datetime


class TopUpStored(Event, frozen=True):
    """A top-up was paid and is on the card: `amount` of her own money, and what the shop added."""

    merchant_id: UUID
    topup_id: UUID
    person_id: UUID
    amount: int
    bonus: int


class StoredPaid(Event, frozen=True):
    """Somebody paid from her card: `amount` of her own money became payable, `bonus` was used beside it."""

    merchant_id: UUID
    spend_id: UUID
    person_id: UUID
    store_id: UUID
    amount: int
    bonus: int


class StoredReturned(Event, frozen=True):
    """Of such a payment `amount` of her own money went back to the card, and bonus with it."""

    merchant_id: UUID
    return_id: UUID
    spend_id: UUID
    person_id: UUID
    store_id: UUID
    amount: int
