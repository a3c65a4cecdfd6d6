"""The test bank: a provider of payments with a little book of its own, like the real ones except that no money moves.

It is there until somebody begins to set up a real provider, or as `SHUKE_TEST_BANK` says. What is done there is told by signed notices.
"""

from shuke.payments import Adapter, adapts
from shuke.testbank.actions import Window, act_at_bank
from shuke.testbank.bank import SIGNATURE, Bank, bank_key, book, is_on, sign

__all__ = ["SIGNATURE", "Bank", "Window", "act_at_bank", "bank_key", "is_on", "sign"]

adapts(Adapter("bank", None, is_on, Bank, book))
