"""Payments of all merchants, for who operates the installation: what wants looking at, and one payment with all its story."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from shuke.kit.db import Db
from shuke.kit.refusals import NotFound
from shuke.payments import Capture, Payment, RefundRow, Status, Why, captures_of, payment_of, refunds_of

Show = Literal["all", "open", "unknown", "surplus", "refunds"]
PAGE = 50


class PaymentLine(msgspec.Struct, frozen=True):
    """A payment in a list of all. `surplus` counts captures that nobody waited for, `stuck` refunds that failed or are unknown."""

    merchant_id: UUID
    payment_id: UUID
    merchant_name: str
    title: str
    amount: int
    currency: str
    provider: str
    status: Status
    why: Why
    unknown: bool
    captured: int
    refunded: int
    surplus: int
    stuck: int
    created_at: datetime


class PaymentPage(msgspec.Struct, frozen=True):
    """Some payments, the newest first; `next` is where the following ones begin."""

    payments: list[PaymentLine]
    next: UUID | None


class ToldLine(msgspec.Struct, frozen=True):
    """A notice that was taken."""

    notice_id: str
    state: str
    at: datetime


class PaymentFile(msgspec.Struct, frozen=True):
    """One payment with all that came of it."""

    payment: Payment
    captures: list[Capture]
    refunds: list[RefundRow]
    notices: list[ToldLine]


async def payments_listed(db: Db, show: Show = "all", before: UUID | None = None) -> PaymentPage:
    """All payments, those that can still be paid, with an unknown outcome, with surplus money, or with refunds that are stuck."""
    found = await db.all(
        PaymentLine,
        """
        with chosen as (
          (select merchant_id, payment_id from payments.payments
            where :show = 'all' and (:before::uuid is null or payment_id < :before) order by payment_id desc limit :most)
          union all
          (select merchant_id, payment_id from payments.payments
            where :show = 'open' and next_at is not null and status in ('created', 'started')
              and (:before::uuid is null or payment_id < :before) order by payment_id desc limit :most)
          union all
          (select merchant_id, payment_id from payments.payments
            where :show = 'unknown' and unknown and (:before::uuid is null or payment_id < :before) order by payment_id desc limit :most)
          union all
          (select distinct merchant_id, payment_id from payments.captures
            where :show = 'surplus' and surplus <> '' and (:before::uuid is null or payment_id < :before)
            order by payment_id desc limit :most)
          union all
          (select distinct merchant_id, payment_id from payments.refunds
            where :show in ('refunds', 'unknown') and (unknown or (:show = 'refunds' and status = 'failed'))
              and (:before::uuid is null or payment_id < :before) order by payment_id desc limit :most)
        )
        select p.merchant_id, p.payment_id, m.name as merchant_name, p.title, p.amount, p.currency, p.provider, p.status, p.why, p.unknown,
          p.captured, p.refunded,
          (select count(*) from payments.captures c
            where c.merchant_id = p.merchant_id and c.payment_id = p.payment_id and c.surplus <> '') as surplus,
          (select count(*) from payments.refunds r
            where r.merchant_id = p.merchant_id and r.payment_id = p.payment_id and (r.status = 'failed' or r.unknown)) as stuck,
          p.created_at
        from (select distinct merchant_id, payment_id from chosen) as c
        join payments.payments p using (merchant_id, payment_id) join merchants.merchants m using (merchant_id)
        order by p.payment_id desc limit :most
        """,
        show=show,
        before=before,
        most=PAGE + 1,
    )
    return PaymentPage(found[:PAGE], found[PAGE - 1].payment_id if len(found) > PAGE else None)


async def payment_file(db: Db, merchant_id: UUID, payment_id: UUID) -> PaymentFile:
    """All about one payment. Refusal: not_found."""
    payment = await payment_of(db, merchant_id, payment_id)
    if payment is None:
        raise NotFound
    told = await db.all(
        ToldLine,
        """
        select notice_id, state, at from payments.notices where merchant_id = :merchant and payment_id = :payment order by at, notice_id
        """,
        merchant=merchant_id,
        payment=payment_id,
    )
    captures = await captures_of(db, merchant_id, payment_id)
    return PaymentFile(payment, captures, await refunds_of(db, merchant_id, payment_id), told)
