"""Visits: what is asked of providers. Claimed in one transaction, asked without any, and what they said kept together in another."""

import asyncio
import os
from collections.abc import Awaitable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import msgspec
import structlog

from shuke.kit import clock
from shuke.kit.batch import Batcher
from shuke.kit.db import Database, Db
from shuke.kit.errands import errand
from shuke.kit.live import announce, announce_all
from shuke.kit.refusals import Refusal
from shuke.ledger import PROVIDERS
from shuke.payments.actions import FIRST_LOOK
from shuke.payments.counting import LAST_LOOK, Word, learn
from shuke.payments.provider import Found, Provider, Started, adapted
from shuke.payments.types import Payment, Why

MOST = 40  # asked at the same time
SECONDS = 15.0  # a provider's own time-outs are shorter
LEASE = timedelta(seconds=60)
SELDOM = {"pending": 240.0, "unknown": 60.0}  # seconds: no rarer than that is an open payment asked about
PRESSING = timedelta(minutes=1)  # from its time limit: so long a held order waits for what came of it

Answer = TypeVar("Answer")

log = structlog.get_logger()


class _Due(msgspec.Struct, frozen=True):
    """How often the provider of a payment that is due has been asked since it last changed."""

    merchant_id: UUID
    payment_id: UUID
    visits: int


class _Visited(msgspec.Struct, frozen=True):
    """What was said of a payment, `why` it would have ended, and how often it had been asked about."""

    payment: Payment
    found: Found
    why: Why
    visits: int


def address() -> str:
    """Where this installation is reached from outside."""
    return os.environ.get("SHUKE_URL", "http://localhost:8000").rstrip("/")


@errand(*PROVIDERS)
async def visit_payments(database: Database, name: str) -> int:
    """Start, ask about, or close the payments of one provider that are due; how many."""
    provider = adapted(name, database)
    if provider is None:
        return 0
    async with database.write() as db:
        due = await _claim(db, name)
    if due:
        async with database.read() as db:
            payments = await _payments(db, due)
        keeping = Batcher(database, _keep)
        visits = {(one.merchant_id, one.payment_id): one.visits for one in due}
        asked = [(payment, visits[payment.merchant_id, payment.payment_id]) for payment in payments]
        await asyncio.gather(*(_visit(database, provider, keeping, one) for one in asked))
    return len(due)


async def _claim(db: Db, name: str) -> list[_Due]:
    """Payments that are due; nobody else asks about them for a while."""
    return await db.all(
        _Due,
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


async def _payments(db: Db, due: Sequence[_Due]) -> list[Payment]:
    """Those that were not paid meanwhile."""
    return await db.all(
        Payment,
        """
        select p.merchant_id, p.payment_id, p.person_id, p.purpose, p.reference, p.title, p.amount, p.currency, p.provider, p.status, p.why,
          p.unknown, p.until, p.provider_ref, p.url, p.qr, p.captured, p.refunded, p.return_to, p.phone, p.created_at
        from unnest(:merchants::uuid[], :payments::uuid[]) as d(merchant_id, payment_id)
        join payments.payments p on p.merchant_id = d.merchant_id and p.payment_id = d.payment_id and p.status <> 'captured'
        """,
        merchants=[one.merchant_id for one in due],
        payments=[one.payment_id for one in due],
    )


async def _visit(database: Database, provider: Provider, keeping: Batcher[_Visited, None], asked: tuple[Payment, int]) -> None:
    payment, visits = asked
    over = payment.until <= clock.now()
    if payment.open and over:
        found = await ask(provider.close(payment), Found("unknown"))
    elif payment.status == "created":
        found = await _start(database, provider, payment)
    else:
        found = await ask(provider.query(payment), Found("unknown"))
    await keeping(_Visited(payment, found, "timed_out" if over else "failed", visits))


async def _keep(db: Db, visited: Sequence[_Visited]) -> list[Refusal | None]:
    """What providers said, and when they are asked again unless that was captured or ended meanwhile. What was cancelled while they were
    asked has another time limit by now, and stays due."""
    await learn(db, [Word(one.payment.merchant_id, one.payment.payment_id, one.found, one.why) for one in visited])
    turned = [one.payment for one in visited if (one.found.state == "unknown") != one.payment.unknown]
    await announce_all(db, [f"person:{payment.person_id}" for payment in turned], "payment")
    await db.run(
        """
        update payments.payments p set unknown = v.unknown, next_at = case when p.until = v.until then v.at else p.next_at end
        from unnest(:merchants::uuid[], :payments::uuid[], :unknown::bool[], :ended::bool[], :untils::timestamptz[],
          :moments::timestamptz[]) as v(merchant_id, payment_id, unknown, ended, until, at)
        where p.merchant_id = v.merchant_id and p.payment_id = v.payment_id and (p.status = 'ended') = v.ended and p.status <> 'captured'
        """,
        merchants=[one.payment.merchant_id for one in visited],
        payments=[one.payment.payment_id for one in visited],
        unknown=[one.found.state == "unknown" for one in visited],
        ended=[not one.payment.open for one in visited],
        untils=[one.payment.until for one in visited],
        moments=[_next(one.payment, one.found, one.visits) for one in visited],
    )
    return [None] * len(visited)


def _next(payment: Payment, found: Found, visits: int) -> datetime | None:
    """When to ask again: soon at first, then ever more seldom, at its time limit, and soon after that. None: never.

    Most are paid, and told by a notice, within a minute; asking is for notices that get lost.
    """
    if not payment.open:  # this was the last look after its end
        return clock.now() + LAST_LOOK if found.state == "unknown" else None
    first = 5.0 if found.state == "unknown" else FIRST_LOOK.total_seconds()
    wait = min(SELDOM.get(found.state, 60.0), first * 2 ** min(visits, 6))
    now = clock.now()
    if payment.until > now:
        return min(now + timedelta(seconds=wait), payment.until)
    return now + timedelta(seconds=min(wait, 10.0) if now < payment.until + PRESSING else wait)


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


async def ask(answer: Awaitable[Answer], unknown: Answer) -> Answer:
    """A provider's answer; whatever goes wrong on the way there is no answer."""
    try:
        return await asyncio.wait_for(answer, SECONDS)
    except Exception as error:
        log.warning("provider did not answer", error=repr(error))
        return unknown
