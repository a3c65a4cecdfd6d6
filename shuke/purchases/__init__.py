"""Purchases: what was bought at a till, by whom where known, with its lines; its vouchers, points and tier follow from it.

A purchase with vouchers is recorded as a whole or not at all. Recording twice under one key records once.
"""

from shuke.purchases.queries import purchase_of, purchases_of
from shuke.purchases.record import record
from shuke.purchases.types import Line, Purchase, PurchaseCall, PurchaseRecorded, Purchases, PurchaseShown

__all__ = [
    "Line",
    "Purchase",
    "PurchaseCall",
    "PurchaseRecorded",
    "PurchaseShown",
    "Purchases",
    "purchase_of",
    "purchases_of",
    "record",
]
