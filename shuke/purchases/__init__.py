"""Purchases: what was bought at a till, by whom where known, with its lines; its vouchers, points and tier follow from it.

A purchase with vouchers is recorded as a whole or not at all. Recording twice under one key records once.
"""

from shuke.purchases.offer import best_for
from shuke.purchases.queries import purchase_of, purchases_of
from shuke.purchases.record import Recorder, record
from shuke.purchases.types import (
    CombinationShown,
    Line,
    NewCombination,
    Purchase,
    PurchaseCall,
    PurchaseRecorded,
    Purchases,
    PurchaseShown,
)

__all__ = [
    "CombinationShown",
    "Line",
    "NewCombination",
    "Purchase",
    "PurchaseCall",
    "PurchaseRecorded",
    "PurchaseShown",
    "Purchases",
    "Recorder",
    "best_for",
    "purchase_of",
    "purchases_of",
    "record",
]
