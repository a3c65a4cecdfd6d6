"""Payouts: what a closed day leaves owed to a merchant, or to an agent or operator, is paid out once, and marked by the platform.

The rows of one bank transfer share a bundle: one row for a merchant, one a merchant for an agent or operator. Nothing is paid without an
account, nor after a bank sent a payout back, until the account is written again: what is owed waits on the statement.
"""

from shuke.payouts.accounts import masked, read_account
from shuke.payouts.actions import decide, save_account, set_minimum
from shuke.payouts.invariants import invariants
from shuke.payouts.pay import pay_merchant, pay_party
from shuke.payouts.queries import (
    account_of,
    bundles,
    bundles_csv,
    changes_of,
    minimums,
    paid_sums,
    party_payouts,
    payouts_of,
    test_money,
)
from shuke.payouts.types import (
    AccountDraft,
    Bundle,
    Decided,
    MinimumDraft,
    Payout,
    PayoutAccount,
    PayoutMade,
    PayoutReturned,
    Status,
)

__all__ = [
    "AccountDraft",
    "Bundle",
    "Decided",
    "MinimumDraft",
    "Payout",
    "PayoutAccount",
    "PayoutMade",
    "PayoutReturned",
    "Status",
    "account_of",
    "bundles",
    "bundles_csv",
    "changes_of",
    "decide",
    "invariants",
    "masked",
    "minimums",
    "paid_sums",
    "party_payouts",
    "pay_merchant",
    "pay_party",
    "payouts_of",
    "read_account",
    "save_account",
    "set_minimum",
    "test_money",
]
