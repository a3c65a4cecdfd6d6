"""Sending: a refund is noted and its payment asked to pay back, in one transaction; what happens outside comes later."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

import msgspec

from shuke.kit import clock, ids
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.live import announce
from shuke.kit.refusals import Refusal, Unreadable
from shuke.ledger import Account
from shuke.payments import RefundWish
from shuke.payments import refund as refund_payment
from shuke.refunds.types import Asker, Refund


class Returning(msgspec.Struct, frozen=True):
    """Money that is to go back: of which order and payment, out of which of the merchant's accounts."""

    merchant_id: UUID
    order_id: UUID
    person_id: UUID
    payment_id: UUID
    amount: int
    currency: str
    vouchers: Sequence[UUID] = ()
    redemption_id: UUID | None = None
    source: Literal["held", "reclaim"] = "held"


def reason_of(text: str) -> str:
    """Why, in words. Refusal: reason_needed."""
    plain = text.strip()
    if not 1 <= len(plain) <= 500 or "\x00" in plain:
        raise Unreadable("reason_needed", _("Say why, in 1 to 500 characters."))
    return plain


async def send(db: Db, asker: Asker, back: Returning) -> Refund:
    """Note it and have it paid back. Refusal: already_refunded for a use that was."""
    refund_id = ids.uuid7()
    noted = await db.one(
        Refund,
        """
        insert into refunds.refunds (merchant_id, refund_id, order_id, person_id, payment_id, actor, by_id, why, reason, amount,
          currency, vouchers, redemption_id, at)
        values (:merchant, :refund, :order, :person, :payment, :actor, :by, :why, :reason, :amount, :currency, :vouchers,
          :redemption, :now)
        on conflict (merchant_id, redemption_id) do nothing
        returning merchant_id, refund_id, order_id, person_id, payment_id, actor, why, reason, amount, currency, vouchers,
          redemption_id, status, at, ended_at
        """,
        merchant=back.merchant_id,
        refund=refund_id,
        order=back.order_id,
        person=back.person_id,
        payment=back.payment_id,
        actor=asker.actor,
        by=asker.by_id,
        why=asker.why,
        reason=asker.reason,
        amount=back.amount,
        currency=back.currency,
        vouchers=list(back.vouchers),
        redemption=back.redemption_id,
        now=clock.now(),
    )
    if noted is None:
        raise Refusal("already_refunded", _("This was refunded before. The order shows where the money is."))
    returned_id = await refund_payment(
        db,
        RefundWish(
            merchant_id=back.merchant_id,
            payment_id=back.payment_id,
            amount=back.amount,
            source=Account(back.merchant_id, back.source),
            reason=asker.why,
            reference=back.order_id,
            key=str(refund_id),
        ),
    )
    await db.run(
        "update refunds.refunds set returned_id = :returned where merchant_id = :merchant and refund_id = :refund",
        returned=returned_id,
        merchant=back.merchant_id,
        refund=refund_id,
    )
    await announce(db, f"person:{back.person_id}", "orders")
    return noted
