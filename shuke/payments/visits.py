"""Visits: what is asked of providers. Claimed in one transaction, asked without any, kept in another."""

import asyncio
import os
from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import msgspec
import structlog

from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.errands import errand
from shuke.kit.live import announce
from shuke.ledger import PROVIDERS
from shuke.payments.actions import learn
from shuke.payments.bank import Bank
from shuke.payments.provider import Found, Provider, Started, adapted
from shuke.payments.queries import payment_of
from shuke.payments.types import Payment

MOST = 40  # asked at the same time
SECONDS = 15.0  # a provider's own time-outs are shorter
LEASE = timedelta(seconds=60)

Answer = TypeVar("Answer")

log = structlog.get_logger()


class Visit(msgspec.Struct, frozen=True):
    """A payment that is due, and how often its provider has been asked since it last changed."""

    merchant_id: UUID
    payment_id: UUID
    visits: int


def provider_of(name: str, database: Database) -> Provider | None:
    """The provider of this name, as it is set up now."""
    return Bank(database) if name == "bank" else adapted(name)


def address() -> str:
    """Where this installation is reached from outside."""
    return os.environ.get("SHUKE_URL", "http://localhost:8000").rstrip("/")


@errand(*PROVIDERS)
async def visit_payments(database: Database, name: str) -> int:
    """Start, ask about, or close the payments of one provider that are due; how many."""
    provider = provider_of(name, database)
    if provider is None:
        return 0
    async with database.write() as db:
        due = await db.all(
            Visit,
            """
            update payments.payments p set next_at = :lease, visits = visits + 1
            where (merchant_id, payment_id) in (
              select merchant_id, payment_id from payments.payments where provider = :provider and next_at <= :now
              order by next_at limit :most for update skip locked)
            returning p.merchant_id, p.payment_id, p.visits
            """,
            provider=name,
            now=clock.now(),
            lease=clock.now() + LEASE,
            most=MOST,
        )
    if due:
        await asyncio.gather(*(_visit(database, provider, one) for one in due))
    return len(due)


async def _visit(database: Database, provider: Provider, one: Visit) -> None:
    async with database.read() as db:
        payment = await payment_of(db, one.merchant_id, one.payment_id)
    if payment is None or payment.status == "captured":
        return
    over = payment.until <= clock.now()
    if payment.open and over:
        found = await ask(provider.close(payment), Found("unknown"))
    elif payment.status == "created":
        found = await _start(database, provider, payment)
    else:
        found = await ask(provider.query(payment), Found("unknown"))
    async with database.write() as db:
        await learn(db, one.merchant_id, one.payment_id, found, "timed_out" if over else "failed")
        await _look_again(db, payment, found, _next(payment, found, one.visits))


def _next(payment: Payment, found: Found, visits: int) -> datetime | None:
    """When to ask again: soon at first, then every minute, and at its time limit. None: never."""
    if not payment.open:  # this was the last look after its end
        return clock.now() + timedelta(minutes=10) if found.state == "unknown" else None
    soon = clock.now() + timedelta(seconds=min(60, 5 * 2 ** min(visits, 4)))
    return min(soon, payment.until) if payment.until > clock.now() else soon


async def _start(database: Database, provider: Provider, payment: Payment) -> Found:
    """Make it payable at the provider; once more does no harm."""
    notify, back = f"{address()}/api/v1/notices/{payment.provider}", f"{address()}{payment.page}"
    started = await ask(provider.start(payment, notify, back), Started(None, None, "", "unknown"))
    if started.state != "started":
        return Found("ended" if started.state == "failed" else "unknown")
    async with database.write() as db:
        await db.run(
            """
            update payments.payments set status = 'started', url = :url, qr = :qr, provider_ref = :ref, visits = 0
            where merchant_id = :merchant and payment_id = :payment and status = 'created'
            """,
            merchant=payment.merchant_id,
            payment=payment.payment_id,
            url=started.url or "",
            qr=started.qr or "",
            ref=started.provider_ref,
        )
        await announce(db, f"person:{payment.person_id}", "payment")
    return Found("pending")


async def _look_again(db: Db, payment: Payment, found: Found, at: datetime | None) -> None:
    """Unless it was captured or ended meanwhile."""
    if (found.state == "unknown") != payment.unknown:
        await announce(db, f"person:{payment.person_id}", "payment")
    await db.run(
        """
        update payments.payments set unknown = :unknown, next_at = :at
        where merchant_id = :merchant and payment_id = :payment
          and (status = 'ended') = :ended and status <> 'captured'
        """,
        merchant=payment.merchant_id,
        payment=payment.payment_id,
        unknown=found.state == "unknown",
        ended=not payment.open,
        at=at,
    )


async def ask(answer: Awaitable[Answer], unknown: Answer) -> Answer:
    """A provider's answer; whatever goes wrong on the way there is no answer."""
    try:
        return await asyncio.wait_for(answer, SECONDS)
    except Exception as error:
        log.warning("provider did not answer", error=repr(error))
        return unknown
