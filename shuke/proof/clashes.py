"""Clashes: opposite acts on one voucher at the same moment. Whoever wins, the books agree afterwards."""

from functools import partial
from uuid import UUID

from shuke.kit.db import Database
from shuke.people.erase import erase, forget_again
from shuke.proof.keys import undo
from shuke.proof.tills import redeem
from shuke.stage import ground
from shuke.stage.crew import Call, Deed, Errand
from shuke.stage.stage import Stage, tally
from shuke.vouchers import RedeemCall, void
from shuke.vouchers import redeem as redeem_action
from shuke.vouchers.undo import undo as undo_action

EXPECTED = {"201", "already_redeemed", "already_undone", "voided", "expired", "try_again", "unknown", "deadlock"}


async def undo_and_redeem(at: Stage) -> None:
    """A voucher of two uses, used once: undone and redeemed over and over at 24 tills."""
    for _round in range(at.size(8, 3)):
        async with at.database() as database, database.write() as db:
            shop = await ground.shop(db, "Undo and redeem")
            people = await ground.members(db, shop, 4)
            template = await ground.template(db, shop, uses=2)
            vouchers = await ground.give(db, shop, template, [guest.person_id for guest in people])
        used = at.count(
            at.crew.send([Errand((redeem(shop, 0, voucher.code, f"first {voucher.code}"),)) for voucher in vouchers])
        )
        errands = [Errand((redeem(shop, n, vouchers[n % 4].code, f"again {n}"),)) for n in range(16)]
        errands += [Errand((undo(shop, n, used[n % 4], f"undo {n}"),)) for n in range(8)]
        _look(at, "undo and redeem", errands)


async def undo_and_redeem_by_actions(at: Stage) -> None:
    """The same with transactions that overlap longer: each process by its own connection."""
    for _round in range(at.size(6, 3)):
        async with at.database() as database, database.write() as db:
            shop = await ground.shop(db, "Undo and redeem by actions")
            people = await ground.members(db, shop, 3)
            template = await ground.template(db, shop, uses=2)
            vouchers = await ground.give(db, shop, template, [guest.person_id for guest in people])
        calls = [RedeemCall(shop.merchant_id, shop.stores[0], shop.owner_id, v.code, f"first {v.code}", 2000) for v in vouchers]
        async with at.database() as database, database.write() as db:
            used = [one.redemption_id for one in await redeem_action(db, calls) if not isinstance(one, Exception)]
        deeds: list[Deed] = [partial(_redeem, shop, vouchers[n % 3].code, f"again {n}") for n in range(18)]
        deeds += [partial(_undo, shop, used[n % 3], f"undo {n}") for n in range(6)]
        at.calls += len(deeds)
        told = at.crew.act(deeds)
        at.claim(set(told) <= EXPECTED, f"undo and redeem by actions: {told}")


async def void_and_redeem(at: Stage) -> None:
    """Vouchers withdrawn while they are redeemed and undone: a voucher is void or used, its uses add up either way."""
    for _round in range(at.size(6, 2)):
        async with at.database() as database, database.write() as db:
            shop = await ground.shop(db, "Void and redeem")
            people = await ground.members(db, shop, 8)
            template = await ground.template(db, shop, uses=2)
            vouchers = await ground.give(db, shop, template, [guest.person_id for guest in people])
        used = at.count(
            at.crew.send([Errand((redeem(shop, 0, voucher.code, f"first {voucher.code}"),)) for voucher in vouchers])
        )
        errands = [Errand((redeem(shop, n, vouchers[n % 8].code, f"again {n}"),)) for n in range(16)]
        errands += [Errand((undo(shop, n, used[n % 8], f"undo {n}"),)) for n in range(8)]
        at.crew.begin([*errands, *(partial(_void, shop, voucher.voucher_id) for voucher in vouchers)])
        answers = at.count(at.crew.answers())
        at.claim(set(tally(answers)) <= EXPECTED, f"void and redeem: {dict(tally(answers))}")


async def erase_and_redeem(at: Stage) -> None:
    """People who are forgotten while they join, redeem and get their uses back hold nothing afterwards."""
    for _round in range(at.size(6, 2)):
        async with at.database() as database, database.write() as db:
            shop = await ground.shop(db, "Erase and redeem")
            await ground.welcome(db, shop, await ground.template(db, shop))
            people = await ground.members(db, shop, 8)
            vouchers = await ground.give(db, shop, await ground.template(db, shop), [guest.person_id for guest in people])
            used = await ground.give(db, shop, await ground.template(db, shop), [guest.person_id for guest in people])
            strangers = await ground.guests(db, 8)
        done = at.count(at.crew.send([Errand((redeem(shop, 0, voucher.code, f"first {voucher.code}"),)) for voucher in used]))
        joining = [Call("POST", "/api/v1/memberships", guest.token, {"scene": shop.scene}) for guest in strangers]
        errands = [Errand((redeem(shop, n, voucher.code, f"once {n}"),)) for n, voucher in enumerate(vouchers)]
        errands += [Errand((undo(shop, n, redemption, f"undo {n}"),)) for n, redemption in enumerate(done)]
        errands += [Errand((call, call, call)) for call in joining]
        at.crew.begin([*errands, *(partial(_erase, guest.person_id) for guest in [*people, *strangers])])
        answers = at.count(at.crew.answers())
        at.claim(all(a.status in {201, 401, 404, 409} for a in answers), f"erase and redeem: {dict(tally(answers))}")
        await at.quiet()
        late = at.count(at.crew.send([Errand((undo(shop, n, use, f"late {n}"),)) for n, use in enumerate(done)]))
        at.claim(set(tally(late)) <= EXPECTED, f"undone after an erasure: {dict(tally(late))}")
        await _let_a_minute_pass(at)


async def _let_a_minute_pass(at: Stage) -> None:
    """What was under way during an erasure is forgotten by the job that comes after a minute."""
    async with at.database() as database, database.write() as db:
        await db.run("update people.people set erased_at = erased_at - interval '2 minutes' where forgotten_at is null")
        await forget_again(db)
    await at.quiet()


async def expiry_and_redeem(at: Stage) -> None:
    """Vouchers that expire at this very moment: each is used once or has expired, and nothing in between."""
    async with at.database() as database, database.write() as db:
        shop = await ground.shop(db, "Expiry and redeem")
        people = await ground.members(db, shop, 32)
        vouchers = await ground.give(db, shop, await ground.template(db, shop), [guest.person_id for guest in people])
        await db.run(
            "update vouchers.vouchers set ends_at = clock_timestamp() + interval '1.5 seconds' where merchant_id = :merchant",
            merchant=shop.merchant_id,
        )
    errands = [Errand(tuple(redeem(shop, n, v.code, f"{n} {go}") for go in range(60))) for n, v in enumerate(vouchers)]
    at.crew.begin(errands)
    answers = at.crew.answers()
    found = tally(at.count(answers))
    at.claim(set(found) <= EXPECTED and found["201"] <= len(vouchers), f"expiry and redeem: {dict(found)}")


def _look(at: Stage, what: str, errands: list[Errand]) -> None:
    found = tally(at.count(at.crew.send(errands)))
    at.claim(set(found) <= EXPECTED, f"{what}: {dict(found)}")


async def _redeem(shop: ground.Shop, code: str, key: str, database: Database) -> str:
    async with database.write() as db:
        [outcome] = await redeem_action(db, [RedeemCall(shop.merchant_id, shop.stores[0], shop.owner_id, code, key, 2000)])
        if isinstance(outcome, Exception):
            raise outcome
    return "201"


async def _undo(shop: ground.Shop, redemption_id: UUID, key: str, database: Database) -> str:
    async with database.write() as db:
        await undo_action(db, shop.merchant_id, shop.owner_id, redemption_id, "proof", key)
    return "201"


async def _void(shop: ground.Shop, voucher_id: UUID, database: Database) -> str:
    async with database.write() as db:
        await void(db, shop.merchant_id, shop.owner_id, voucher_id, "proof")
    return "201"


async def _erase(person_id: UUID, database: Database) -> str:
    async with database.write() as db:
        await erase(db, person_id)
    return "201"
