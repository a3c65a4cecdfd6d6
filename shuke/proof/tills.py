"""One code at many tills: a voucher is used as often as it may be, and whoever is too late is told when and where."""

from shuke.stage import ground
from shuke.stage.crew import Call, Errand
from shuke.stage.stage import Stage, tally

TILLS = 32


async def one_code(at: Stage) -> None:
    """One code at 32 tills at once: one success, the others are told when and where it was used."""
    for _round in range(at.size(5, 2)):
        async with at.database() as database, database.write() as db:
            shop = await ground.shop(db, "One code")
            [guest] = await ground.members(db, shop, 1)
            [voucher] = await ground.give(db, shop, await ground.template(db, shop), [guest.person_id])
        answers = at.count(at.crew.send([Errand((redeem(shop, n, voucher.code, f"till {n}"),)) for n in range(TILLS)]))
        won = [number for number, answer in enumerate(answers) if answer.status == 201]
        at.claim(len(won) == 1, f"one code at {TILLS} tills: {dict(tally(answers))}")
        where = {f"One code {name}" for name in ("North", "South")}
        for answer in answers:
            told = answer.name == "already_redeemed" and answer.fact("at") and answer.fact("store") in where
            at.claim(answer.status == 201 or bool(told), f"one code: {answer.status} {answer.body}")


async def many_uses(at: Stage) -> None:
    """A voucher of eleven uses at 32 tills, twice at each: eleven successes, numbered uses, the wallet lets go of it."""
    for _round in range(at.size(4, 1)):
        async with at.database() as database, database.write() as db:
            shop = await ground.shop(db, "Eleven uses")
            [guest] = await ground.members(db, shop, 1)
            [voucher] = await ground.give(db, shop, await ground.template(db, shop, uses=11), [guest.person_id])
        calls = [[redeem(shop, n, voucher.code, f"till {n}, {go}") for go in range(2)] for n in range(TILLS)]
        found = tally(at.count(at.crew.send([Errand(tuple(each)) for each in calls])))
        at.claim(found == {"201": 11, "already_redeemed": 2 * TILLS - 11}, f"eleven uses: {dict(found)}")


def redeem(shop: ground.Shop, till: int, code: str, key: str, bill: int = 2000) -> Call:
    """A redemption at one of the shop's tills."""
    return Call("POST", "/api/v1/redemptions", shop.cashier(till), {**shop.place(till), "code": code, "bill": bill}, key)
