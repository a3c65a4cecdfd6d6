"""Conflicts: who is first when a refund meets a till, a sweep, or another refund; a group's deadline its last payment."""

import asyncio
import time
from datetime import timedelta

from shuke.groupbuy.ends import fail_some
from shuke.kit import clock
from shuke.kit.db import Database
from shuke.moneyproof.market import Bought, Market, at_bank, bought, done, kept, market, outcomes, pays
from shuke.stage import ground
from shuke.stage.crew import Call, Errand
from shuke.stage.stage import Stage, tally
from shuke.vouchers.void import expire_some

REFUSED = {
    "already_refunded", "already_redeemed", "used", "given_away", "changed_meanwhile", "not_settled_yet", "undo_first", "other_way",
    "voided", "expired", "on_its_way", "in_use", "try_again", "refunded",
}  # fmt: skip
GUESTS = 16
USES = 40
SHARE = 100  # of a use, in these shops
LOOK = Call("GET", "/api/v1/payment-providers?currency=EUR", "")  # gives the others a moment


async def refund_and_redeem(at: Stage) -> None:
    """Vouchers of two uses meet tills, their buyer's refund and the shop's at the same moment: each use is a till's or its money back."""
    async with at.database() as database, database.write() as db:
        where = await market(db, "Refund and redeem", uses=2, price=2 * SHARE)
        people = await ground.guests(db, GUESTS)
    at.count(at.crew.send([Errand(where.buys(guest, "a")) for guest in people]))
    await done(at)
    token = {guest.person_id: guest for guest in people}
    errands = []
    for n, one in enumerate(await bought(at, where)):
        errands += [
            Errand((redeem(where, one, n, f"north {n}"),)),
            Errand((redeem(where, one, n + 1, f"south {n}"),)),
            Errand((*[LOOK] * (n % 4), _refund(where, one, token[one.person_id]))),
            Errand((*[LOOK] * (n % 4), _office(where, one))),
        ]
    said = tally(at.count(at.crew.send(errands)))
    at.claim(set(said) - REFUSED <= {"200", "201"}, f"refund and redeem: {dict(said)}")
    await done(at)
    await _uses_or_money(at, where, 2 * GUESTS)


async def refund_twice(at: Stage) -> None:
    """One order refunded from eight phones with keys of their own goes back once; with one key the answers are equal."""
    async with at.database() as database, database.write() as db:
        where = await market(db, "Refund twice")
        people = await ground.guests(db, 8)
    at.count(at.crew.send([Errand(where.buys(guest, "a")) for guest in people]))
    await done(at)
    sold = {one.person_id: one for one in await bought(at, where)}
    calls = [
        _refund(where, sold[guest.person_id], guest, key=f"{go if n else 0}")
        for n, guest in enumerate(people)
        for go in range(8)
    ]
    answers = at.count(at.crew.send([Errand((call,)) for call in calls]))
    same, others = answers[:8], answers[8:]
    at.claim(
        tally(same) == {"201": 8} and all(one.body == same[0].body for one in same), f"one key of a refund: {dict(tally(same))}"
    )
    said = tally(others)
    at.claim(said["201"] == 7 and set(said) - REFUSED <= {"201"}, f"refunds with keys of their own: {dict(said)}")
    await done(at)
    at.claim(await outcomes(at, where) == {"refunded": 8}, f"refund twice: {await outcomes(at, where)}")
    at.claim(await kept(at, where) == 0, "all of it is back")


async def expiry_redeem_and_refund(at: Stage) -> None:
    """Sold vouchers expire under tills and refunds while three sweeps run: each is used, or its money is back, once."""
    async with at.database() as database, database.write() as db:
        where = await market(db, "Expiry, tills, refunds", uses=USES, price=USES * SHARE)
        people = await ground.guests(db, GUESTS)
    at.count(at.crew.send([Errand(where.buys(guest, "a")) for guest in people]))
    await done(at)
    async with at.database() as database, database.write() as db:
        await db.run(
            "update vouchers.vouchers set ends_at = clock_timestamp() + interval '0.6 seconds' where merchant_id = :merchant",
            merchant=where.merchant_id,
        )
    token = {guest.person_id: guest for guest in people}
    vouchers = await bought(at, where)
    tills = [Errand(tuple(redeem(where, one, n, f"{n} {go}") for go in range(USES))) for n, one in enumerate(vouchers)]
    backs = [
        Errand(
            (*[LOOK] * (5 * n), _refund(where, one, token[one.person_id], "a"), _refund(where, one, token[one.person_id], "b"))
        )
        for n, one in enumerate(vouchers[::3])
    ]
    at.crew.begin([*tills, *backs, *[_sweep] * 3])
    said = tally(at.count(at.crew.answers()))
    at.claim(set(said) - REFUSED <= {"200", "201"}, f"expiry, tills and refunds: {dict(said)}")
    at.crew.act([_sweep])
    await done(at)
    await _uses_or_money(at, where, USES * GUESTS)


async def deadline_and_last_payment(at: Stage) -> None:
    """Groups of two whose second place is paid in the moment of the deadline, while it is looked at from four places: full, or all back."""
    groups = at.size(24, 12)
    async with at.database() as database, database.write() as db:
        where = await market(db, "Deadline", group_size=2, group_price=1000, group_hours=24)
        people = await ground.guests(db, 2 * groups)
    body = {"merchant_id": str(where.merchant_id), "deal_id": str(where.deal_id)}
    starts = [Errand((Call("POST", "/api/v1/groups", guest.token, body, "s"), *pays(guest, "s"))) for guest in people[:groups]]
    begun = at.crew.send(starts)
    at.count(begun)
    joins = []
    for guest, answers in zip(people[groups:], begun, strict=True):
        path = f"/api/v1/groups/{where.merchant_id}/{answers[0].body.get('group_id')}/places"
        joins.append(Errand((Call("POST", path, guest.token, {}, "j"), pays(guest, "j")[0])))
    attempts = [answers[-1] for answers in at.crew.send(joins)]
    at.calls += 2 * len(attempts)
    await done(at)
    async with at.database() as database, database.write() as db:
        await db.run(
            "update groupbuy.groups set deadline = clock_timestamp() + interval '0.4 seconds' where merchant_id = :merchant",
            merchant=where.merchant_id,
        )
    last = [
        Errand((at_bank(guest, "pay", f"{one.body['merchant_id']}/{one.body['payment_id']}"),))
        for guest, one in zip(people[groups:], attempts, strict=True)
    ]
    at.crew.begin([*[_deadlines] * 4, *last[: groups // 2]])
    await asyncio.to_thread(time.sleep, 0.3)
    said = tally(at.count(at.crew.answers()))
    at.crew.begin([*[_deadlines] * 4, *last[groups // 2 :]])
    said += tally(at.count(at.crew.answers()))
    at.claim(set(said) <= {"201", "bank_closed"}, f"deadline and last payment: {dict(said)}")
    at.crew.act([_deadlines])
    await done(at)
    found = await outcomes(at, where)
    at.claim(set(found) <= {"fulfilled", "refunded", "released"} and found["fulfilled"] % 2 == 0, f"deadlines: {dict(found)}")
    at.claim(await kept(at, where) == found["fulfilled"] * 1000, f"deadlines: {dict(found)}, {await kept(at, where)} kept")


def redeem(where: Market, one: Bought, till: int, key: str) -> Call:
    """A use at one of the shop's tills."""
    body = {**where.shop.place(till), "code": one.code, "bill": 5000}
    return Call("POST", "/api/v1/redemptions", where.shop.cashier(till), body, key)


def _refund(where: Market, one: Bought, guest: ground.Guest, key: str = "back") -> Call:
    return Call("POST", f"/api/v1/orders/{where.merchant_id}/{one.order_id}/refunds", guest.token, {}, key)


def _office(where: Market, one: Bought) -> Call:
    path = f"/api/v1/merchants/{where.merchant_id}/orders/{one.order_id}/refunds"
    return Call("POST", path, where.owner.token, {"reason": "proof"}, f"office {one.order_id}")


async def _uses_or_money(at: Stage, where: Market, uses: int) -> None:
    """Every use of what was sold was made and stays paid, or its share is back."""
    async with at.database() as database, database.read() as db:
        used = await db.value(int, "select count(*) from vouchers.redemptions where merchant_id = :m", m=where.merchant_id)
        left = await db.value(
            int, "select count(*) from checkout.sold where merchant_id = :m and uses_held <> uses_refunded", m=where.merchant_id
        )
    money = await kept(at, where)
    at.claim(not left, f"{left} vouchers are neither used nor back")
    at.claim(money == (used or 0) * SHARE, f"{used} uses of {uses}, {money} kept")


async def _sweep(database: Database) -> str:
    """The job that ends what has expired, again and again for two seconds."""
    end = time.monotonic() + 2
    count = 0
    while time.monotonic() < end:
        async with database.write() as db:
            count += await expire_some(db)
        await asyncio.sleep(0.02)
    return str(count)


async def _deadlines(database: Database) -> str:
    """The job that ends groups whose deadline has passed, by a clock that is five seconds ahead: sooner than a guest is used to."""
    end = time.monotonic() + 1.5
    count = 0
    while time.monotonic() < end:
        with clock.at(clock.now() + timedelta(seconds=5)):
            async with database.write() as db:
                count += await fail_some(db)
        await asyncio.sleep(0.02)
    return str(count)
