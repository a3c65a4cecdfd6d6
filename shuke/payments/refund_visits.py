"""Visits for refunds: providers are asked to pay back, and how that went, until they say."""

import asyncio
from datetime import timedelta
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.errands import errand
from shuke.ledger import PROVIDERS
from shuke.payments.provider import Provider, RefundFound, adapted
from shuke.payments.queries import payment_of, refund_of
from shuke.payments.refunding import learn_refund
from shuke.payments.types import Payment, RefundRow
from shuke.payments.visits import LEASE, MOST, ask


class RefundVisit(msgspec.Struct, frozen=True):
    """A refund that is due, and how often its provider has been asked."""

    merchant_id: UUID
    refund_id: UUID
    visits: int


@errand(*PROVIDERS)
async def visit_refunds(database: Database, name: str) -> int:
    """Let one provider pay back what is due, or ask how it went; how many."""
    provider = adapted(name, database)
    if provider is None:
        return 0
    async with database.write() as db:
        due = await db.all(
            RefundVisit,
            """
            update payments.refunds r set next_at = :lease, visits = visits + 1
            where (merchant_id, refund_id) in (
              select d.merchant_id, d.refund_id from payments.refunds d
              join payments.payments p on p.merchant_id = d.merchant_id and p.payment_id = d.payment_id
              where d.next_at <= :now and p.provider = :provider order by d.next_at limit :most for update of d skip locked)
            returning r.merchant_id, r.refund_id, r.visits
            """,
            provider=name,
            now=clock.now(),
            lease=clock.now() + LEASE,
            most=MOST,
        )
    if due:
        await asyncio.gather(*(_visit(database, provider, one) for one in due))
    return len(due)


async def _visit(database: Database, provider: Provider, one: RefundVisit) -> None:
    async with database.read() as db:
        refund = await refund_of(db, one.merchant_id, one.refund_id)
        payment = await payment_of(db, one.merchant_id, refund.payment_id) if refund else None
    if refund is None or payment is None or refund.status not in ("requested", "pending"):
        return
    found = await _ask(provider, refund, payment)
    unknown = found.state == "unknown"
    wait = min(300 if unknown else 3600, 5 * 2 ** min(one.visits, 10))
    async with database.write() as db:
        await learn_refund(db, one.merchant_id, one.refund_id, found)
        await db.run(
            """
            update payments.refunds set unknown = :unknown, next_at = :next
            where merchant_id = :merchant and refund_id = :refund and status in ('requested', 'pending')
            """,
            merchant=one.merchant_id,
            refund=one.refund_id,
            unknown=unknown,
            next=clock.now() + timedelta(seconds=wait),
        )


async def _ask(provider: Provider, refund: RefundRow, payment: Payment) -> RefundFound:
    """One that may have reached the provider is asked about before it is sent again."""
    nothing = RefundFound("unknown")
    if refund.unknown or refund.status == "pending":
        found = await ask(provider.query_refund(refund, payment), nothing)
        if found.state != "unknown" or refund.status == "pending":
            return found
    return await ask(provider.refund(refund, payment), nothing)
