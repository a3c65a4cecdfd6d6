"""Hours: two settle at once and are killed in the middle, undos come in the same moment, and the clock jumps over every deadline."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from shuke.kit import clock
from shuke.kit.db import Database, connect
from shuke.kit.deliver import drain
from shuke.kit.errands import run_errands
from shuke.kit.jobs import run_jobs
from shuke.moneyproof.conflicts import redeem
from shuke.moneyproof.market import PRICE, Market, bought, done, kept, market, outcomes, pays
from shuke.rooms import reactions
from shuke.settlement import settle as settling
from shuke.stage import ground
from shuke.stage.crew import Answer, Call, Errand
from shuke.stage.stage import Stage, tally

HOUR = timedelta(minutes=61)
GONE = ("not_signed_in", "expired", "voided")  # sessions and vouchers end, too
BATCH = 3  # uses a transaction, so that there are many to be killed in


async def settle_undo_and_kill(at: Stage) -> None:
    """Three processes settle by a clock that is an hour ahead and are killed, while tills undo the same uses: a use is settled once,
    or held again, or taken back on a line of its own."""
    uses = at.size(96, 48)
    async with at.database() as database, database.write() as db:
        where = await market(db, "Settling")
        people = await ground.guests(db, uses)
    at.count(
        at.crew.send([Errand(tuple(call for guest in people[n::16] for call in where.buys(guest, "a"))) for n in range(16)])
    )
    await done(at)
    vouchers = await bought(at, where)
    redeemed = at.count(
        at.crew.send([Errand((*(redeem(where, one, n, f"{n} {one.code}") for one in vouchers[n::16]),)) for n in range(16)])
    )
    at.claim(tally(redeemed) == {"201": uses}, f"settling: {dict(tally(redeemed))}")
    await done(at)
    errands = [Errand(tuple(_undo(where, n, answer) for answer in redeemed[n : uses // 2 : 8])) for n in range(8)]
    for life in range(at.size(4, 2)):
        settlers = _settlers(at.url, 3)
        if life == 0:
            at.crew.begin(errands)
        await asyncio.sleep(0.5)
        for settler in settlers:
            assert settler.pid is not None
            os.kill(settler.pid, signal.SIGKILL)
    undone = tally(at.count(at.crew.answers()))
    at.claim(undone == {"201": uses // 2}, f"undone near the hour: {dict(undone)}")
    at.crew.act([_settle_all] * 4)
    await done(at)
    async with at.database() as database, database.read() as db:
        lines = await db.value(
            int,
            """
            select (count(*) filter (where kind = 'use') - count(*) filter (where kind = 'use_returned'))::int
            from settlement.lines where merchant_id = :merchant
            """,
            merchant=where.merchant_id,
        )
    at.claim(lines == uses - uses // 2, f"{uses} uses, {uses // 2} undone, {lines} settled")


async def clock_jumps(at: Stage) -> None:
    """While people buy, join and redeem, jobs run by clocks that are ahead: past holds, past the hour of undoing, past groups and the day,
    past the end of vouchers. What was paid is a voucher, used, or back."""
    async with at.database() as database, database.write() as db:
        where = await market(db, "Clock jumps", stock=200, group_size=3, group_price=1000, group_hours=2)
        people = await ground.guests(db, 40)
    at.count(at.crew.send([Errand(where.buys(guest, "a")) for guest in people[:8]]))
    await done(at)
    vouchers = await bought(at, where)
    body = {"merchant_id": str(where.merchant_id), "deal_id": str(where.deal_id)}
    for number, ahead in enumerate((timedelta(minutes=16), HOUR, timedelta(hours=3), timedelta(hours=26), timedelta(days=32))):
        mine = people[8 + 6 * number : 14 + 6 * number]
        group = Call("POST", "/api/v1/groups", mine[5].token, body, "s")
        errands = [
            *(Errand(where.buys(guest, "b")) for guest in mine[:4]),
            Errand((where.order(mine[4], "unpaid"),)),
            Errand((group, *pays(mine[5], "s"))),
            *(Errand((redeem(where, one, number, f"jump {number}"),)) for one in vouchers[number : number + 1]),
        ]
        at.crew.begin([*errands, *[partial(_by, ahead)] * 3])
        said = tally(at.count(at.crew.answers()))
        at.claim(set(said) <= {"201", "not_payable", "bank_closed", *GONE}, f"the clock {ahead} ahead: {dict(said)}")
        await at.quiet()
        at.crew.act([partial(_by, ahead)])
        await done(at)
    found = await outcomes(at, where)
    at.claim(set(found) <= {"fulfilled", "refunded", "released"}, f"after all deadlines: {dict(found)}")
    async with at.database() as database, database.read() as db:
        used = await db.value(int, "select count(*) from vouchers.redemptions where merchant_id = :m", m=where.merchant_id)
        closed = await db.value(int, "select count(*) from settlement.statements where merchant_id = :m", m=where.merchant_id)
    money = await kept(at, where)
    at.claim(used and money == used * PRICE, f"{used} used, {money} kept")
    at.claim((closed or 0) > 0, "days were closed")


def _undo(where: Market, till: int, redemption: Answer) -> Call:
    path = f"/api/v1/redemptions/{redemption.body.get('redemption_id')}/undo"
    return Call("POST", path, where.shop.cashier(till), {**where.shop.place(till), "reason": "proof"}, f"undo {path}")


async def _by(ahead: timedelta, database: Database) -> str:
    """All jobs, errands and reactions by a clock that is ahead, until nothing is left to do."""
    assert reactions()
    for _round in range(6):
        with clock.at(clock.now() + ahead):
            if not await run_jobs(database) + await drain(database) + await run_errands(database):
                break
    return "done"


async def _settle_all(database: Database) -> str:
    """What is due in an hour."""
    count = 0
    with clock.at(clock.now() + HOUR):
        while True:
            async with database.write() as db:
                done_now = await settling.settle(db)
            if not done_now:
                return str(count)
            count += done_now


def _settlers(url: str, count: int) -> Sequence[multiprocessing.process.BaseProcess]:
    """Processes that settle until they are killed."""
    context = multiprocessing.get_context("forkserver")
    made = [context.Process(target=_settle_forever, args=(url, clock.now() + HOUR), daemon=True) for _number in range(count)]
    for one in made:
        one.start()
    return made


def _settle_forever(url: str, moment: datetime) -> None:
    settling.MOST = BATCH
    asyncio.run(_settle_slowly(url, moment))


async def _settle_slowly(url: str, moment: datetime) -> None:
    database = await connect(url, size=1)
    with clock.at(moment):
        while True:
            async with database.write() as db:
                await settling.settle(db)
                await asyncio.sleep(0.02)
