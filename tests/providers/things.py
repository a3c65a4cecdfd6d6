"""What an adapter is given, made without a database."""

from datetime import timedelta

import msgspec

from shuke.kit import clock
from shuke.kit.ids import uuid7
from shuke.payments import Payment, RefundRow


def owed(provider: str, **changes: object) -> Payment:
    """A payment as an adapter gets it, with whatever is said otherwise."""
    now = clock.now()
    standard = Payment(
        merchant_id=uuid7(),
        payment_id=uuid7(),
        person_id=uuid7(),
        purpose="order",
        reference=uuid7(),
        title="Lunch for two",
        amount=2500,
        currency="EUR" if provider == "stripe" else "CNY",
        provider=provider,
        status="created",
        why="",
        unknown=False,
        until=now + timedelta(minutes=15),
        provider_ref="",
        url="",
        qr="",
        captured=0,
        refunded=0,
        return_to="/wallet",
        phone="",
        created_at=now,
    )
    return msgspec.structs.replace(standard, **changes)


def asked_back(payment: Payment, **changes: object) -> RefundRow:
    """A refund of a payment, with whatever is said otherwise."""
    standard = RefundRow(
        merchant_id=payment.merchant_id,
        refund_id=uuid7(),
        payment_id=payment.payment_id,
        amount=payment.amount,
        currency=payment.currency,
        reason="unused",
        reference=None,
        status="requested",
        unknown=False,
        provider_ref="",
        tries=1,
        at=clock.now(),
    )
    return msgspec.structs.replace(standard, **changes)
