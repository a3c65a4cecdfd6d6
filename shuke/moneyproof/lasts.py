"""Lasts: 64 at once on the last units of a deal, a group's last place, one person's limit, one balance."""

from datetime import timedelta

from shuke.cards import JoinCall, Joined, join
from shuke.cards.codes import rotating_code
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.merchants import Acting, Till
from shuke.moneyproof.market import PRICE, Market, bought, done, kept, market, outcomes, pays
from shuke.payments import payment_of
from shuke.people.tokens import read_token
from shuke.stage import ground
from shuke.stage.crew import Call, Errand
from shuke.stage.stage import Stage, tally
from shuke.storedvalue import NewTopUp, RulesDraft, paying, set_rules, top_up
from shuke.testbank import act_at_bank

MANY = 64
STOCK = 10
BALANCE = 10_000
EACH = 700
CODES = 18  # half minutes whose codes a till may have taken within ten minutes


async def last_units(at: Stage) -> None:
    """64 people order and pay the last ten of a deal: ten have a voucher, the rest is told that it is sold out."""
    for flash in (False, True):
        async with at.database() as database, database.write() as db:
            where = await market(db, "Last units", stock=STOCK, flash=flash)
            people = await ground.guests(db, MANY)
        answers = at.count(at.crew.send([Errand(where.buys(guest, "a")) for guest in people]))
        said = tally(answers)
        names = {"201", "sold_out", "not_payable"} if flash else {"201", "sold_out"}
        at.claim(set(said) <= names, f"the last {STOCK}: {dict(said)}")
        await done(at)
        found = await outcomes(at, where)
        at.claim(found["fulfilled"] == STOCK, f"the last {STOCK}, flash {flash}: {dict(found)}, {dict(said)}")
        if not flash:
            at.claim(said == {"201": 3 * STOCK, "sold_out": MANY - STOCK}, f"the last {STOCK}: {dict(said)}")
        at.claim(len(await bought(at, where)) == STOCK, "as many vouchers as were sold")
        at.claim(await kept(at, where) == STOCK * PRICE, "as much money as was asked for them")


async def last_place(at: Stage) -> None:
    """A group of three with one place left: one of 64 gets it, pays, and the three have their vouchers; nobody else has paid."""
    async with at.database() as database, database.write() as db:
        where = await market(db, "Last place", group_size=3, group_price=1000, group_hours=24)
        first, second, *others = await ground.guests(db, MANY + 2)
    start = Call(
        "POST", "/api/v1/groups", first.token, {"merchant_id": str(where.merchant_id), "deal_id": str(where.deal_id)}, "s"
    )
    begun = at.count(at.crew.send([Errand((start, *pays(first, "s")))]))
    path = f"/api/v1/groups/{where.merchant_id}/{begun[0].body.get('group_id')}/places"
    joins = [Errand((Call("POST", path, guest.token, {}, "j"), *pays(guest, "j"))) for guest in (second, *others)]
    at.count(at.crew.send(joins[:1]))
    said = tally(at.count(at.crew.send(joins[1:])))
    at.claim(said["201"] == 3 and set(said) <= {"201", "group_full", "group_filled"}, f"the last place: {dict(said)}")
    await done(at)
    found = await outcomes(at, where)
    at.claim(found == {"fulfilled": 3}, f"the last place: {dict(found)}")
    at.claim(await kept(at, where) == 3000, "three have paid")


async def one_limit(at: Stage) -> None:
    """One person, three at most, 64 phones: three orders. One key on eight phones: one order."""
    async with at.database() as database, database.write() as db:
        limited = await market(db, "One limit", stock=500, per_person=3)
        keyed = await market(db, "One key")
        [guest] = await ground.guests(db, 1)
    said = tally(at.count(at.crew.send([Errand(limited.buys(guest, f"{n}")) for n in range(MANY)])))
    at.claim(said == {"201": 9, "limit_reached": MANY - 3}, f"three each: {dict(said)}")
    answers = at.count(at.crew.send([Errand((keyed.order(guest, "same"),)) for _phone in range(8)]))
    orders = {str(answer.body.get("order_id")) for answer in answers}
    at.claim(tally(answers) == {"201": 8} and len(orders) == 1, f"one key: {dict(tally(answers))}, {len(orders)} orders")


async def one_purse(at: Stage) -> None:
    """64 tills take 7.00 each from one card with 100.00, by 18 codes of it: fourteen are paid, a code pays once, a key once."""
    async with at.database() as database:
        async with database.write() as db:
            where = await market(db, "One purse")
            [guest] = await ground.guests(db, 1)
            [joined] = await join(db, [JoinCall(where.merchant_id, guest.person_id, where.shop.scene_id)])
            assert isinstance(joined, Joined)
            acting = Acting(where.shop.owner_id, where.merchant_id, "", "", "EUR", "owner", None)
            await set_rules(db, acting, RulesDraft(True, True, 500, 50_000, 100_000))
            topup = await top_up(db, where.merchant_id, guest.person_id, NewTopUp("bank", amount=BALANCE), "/wallet")
            payment = await payment_of(db, where.merchant_id, topup.payment_id)
        assert payment is not None
        await act_at_bank(database, payment, "pay")
        await done(at)
        async with database.read() as db:
            proofs = [await _proof(db, where, guest, till=n % 2, ago=30 * (n // 2 + 1)) for n in range(2 * CODES)]
    payments = [_payment(where, n % 2, proofs[n % len(proofs)], f"till {n}") for n in range(MANY)]
    said = tally(at.count(at.crew.send([Errand((call,)) for call in payments])))
    paid = BALANCE // EACH
    at.claim(said["201"] == paid and set(said) <= {"201", "code_used", "not_enough_money"}, f"one purse: {dict(said)}")
    async with at.database() as database, database.read() as db:
        left = await db.value(
            int,
            "select balance from ledger.accounts where merchant_id = :merchant and holder_id = :person and kind = 'stored'",
            merchant=where.merchant_id,
            person=guest.person_id,
        )
        fresh = await _proof(db, where, guest, till=0, ago=0)
    at.claim(left == BALANCE - paid * EACH, f"one purse: {left} left")
    answers = at.count(at.crew.send([Errand((_payment(where, 0, fresh, "same", 100),)) for _till in range(10)]))
    spends = {str(answer.body.get("spend_id")) for answer in answers}
    at.claim(tally(answers) == {"201": 10} and len(spends) == 1, f"one key of a payment: {dict(tally(answers))}")


def _payment(where: Market, till: int, proof: str, key: str, amount: int = EACH) -> Call:
    body = {**where.shop.place(till), "code": proof, "amount": amount}
    return Call("POST", "/api/v1/stored-payments", where.shop.cashier(till), body, key)


async def _proof(db: Db, where: Market, guest: ground.Guest, *, till: int, ago: int) -> str:
    """What an identification by the card's code of some seconds ago has left with a till."""
    token = read_token(where.shop.cashier(till))
    secret = await db.value(
        bytes,
        "select secret from cards.memberships where merchant_id = :merchant and person_id = :person",
        merchant=where.merchant_id,
        person=guest.person_id,
    )
    assert token is not None
    assert secret is not None
    with clock.at(clock.now() - timedelta(seconds=ago)):
        digits = rotating_code("", "", secret, clock.now())[-6:]
        standing = Till(where.merchant_id, "", "EUR", where.shop.stores[till], token.person_id, "cashier")
        return paying(standing, guest.person_id, secret, digits)
