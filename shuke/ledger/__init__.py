"""Ledger: value moves from one account to another in one row, so the books sum to zero by their shape.

Points are kept as lots (pending, active, closed); a member's balance is a cache that the proof holds against the transfers.
Money moves in the same rows, in its currency; what a guest has stored is cached in the same way.
"""

from shuke.ledger.actions import earn, spend
from shuke.ledger.money import (
    PLATFORM,
    PROVIDERS,
    Account,
    MoneyKind,
    Move,
    Stored,
    Take,
    Taken,
    held_money,
    move,
    stored_of,
    take_stored,
)
from shuke.ledger.queries import balance_of, invariants, moves_of
from shuke.ledger.reverse import reverse
from shuke.ledger.types import Balance, Broken, Earning, PointsMove, RefundPolicy

__all__ = [
    "PLATFORM",
    "PROVIDERS",
    "Account",
    "Balance",
    "Broken",
    "Earning",
    "MoneyKind",
    "Move",
    "PointsMove",
    "RefundPolicy",
    "Stored",
    "Take",
    "Taken",
    "balance_of",
    "earn",
    "held_money",
    "invariants",
    "move",
    "moves_of",
    "reverse",
    "spend",
    "stored_of",
    "take_stored",
]
