"""Payments: an attempt to pay through a provider, what came of it, and what goes back. No card data ever touches us.

A payment is `created`, `started` at its provider, then `captured` or `ended`; whatever nobody could tell stays as it is, marked unknown,
and is asked again. The first capture in time and of the right amount is announced; every other one is kept in the books and sent back by
itself. A refund leaves its account at once, and the provider does it afterwards.
"""

from shuke.payments.actions import cancel, request
from shuke.payments.invariants import invariants
from shuke.payments.notices import Ear, Told, take_notices
from shuke.payments.provider import (
    ADAPTERS,
    Adapter,
    Forged,
    Found,
    Notice,
    Provider,
    RefundFound,
    RefundState,
    Started,
    State,
    adapts,
    in_use,
)
from shuke.payments.queries import (
    captures_of,
    my_payment,
    payment_of,
    payments_for,
    provider_title,
    providers,
    refund_of,
    refunds_of,
)
from shuke.payments.refunding import ask_now, refund, send_back, try_again
from shuke.payments.types import (
    Capture,
    Payment,
    PaymentCaptured,
    PaymentEnded,
    ProviderChoice,
    Purpose,
    RefundEnded,
    RefundRow,
    RefundStatus,
    RefundWish,
    Status,
    Why,
    Wish,
)
from shuke.payments.words import reason_word

__all__ = [
    "ADAPTERS",
    "Adapter",
    "Capture",
    "Ear",
    "Forged",
    "Found",
    "Notice",
    "Payment",
    "PaymentCaptured",
    "PaymentEnded",
    "Provider",
    "ProviderChoice",
    "Purpose",
    "RefundEnded",
    "RefundFound",
    "RefundRow",
    "RefundState",
    "RefundStatus",
    "RefundWish",
    "Started",
    "State",
    "Status",
    "Told",
    "Why",
    "Wish",
    "adapts",
    "ask_now",
    "cancel",
    "captures_of",
    "in_use",
    "invariants",
    "my_payment",
    "payment_of",
    "payments_for",
    "provider_title",
    "providers",
    "reason_word",
    "refund",
    "refund_of",
    "refunds_of",
    "request",
    "send_back",
    "take_notices",
    "try_again",
]
