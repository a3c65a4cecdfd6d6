"""Gifts: a voucher on its way, while friends take it, its giver takes it back, and tills try its code."""

from functools import partial
from uuid import UUID

from shuke.gifts import NewGift, give, return_, take
from shuke.kit.db import Database
from shuke.proof.tills import redeem
from shuke.stage import ground
from shuke.stage.crew import Call, Deed, Errand
from shuke.stage.stage import Stage, tally

EXPECTED = {"200", "201", "gift_over", "gifting", "unknown", "already_redeemed", "try_again", "deadlock"}


async def taken_and_redeemed(at: Stage) -> None:
    """Each of 6 gifts is taken by 8 people at once while tills try the code that its giver knows: one has it, under a new code."""
    async with at.database() as database, database.write() as db:
        shop = await ground.shop(db, "Gift taken and redeemed")
        givers, takers = await ground.members(db, shop, 6), await ground.guests(db, 8)
        template = await ground.template(db, shop)
        await db.run("update vouchers.templates set transferable = true where template_id = :template", template=template)
        vouchers = await ground.give(db, shop, template, [guest.person_id for guest in givers])
        gifts = [
            await give(db, guest.person_id, NewGift(shop.merchant_id, voucher.voucher_id))
            for guest, voucher in zip(givers, vouchers, strict=True)
        ]
    errands = [
        Errand((Call("POST", f"/api/v1/gifts/{shop.merchant_id}/{gift.gift_id}/taking", taker.token, {}),))
        for gift in gifts
        for taker in takers
    ]
    errands += [
        Errand(tuple(redeem(shop, n, voucher.code, f"old {n} {go}") for go in range(4))) for n, voucher in enumerate(vouchers)
    ]
    found = tally(at.count(at.crew.send(errands)))
    at.claim(
        set(found) <= EXPECTED and found["200"] == len(gifts) and not found["201"], f"gift taken and redeemed: {dict(found)}"
    )


async def returned_and_taken(at: Stage) -> None:
    """Gifts that are taken and taken back at this very moment: each is its taker's or its giver's."""
    for _round in range(at.size(6, 2)):
        async with at.database() as database, database.write() as db:
            shop = await ground.shop(db, "Gift returned and taken")
            givers, [taker] = await ground.members(db, shop, 8), await ground.guests(db, 1)
            template = await ground.template(db, shop)
            await db.run("update vouchers.templates set transferable = true where template_id = :template", template=template)
            vouchers = await ground.give(db, shop, template, [guest.person_id for guest in givers])
            gifts = [
                (guest.person_id, (await give(db, guest.person_id, NewGift(shop.merchant_id, voucher.voucher_id))).gift_id)
                for guest, voucher in zip(givers, vouchers, strict=True)
            ]
        deeds: list[Deed] = [partial(_take, shop.merchant_id, gift, taker.person_id) for _giver, gift in gifts]
        deeds += [partial(_return, shop.merchant_id, gift, giver) for giver, gift in gifts]
        at.calls += len(deeds)
        told = at.crew.act(deeds)
        at.claim(set(told) <= EXPECTED and told.count("200") == len(gifts), f"gift returned and taken: {told}")


async def _take(merchant_id: UUID, gift_id: UUID, taker_id: UUID, database: Database) -> str:
    async with database.write() as db:
        await take(db, taker_id, merchant_id, gift_id)
    return "200"


async def _return(merchant_id: UUID, gift_id: UUID, giver_id: UUID, database: Database) -> str:
    async with database.write() as db:
        await return_(db, giver_id, merchant_id, gift_id)
    return "200"
