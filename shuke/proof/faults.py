"""Faults: parts of the server are killed in the middle of a load; callers ask again with the same key until they know."""

from collections.abc import Callable, Sequence

from shuke.kit import embedded_postgres
from shuke.proof.joins import count_welcomes
from shuke.proof.points import buy
from shuke.proof.tills import redeem
from shuke.stage import ground
from shuke.stage.crew import Answer, Call, Errand
from shuke.stage.stage import Stage, tally

CALLERS = 12
PATIENCE = 60.0


async def kill_web(at: Stage) -> None:
    """A web worker is killed again and again."""
    await _under_fire(at, "web worker", lambda: at.served.children("web")[:1])


async def kill_work(at: Stage) -> None:
    """The process that runs reactions is killed again and again."""
    await _under_fire(at, "reactions", lambda: at.served.children("work"))


async def kill_postgres(at: Stage) -> None:
    """PostgreSQL is killed in the middle of everything, and recovers from its log."""

    def postmaster() -> list[int]:
        found = embedded_postgres.find(at.served.data / "postgres")
        return [found.pid] if found else []

    await _under_fire(at, "PostgreSQL", postmaster)


async def _under_fire(at: Stage, what: str, victims: Callable[[], Sequence[int]]) -> None:
    each = at.size(50, 25)
    async with at.database() as database, database.write() as db:
        shop = await ground.shop(db, f"Kill {what}")
        await ground.welcome(db, shop, await ground.template(db, shop))
        strangers = await ground.guests(db, CALLERS * each)
        buyers = await ground.guests(db, CALLERS)
        vouchers = await ground.give(
            db, shop, await ground.template(db, shop), [guest.person_id for guest in buyers] * (2 * each)
        )
    errands = []
    for n, buyer in enumerate(buyers):
        mine = vouchers[n::CALLERS]
        calls = [Call("POST", "/api/v1/memberships", buyer.token, {"scene": shop.scene})]
        for go in range(each):
            calls.append(redeem(shop, n, mine[2 * go].code, f"redeem {n} {go}"))
            calls.append(Call("POST", "/api/v1/memberships", strangers[n * each + go].token, {"scene": shop.scene}))
            calls.append(buy(shop, n, buyer, f"buy {n} {go}", 1000 + go))
            calls.append(buy(shop, n, buyer, f"buy with voucher {n} {go}", 2000 + go, (mine[2 * go + 1].code,)))
        errands.append(Errand(tuple(calls), PATIENCE))
    at.crew.begin(errands)
    kills = at.fire(victims)
    answers = at.count(at.crew.answers())
    at.claim(kills > 0, f"{what}: nothing was killed")
    at.claim(tally(answers) == {"201": len(answers)}, f"{what} killed {kills} times: {dict(tally(answers))}")
    await at.quiet()
    await _account(at, shop, each, answers)
    await count_welcomes(at, shop.merchant_id, CALLERS * (each + 1), 1)


async def _account(at: Stage, shop: ground.Shop, each: int, answers: Sequence[Answer]) -> None:
    """Everything acknowledged is there, and nothing else."""
    told = {str(a.body["redemption_id"]) for a in answers if "redemption_id" in a.body}
    bought = {str(a.body["purchase_id"]) for a in answers if "purchase_id" in a.body}
    async with at.database() as database, database.read() as db:
        redemptions = await db.values(
            str,
            "select redemption_id::text from vouchers.redemptions where merchant_id = :merchant and purchase_id is null",
            merchant=shop.merchant_id,
        )
        purchases = await db.values(
            str, "select purchase_id::text from purchases.purchases where merchant_id = :merchant", merchant=shop.merchant_id
        )
        with_vouchers = await db.value(
            int,
            "select count(*) from vouchers.redemptions where merchant_id = :merchant and purchase_id is not null",
            merchant=shop.merchant_id,
        )
    count = CALLERS * each
    at.claim(
        sorted(redemptions) == sorted(told) and len(told) == count, f"{len(told)} redemptions told, {len(redemptions)} there"
    )
    at.claim(
        sorted(purchases) == sorted(bought) and len(bought) == 2 * count,
        f"{len(bought)} purchases told, {len(purchases)} there",
    )
    at.claim(with_vouchers == count, f"{count} purchases with a voucher each have {with_vouchers} redemptions")
