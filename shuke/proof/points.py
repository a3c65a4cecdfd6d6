"""Points: one balance at two tills, a day's cap at many."""

from functools import partial
from uuid import UUID

from shuke.kit.db import Database
from shuke.ledger import Earning, earn, spend
from shuke.stage import ground
from shuke.stage.crew import Call, Errand
from shuke.stage.stage import Stage, tally

CAP = 100


async def one_balance(at: Stage) -> None:
    """A hundred points in lots, spent by sevens at 32 places at once while more come in: never a point twice, never below nothing."""
    for _round in range(at.size(3, 1)):
        async with at.database() as database, database.write() as db:
            shop = await ground.shop(db, "One balance")
            [guest] = await ground.members(db, shop, 1)
            for points in (40, 33, 27):
                await earn(db, [Earning(shop.merchant_id, guest.person_id, points, "purchase", None, None, None)])
        spending = [partial(_spend, shop.merchant_id, guest.person_id, 7)] * 24
        told = at.crew.act([*spending, *[partial(_earn, shop.merchant_id, guest.person_id, 5)] * 8])
        at.calls += len(told)
        spent, got = told.count("spent"), told.count("got")
        left = 100 + 5 * got - 7 * spent
        at.claim(got == 8 and 14 <= spent <= 20, f"one balance: {told}")
        async with at.database() as database, database.read() as db:
            balance = await db.value(
                int,
                "select balance from ledger.accounts where merchant_id = :merchant and holder_id = :person and kind = 'active'",
                merchant=shop.merchant_id,
                person=guest.person_id,
            )
        at.claim(balance == left, f"one balance: {balance} points, should be {left}")


async def daily_cap(at: Stage) -> None:
    """A card with a cap of 100 points a day at 32 tills at once: 100 points, and each purchase is recorded."""
    async with at.database() as database, database.write() as db:
        shop = await ground.shop(db, "Cap")
        await db.run(
            "update cards.programmes set daily_cap = :cap where merchant_id = :merchant", cap=CAP, merchant=shop.merchant_id
        )
        people = await ground.members(db, shop, 2)
    errands = [Errand(tuple(buy(shop, n, people[n % 2], f"cap {n} {go}") for go in range(2))) for n in range(32)]
    answers = at.count(at.crew.send(errands))
    at.claim(tally(answers) == {"201": 64}, f"cap: {dict(tally(answers))}")
    earned = sum(int(str(answer.body.get("points", 0))) for answer in answers)
    at.claim(earned == 2 * CAP, f"two cards with a cap of {CAP} earned {earned}")


def buy(shop: ground.Shop, till: int, guest: ground.Guest, key: str, total: int = 2000, vouchers: tuple[str, ...] = ()) -> Call:
    """A purchase at one of the shop's tills."""
    body = {**shop.place(till), "total": total, "holder": str(guest.person_id), "vouchers": list(vouchers)}
    return Call("POST", "/api/v1/purchases", shop.cashier(till), body, key)


async def _spend(merchant_id: UUID, person_id: UUID, points: int, database: Database) -> str:
    async with database.write() as db:
        await spend(db, merchant_id, person_id, points, "proof")
    return "spent"


async def _earn(merchant_id: UUID, person_id: UUID, points: int, database: Database) -> str:
    async with database.write() as db:
        await earn(db, [Earning(merchant_id, person_id, points, "proof", None, None, None)])
    return "got"
