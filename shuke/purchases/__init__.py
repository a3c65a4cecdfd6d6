"""Purchases: what was bought at a till, by whom where known, with its lines; its vouchers, points and tier follow from it.

A purchase with vouchers is recorded as a whole or not at all. Recording twice under one key records once.
"""

from shuke.purchases.offer import best_for
from shuke.purchases.queries import purchase_of, purchases_of
from shuke.purchases.record import Recorder, record
from shuke.purchases.reverse import take_back
from shuke.purchases.types import (
    Combination,
    CombinationShown,
    LeftOut,
    Line,
    NewCombination,
    Purchase,
    PurchaseCall,
    PurchaseRecorded,
    PurchaseReversed,
    Purchases,
    PurchaseShown,
    Reversal,
    Used,
)
from shuke.purchases.usable import combine, price

__all__ = [
    "Combination",
    "CombinationShown",
    "LeftOut",
    "Line",
    "NewCombination",
    "Purchase",
    "PurchaseCall",
    "PurchaseRecorded",
    "PurchaseReversed",
    "PurchaseShown",
    "Purchases",
    "Recorder",
    "Reversal",
    "Used",
    "best_for",
    "combine",
    "price",
    "purchase_of",
    "purchases_of",
    "record",
    "take_back",
]
