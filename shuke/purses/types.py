"""Types of the purses room. Amounts are minor units of the merchant's currency; `stored` is the guest's own money, `bonus` a gift."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from shuke.storedvalue import Offer, Purse, Rules


class Owed(msgspec.Struct, frozen=True):
    """What a merchant owes its guests in all: their money, the bonus apart, and how many cards hold any."""

    stored: int
    bonus: int
    guests: int


class StoredMove(msgspec.Struct, frozen=True):
    """A change of a balance, above zero what came. `kind`: top_up, payment, return, refund."""

    move_id: UUID
    person_id: UUID
    person_name: str
    kind: str
    stored: int
    bonus: int
    reference: UUID
    store: str
    zone: str
    staff_name: str
    at: datetime


class StoredMoves(msgspec.Struct, frozen=True):
    """A page of changes, the newest first; `next` is the cursor of the page after it."""

    moves: list[StoredMove]
    next: str | None


class SentBack(msgspec.Struct, frozen=True):
    """A part of a refund: on_its_way, succeeded or failed."""

    amount: int
    status: str
    at: datetime


class StoredDay(msgspec.Struct, frozen=True):
    """A day of a merchant, in its programme's zone. `paid` is less what was returned."""

    day: date
    topped_up: int
    bonus_given: int
    paid: int
    bonus_paid: int
    refunded: int
    bonus_lapsed: int


class OwnMoney(msgspec.Struct, frozen=True):
    """A person's money at a merchant with what she may do: rules and offers are null where no top-ups are taken."""

    purse: Purse
    rules: Rules | None
    offers: list[Offer]
    moves: StoredMoves


class StoredValueShown(msgspec.Struct, frozen=True):
    """A merchant's stored value: its rules and offers, and what it owes."""

    rules: Rules | None
    offers: list[Offer]
    owed: Owed
