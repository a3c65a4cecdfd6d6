"""Payments: the same notice from many at once, and kills between paying, counting it and paying it back."""

import asyncio
import os
import secrets
import signal
import time
from datetime import timedelta
from functools import partial
from uuid import uuid4

import msgspec

from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.payments import Payment, Wish, request
from shuke.payments.bank import SIGNATURE, Bank
from shuke.payments.notices import take_notice
from shuke.stage import ground
from shuke.stage.crew import Call, Errand
from shuke.stage.stage import Stage, tally

PROCESSES = 32
CALLERS = 12
PATIENCE = 60.0
SETTLED_SECONDS = 120.0


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
            "select body, signature from payments.bank_notices where merchant_id = :merchant and payment_id = :payment",
            merchant=payment.merchant_id,
            payment=payment.payment_id,
        )
    told = at.crew.act([partial(_take, sent)] * PROCESSES)
    at.calls += len(told)
    at.claim(set(told) == {"taken"}, f"one notice: {set(told)}")
    await _settled(at, shop, 1, "one notice")


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
    async with database.write() as db:
        await take_notice(db, Bank(database), {SIGNATURE: sent.signature}, sent.body)
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
