"""Settlement: money is held until a sold voucher is used, due for the hour in which that can be undone, then split and owed.

A line is all that changes what a merchant is owed; lines are only added, to the day that is open in the merchant's zone. A closed
day is a statement: opening balance, its lines, closing balance, which opens the next. The movements of the ledger that belong to
lines are made in the same transaction, so lines and ledger agree at every moment.
"""

from shuke.settlement.books import currency_of
from shuke.settlement.checks import LOOKS, Check, check_books, latest_checks
from shuke.settlement.earned import EarnedSum, EarningDay, EarningPage, earned_sums, earning_lines, earnings_of, unpaid_of
from shuke.settlement.invariants import Wrong, invariants
from shuke.settlement.queries import (
    balance_of,
    line_pages,
    month_totals,
    statement_of,
    statements_of,
    still_due,
)
from shuke.settlement.types import (
    Due,
    Line,
    LinePage,
    Month,
    Statement,
    StatementClosed,
    StatementDay,
    StatementLine,
    Total,
    UseShared,
)
from shuke.settlement.write import correct, pay_out, take_payout_back

__all__ = [
    "LOOKS",
    "Check",
    "Due",
    "EarnedSum",
    "EarningDay",
    "EarningPage",
    "Line",
    "LinePage",
    "Month",
    "Statement",
    "StatementClosed",
    "StatementDay",
    "StatementLine",
    "Total",
    "UseShared",
    "Wrong",
    "balance_of",
    "check_books",
    "correct",
    "currency_of",
    "earned_sums",
    "earning_lines",
    "earnings_of",
    "invariants",
    "latest_checks",
    "line_pages",
    "month_totals",
    "pay_out",
    "statement_of",
    "statements_of",
    "still_due",
    "take_payout_back",
    "unpaid_of",
]
