"""Ledger: value moves from one account to another in one row, so the books sum to zero by their shape.

Points are kept as lots (pending, active, closed); a member's balance is a cache that the proof holds against the transfers.
"""

from shuke.ledger.actions import earn, spend
from shuke.ledger.queries import balance_of, moves_of
from shuke.ledger.types import Balance, Earning, PointsMove

__all__ = ["Balance", "Earning", "PointsMove", "balance_of", "earn", "moves_of", "spend"]
