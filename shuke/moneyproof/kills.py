"""Kills between payment and voucher, and a bank that is silent for a while: in the end every payment is a voucher, or is back."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

from shuke.kit import clock, embedded_postgres
from shuke.kit.db import Database
from shuke.kit.errands import run_errands
from shuke.moneyproof.market import PRICE, Market, at_bank, bought, done, kept, market, outcomes, pays
from shuke.stage import ground
from shuke.stage.crew import Call, Errand
from shuke.stage.stage import Stage, tally

CALLERS = 12
PATIENCE = 60.0
SILENT_SECONDS = 3.0


async def kill_web_at_checkout(at: Stage) -> None:
    """A web worker is killed while people order and pay."""
    await _under_fire(at, "web worker", lambda: at.served.children("web")[:1])


async def kill_work_at_checkout(at: Stage) -> None:
    """The process that turns payments into vouchers is killed while people order and pay."""
    await _under_fire(at, "reactions", lambda: at.served.children("work"))


async def kill_postgres_at_checkout(at: Stage) -> None:
    """PostgreSQL is killed while people order and pay."""

    def postmaster() -> list[int]:
        found = embedded_postgres.find(at.served.data / "postgres")
        return [found.pid] if found else []

    await _under_fire(at, "PostgreSQL", postmaster)


async def _under_fire(at: Stage, what: str, victims: Callable[[], Sequence[int]]) -> None:
    each = at.size(30, 12)
    count = CALLERS * each
    async with at.database() as database, database.write() as db:
        where = await market(db, f"Checkout, kill {what}", stock=count)
        people = await ground.guests(db, count)
    errands = [
        Errand(tuple(call for guest in people[n::CALLERS] for call in where.buys(guest, "a")), PATIENCE) for n in range(CALLERS)
    ]
    at.crew.begin(errands)
    kills = at.fire(victims)
    said = tally(at.count(at.crew.answers()))
    at.claim(kills > 0, f"{what}: nothing was killed")
    at.claim(set(said) <= {"201", "bank_closed"}, f"{what} killed {kills} times: {dict(said)}")
    await done(at)
    await _all_given(at, where, count, f"{what} killed {kills} times")


async def _all_given(at: Stage, where: Market, count: int, what: str) -> None:
    """As many vouchers and prices as people who bought."""
    found, vouchers, money = await outcomes(at, where), len(await bought(at, where)), await kept(at, where)
    at.claim(found == {"fulfilled": count}, f"{what}: {count} bought, orders {dict(found)}")
    at.claim((vouchers, money) == (count, count * PRICE), f"{what}: {count} bought, {vouchers} vouchers, {money} kept")


async def bank_away(at: Stage) -> None:
    """The bank says nothing for a while, not of what was paid there nor of refunds: nothing is guessed, and afterwards all is settled."""
    async with at.database() as database, database.write() as db:
        where = await market(db, "Bank away", stock=100)
        people = await ground.guests(db, 24)
    paid, unheard, untold = people[:8], people[8:16], people[16:]
    at.count(at.crew.send([Errand(where.buys(guest, "a")) for guest in paid]))
    await done(at)
    started = [Errand((where.order(guest, "a"), pays(guest, "a")[0])) for guest in (*unheard, *untold)]
    attempts = [answers[1] for answers in at.crew.send(started)]
    at.calls += 2 * len(attempts)
    for guest, attempt in zip(unheard, attempts, strict=False):  # paid at the bank, whose notice gets lost
        path = f"{attempt.body['merchant_id']}/{attempt.body['payment_id']}"
        at.count(at.crew.send([Errand((at_bank(guest, "pay_unheard", path),))]))
    async with at.database() as database, database.write() as db:
        await db.run("update testbank.payments set state = 'silent' where merchant_id = :m", m=where.merchant_id)
    orders = {one.person_id: one.order_id for one in await bought(at, where)}
    backs = [_refund(where, guest, orders[guest.person_id]) for guest in paid]
    at.claim(
        tally(at.count(at.crew.send([Errand((call,)) for call in backs]))) == {"201": 8},
        "refunds are taken while the bank is away",
    )
    at.crew.act([_asked] * 4)
    await asyncio.sleep(SILENT_SECONDS)
    found = await outcomes(at, where)
    at.claim(found == {"refunded": 8, "held": 16}, f"while the bank is away: {dict(found)}")
    at.claim(await _unknown(at, where) > 0, "what nobody knows is marked so")
    async with at.database() as database, database.write() as db:
        await db.run(
            "update testbank.payments set state = case when paid_ref = '' then 'open' else 'paid' end where merchant_id = :m",
            m=where.merchant_id,
        )
    await _until_told(at, where)
    at.count(at.crew.send([Errand((at_bank(guest, "pay", f"{one.body['merchant_id']}/{one.body['payment_id']}"),))
                           for guest, one in zip(untold, attempts[8:], strict=True)]))  # fmt: skip
    await done(at)
    found = await outcomes(at, where)
    at.claim(found == {"refunded": 8, "fulfilled": 16}, f"after the bank came back: {dict(found)}")
    at.claim(await kept(at, where) == 16 * PRICE, "after the bank came back: what was kept is the price of what was given")
    at.claim(await _unknown(at, where) == 0, "after the bank came back nothing is unknown")


def _refund(where: Market, guest: ground.Guest, order_id: UUID) -> Call:
    return Call("POST", f"/api/v1/orders/{where.merchant_id}/{order_id}/refunds", guest.token, {}, "back")


async def _asked(database: Database) -> str:
    """The providers are asked as if a while had passed."""
    with clock.at(clock.now() + timedelta(seconds=90)):
        return str(await run_errands(database))


async def _unknown(at: Stage, where: Market) -> int:
    async with at.database() as database, database.read() as db:
        return await db.value(
            int,
            """
            select (select count(*) from payments.payments where merchant_id = :m and unknown)
              + (select count(*) from payments.refunds where merchant_id = :m and (unknown or status <> 'succeeded'))
            """,
            m=where.merchant_id,
        ) or 0  # fmt: skip


async def _until_told(at: Stage, where: Market) -> None:
    """Ask, as time goes by, until nothing is unknown."""
    end = time.monotonic() + PATIENCE
    ahead = timedelta(seconds=90)
    while await _unknown(at, where) or (await outcomes(at, where))["fulfilled"] < 8:
        if time.monotonic() > end:
            at.claim(False, "the bank is back, but not all is told")
            return
        ahead += timedelta(seconds=60)
        async with at.database() as database:
            with clock.at(clock.now() + ahead):
                await run_errands(database)
        await at.quiet()
