"""Notices: the same one from many at once, forged ones, paying twice and late, kills between paying, counting it and paying it back."""

import asyncio
import os
import secrets
import signal
import time
from collections import Counter
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import msgspec

from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.errands import run_errands
from shuke.moneyproof.market import PRICE, at_bank, bought, done, kept, market, outcomes, pays
from shuke.payments import Ear, Notice, Payment, Told, Wish, request
from shuke.stage import ground
from shuke.stage.crew import Answer, Call, Errand
from shuke.stage.stage import Stage, tally
from shuke.testbank import SIGNATURE, Bank, bank_key, sign

PROCESSES = 32
TIMES = 20
TRIES = 6
CALLERS = 12
PATIENCE = 60.0
SETTLED_SECONDS = 120.0
LEASES = timedelta(seconds=90)


class _Sent(msgspec.Struct, frozen=True):
    """A notice as the bank signed it."""

    body: bytes
    signature: str


class _Books(msgspec.Struct, frozen=True):
    """What became of a shop's payments."""

    payments: int
    captures: int
    underway: int


async def one_notice(at: Stage) -> None:
    """A notice that 32 processes take at the same moment counts once."""
    async with at.database() as database, database.write() as db:
        shop = await ground.shop(db, "One notice")
        [guest] = await ground.guests(db, 1)
        payment = await _owed(db, shop, guest)
    at.count(at.crew.send([Errand((_act(payment, guest, "pay_unheard"),), PATIENCE)]))
    async with at.database() as database, database.read() as db:
        [sent] = await db.all(
            _Sent,
            "select body, signature from testbank.notices where merchant_id = :merchant and payment_id = :payment",
            merchant=payment.merchant_id,
            payment=payment.payment_id,
        )
    told = at.crew.act([partial(_take, sent)] * PROCESSES)
    at.calls += len(told)
    at.claim(set(told) == {"taken"}, f"one notice: {set(told)}")
    await _settled(at, shop, 1, "one notice")


async def notice_storm(at: Stage) -> None:
    """A notice sent 20 times at once over HTTP, forged ones among them: one capture, one voucher; who forged is told so."""
    async with at.database() as database:
        async with database.write() as db:
            where = await market(db, "Notice storm")
            [guest] = await ground.guests(db, 1)
        attempt = (where.order(guest, "a"), *pays(guest, "a")[:1])
        [_order, started] = at.count(at.crew.send([Errand(attempt)]))
        async with database.write() as db:
            key = await bank_key(db)
    ref = uuid4().hex
    body = _notice(started, ref, PRICE)
    again = [_post(body, sign(key, body))] * TIMES
    others = [_post(one, sign(key, one)) for one in (_notice(started, ref, PRICE) for _ in range(4))]
    forged = [_post(body, sign(b"a guess", body)), _post(_notice(started, ref, 1), sign(key, body)), _post(body, "")] * 4
    answers = at.count(at.crew.send([Errand((call,)) for call in (*again, *others, *forged)]))
    genuine, false = answers[: TIMES + 4], answers[TIMES + 4 :]
    at.claim(tally(genuine) == {"200": TIMES + 4}, f"a notice {TIMES} times: {dict(tally(genuine))}")
    at.claim(tally(false) == {"forged_notice": len(forged)}, f"forged notices: {dict(tally(false))}")
    await done(at)
    at.claim(await outcomes(at, where) == {"fulfilled": 1}, f"a notice {TIMES} times: {await outcomes(at, where)}")
    at.claim((len(await bought(at, where)), await kept(at, where)) == (1, PRICE), "one voucher for one price")


async def paid_twice_and_late(at: Stage) -> None:
    """Two attempts at an order paid at once, one attempt paid twice, orders cancelled while they are paid, and paid when all is over:
    each order has its voucher or its money is back."""
    async with at.database() as database:
        async with database.write() as db:
            where = await market(db, "Paid twice and late", stock=100)
            people = await ground.guests(db, 4 * TRIES)
        made = [Errand((where.order(guest, "a"), pays(guest, "a")[0])) for guest in people]
        told = [one for first in range(0, len(made), 32) for one in at.crew.send(made[first : first + 32])]
        at.count(told)
        async with database.write() as db:
            key = await bank_key(db)
    errands = []
    for n, (guest, (order, started)) in enumerate(zip(people, told, strict=True)):
        path, payment = (
            f"{one.body['merchant_id']}/{one.body[name]}" for one, name in ((order, "order_id"), (started, "payment_id"))
        )
        cancel = Call("POST", f"/api/v1/orders/{path}/cancellation", guest.token)
        late = _notice(started, uuid4().hex, PRICE)
        errands += (
            [Errand((at_bank(guest, "pay", payment),)), Errand((Call("POST", f"/api/v1/orders/{path}/payments", guest.token,
                {"provider": "bank"}, "b"), at_bank(guest)))],
            [Errand((at_bank(guest, "pay_twice", payment),))],
            [Errand((at_bank(guest, "pay", payment),)), Errand((cancel,))],
            [Errand((cancel, _post(late, sign(key, late)))), Errand((at_bank(guest, "pay", payment),))],
        )[n % 4]  # fmt: skip
    said: Counter[str] = Counter()
    for first in range(0, len(errands), 64):
        said += tally(at.count(at.crew.send(errands[first : first + 64])))
    at.claim(set(said) <= {"200", "201", "bank_closed", "order_is_paid", "not_payable"}, f"paid twice and late: {dict(said)}")
    await done(at)
    found = await outcomes(at, where)
    at.claim(set(found) <= {"fulfilled", "released"} and found["fulfilled"] >= 2 * TRIES, f"paid twice and late: {dict(found)}")
    at.claim(await kept(at, where) == found["fulfilled"] * PRICE, "what was kept is the price of what was given")


def _notice(started: Answer, ref: str, amount: int) -> bytes:
    """What the bank would write about this payment."""
    merchant_id, payment_id = (UUID(str(started.body[name])) for name in ("merchant_id", "payment_id"))
    return msgspec.json.encode(Notice(uuid4().hex, merchant_id, payment_id, None, "captured", ref, amount, "EUR"))


def _post(body: bytes, signature: str) -> Call:
    return Call("POST", "/api/v1/notices/bank", "", text=body, heads={SIGNATURE: signature})


async def kill_while_paying(at: Stage) -> None:
    """Web worker and reactions are killed while guests pay for what nobody sells: all of it is counted once and goes back once."""
    each = at.size(40, 8)
    async with at.database() as database, database.write() as db:
        shop = await ground.shop(db, "Kill while paying")
        people = await ground.guests(db, CALLERS)
        errands = [
            Errand(tuple([_act(await _owed(db, shop, guest), guest, "pay") for _ in range(each)]), PATIENCE) for guest in people
        ]
    at.crew.begin(errands)
    kills = 0
    for _round in range(at.size(3, 2)):
        await asyncio.sleep(0.2 + secrets.randbelow(400) / 1000)
        for pid in [*at.served.children("web")[:1], *at.served.children("work")]:
            os.kill(pid, signal.SIGKILL)
            kills += 1
    answers = at.count(at.crew.answers())
    at.claim(kills > 0, "paying: nothing was killed")
    at.claim(set(tally(answers)) <= {"201", "bank_closed"}, f"paying, killed {kills} times: {dict(tally(answers))}")
    await _settled(at, shop, CALLERS * each, "paying")


async def _owed(db: Db, shop: ground.Shop, guest: ground.Guest) -> Payment:
    """A payment for an order that doesn't exist: whoever sells will send it back."""
    until = clock.now() + timedelta(minutes=30)
    return await request(
        db, Wish(shop.merchant_id, guest.person_id, "order", uuid4(), "Proof", 1000, "EUR", "bank", until, "/wallet")
    )


def _act(payment: Payment, guest: ground.Guest, act: str) -> Call:
    return Call("POST", f"/api/v1/bank/payments/{payment.merchant_id}/{payment.payment_id}", guest.token, {"act": act})


async def _take(sent: _Sent, database: Database) -> str:
    notice = await Bank(database).read_notice({SIGNATURE: sent.signature}, sent.body)
    await Ear(database)(Told("bank", notice))
    return "taken"


async def _settled(at: Stage, shop: ground.Shop, count: int, what: str) -> None:
    """In the end each payment was captured once, and all the money is back."""
    end = time.monotonic() + SETTLED_SECONDS
    while True:
        async with at.database() as database, database.read() as db:
            books = await db.one(
                _Books,
                """
                select count(*) as payments,
                  (select count(*) from payments.captures where merchant_id = :merchant) as captures,
                  count(*) filter (where p.status <> 'captured' or p.refunded <> p.captured or exists (
                    select from payments.refunds r where r.merchant_id = p.merchant_id and r.payment_id = p.payment_id
                      and r.status <> 'succeeded')) as underway
                from payments.payments p where p.merchant_id = :merchant
                """,
                merchant=shop.merchant_id,
            )
        if books == _Books(count, count, 0):
            return
        if time.monotonic() > end:
            at.broken.append(f"{what}: {books} after {SETTLED_SECONDS:.0f} s, of {count} payments")
            return
        await asyncio.sleep(0.5)
        async with at.database() as database:
            with clock.at(clock.now() + LEASES):  # whoever was killed holds on to what it asked until then
                await run_errands(database)
