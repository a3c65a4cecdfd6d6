"""Types of the settlement room. Amounts are minor units of the merchant's currency; days are those of its zone."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from shuke.kit.events import Event

Kind = Literal["use", "use_returned", "refund", "stored", "stored_return", "payout", "payout_returned", "correction"]


class Book(msgspec.Struct, frozen=True):
    """A merchant's book: the day is the one that a line of this moment belongs to."""

    merchant_id: UUID
    zone: str
    currency: str
    day: date


class Line(msgspec.Struct, frozen=True):
    """What changed the amount owed to a merchant: `net` was added to it, the rest of `gross` went to platform, agent, operator."""

    merchant_id: UUID
    line_id: UUID
    kind: Kind
    day: date
    at: datetime
    reverses: UUID | None
    store_id: UUID | None
    voucher_id: UUID | None
    gross: int
    platform: int
    agent: int
    operator: int
    net: int
    agent_id: UUID | None
    operator_id: UUID | None
    note: str | None


class StatementLine(Line, frozen=True):
    """A line as a statement shows it, with what it was for."""

    store: str
    title: str


class LinePage(msgspec.Struct, frozen=True):
    """Lines in the order of time; `next` is the `after` of the next page, if there is one."""

    lines: list[StatementLine]
    next: UUID | None


class Total(msgspec.Struct, frozen=True):
    """All lines of one kind."""

    kind: str
    lines: int
    gross: int
    platform: int
    agent: int
    operator: int
    net: int


class StatementDay(msgspec.Struct, frozen=True):
    """A day in the list; without `closed_at` it is open and its closing balance provisional."""

    merchant_id: UUID
    day: date
    zone: str
    currency: str
    opening: int
    closing: int
    lines: int
    closed_at: datetime | None


class Statement(StatementDay, frozen=True):
    """A day: opening balance, totals by kind, closing balance; `summed` is what all its lines come to, reckoned anew."""

    totals: list[Total]
    summed: int

    @property
    def adds_up(self) -> bool:
        """Whether opening balance and lines give the closing balance."""
        return self.opening + self.summed == self.closing and sum(total.net for total in self.totals) == self.summed


class Month(msgspec.Struct, frozen=True):
    """A month's lines of all kinds: what was sold and used, what others took of it, what was paid out."""

    month: date
    currency: str
    uses: int
    gross: int
    refunded: int
    commission: int
    paid_out: int
    net: int


class Due(msgspec.Struct, frozen=True):
    """Uses whose hour for undoing has not passed: how many, their money, and what of it will be the merchant's."""

    uses: int
    gross: int
    net: int


class StatementClosed(Event, frozen=True):
    """A merchant's day is closed."""

    merchant_id: UUID
    day: date
    currency: str
    closing: int


class UseShared(Event, frozen=True):
    """`person_id` used a sold voucher; `amount` of its price stands on this use."""

    merchant_id: UUID
    redemption_id: UUID
    person_id: UUID
    amount: int
    at: datetime
