"""Ledger: value moves from one account to another in one row, so the books sum to zero by their shape.

Points are kept as lots (pending, active, closed); a member's balance is a cache that the proof holds against the transfers.
"""

from shuke.ledger.actions import earn, spend
from shuke.ledger.queries import balance_of, invariants, moves_of
from shuke.ledger.reverse import reverse
from shuke.ledger.types import Balance, Broken, Earning, PointsMove, RefundPolicy

__all__ = [
    "Balance",
    "Broken",
    "Earning",
    "PointsMove",
    "RefundPolicy",
    "balance_of",
    "earn",
    "invariants",
    "moves_of",
    "reverse",
    "spend",
]
