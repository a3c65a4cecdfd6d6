"""Checkout: orders of deals. Units are held for a time, paid, and become vouchers; or they go back.

A stock is one row that whoever takes or gives back holds: nothing is sold twice. A flash sale has a line before its empty stock, first
come first served, and what comes back goes to its head. Captured money is held for its order, then for each voucher, use by use.
"""

from shuke.checkout.buyer import Taker, cancel_order, own_order, pay
from shuke.checkout.fulfil import fulfil
from shuke.checkout.invariants import invariants
from shuke.checkout.line import Lines, place_of
from shuke.checkout.queries import bought_with, open_order_of, order_of, orders_of, sold_of
from shuke.checkout.release import release, take_back
from shuke.checkout.sold import mark_refunded, use_back, use_up
from shuke.checkout.take import take
from shuke.checkout.types import (
    MOST_UNITS,
    EndedVoucher,
    Order,
    OrderCall,
    OrderFulfilled,
    OrderLine,
    OrderPaid,
    OrderRefused,
    OrderReleased,
    RefundShare,
    Share,
    Sold,
    Status,
    Use,
)
from shuke.checkout.words import status_words, why_words

__all__ = [
    "MOST_UNITS",
    "EndedVoucher",
    "Lines",
    "Order",
    "OrderCall",
    "OrderFulfilled",
    "OrderLine",
    "OrderPaid",
    "OrderRefused",
    "OrderReleased",
    "RefundShare",
    "Share",
    "Sold",
    "Status",
    "Taker",
    "Use",
    "bought_with",
    "cancel_order",
    "fulfil",
    "invariants",
    "mark_refunded",
    "open_order_of",
    "order_of",
    "orders_of",
    "own_order",
    "pay",
    "place_of",
    "release",
    "sold_of",
    "status_words",
    "take",
    "take_back",
    "use_back",
    "use_up",
    "why_words",
]
