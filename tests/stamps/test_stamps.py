"""Punch cards: stamps for purchases and by hand, rewards, undoing, taking back, and many at once."""

import asyncio
from uuid import UUID, uuid4

import msgspec
import pytest

from shuke.cards import JoinCall, join
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.rooms import reactions
from shuke.stamps import StampCardDraft, Stamps, set_card, stamp, stamps_of
from shuke.stamps.actions import stamp_purchase, take_back
from shuke.vouchers import IssueCall, Issued, RedeemCall, Redemption, issue, redeem, undo
from tests import world
from tests.purchases.test_record import bill
from tests.world import Client, Shop, Signed, problem

pytestmark = pytest.mark.row("2.5")


class Ground(msgspec.Struct, frozen=True):
    """A shop with a punch card, its reward, a cashier and a member."""

    shop: Shop
    reward: UUID
    cashier: Signed
    guest: Signed

    @property
    def address(self) -> str:
        return f"/api/v1/merchants/{self.shop.merchant_id}"


async def ground(database: Database, needed: int = 3, minimum: int = 0, **columns: object) -> Ground:
    """Made through the actions."""
    assert reactions()
    async with database.write() as db:
        shop = await world.shop(db)
        reward = await world.template(db, shop, "A free bun", **columns)
        cashier, guest = await world.staff(db, shop), await world.signed_in(db)
        await join(db, [JoinCall(shop.merchant_id, guest.person_id, None)])
        await set_card(db, shop.merchant_id, StampCardDraft(reward, needed, minimum))
    await drain(database)
    return Ground(shop, reward, cashier, guest)


async def standing(database: Database, at: Ground) -> tuple[int, int, int]:
    """Unused stamps, stamps owed, rewards that can be used."""
    async with database.read() as db:
        shown = await stamps_of(db, at.shop.merchant_id, at.guest.person_id)
        rewards = await db.value(int, "select count(*) from vouchers.vouchers where status = 'issued'")
    assert shown is not None
    return shown.done, shown.owed, rewards or 0


async def buy(client: Client, database: Database, at: Ground, total: int = 1000) -> str:
    """A purchase at the till, with what follows from it."""
    call = bill(at.shop, total, holder=str(at.guest.person_id))
    done = await client.post("/api/v1/purchases", json=call, headers=at.cashier.headers)
    assert done.status_code == 201, done.text
    await drain(database)
    return str(done.json()["purchase_id"])


async def give_back(client: Client, database: Database, at: Ground, purchase_id: str) -> None:
    """A purchase taken back at the till, with what follows from it."""
    call = {"merchant_id": str(at.shop.merchant_id), "store_id": str(at.shop.store_id), "reason": "typed wrong"}
    done = await client.post(f"/api/v1/purchases/{purchase_id}/reversal", json=call, headers=at.cashier.headers)
    assert done.status_code == 201, done.text
    await drain(database)


async def test_purchases_fill_the_card(client: Client, database: Database) -> None:
    at = await ground(database, 3, 500)
    await buy(client, database, at, 499)
    assert await standing(database, at) == (0, 0, 0)
    bought = [await buy(client, database, at, 500) for _ in range(4)]
    assert await standing(database, at) == (1, 0, 1)
    async with database.write() as db:  # the same event once more
        await stamp_purchase(db, at.shop.merchant_id, at.guest.person_id, UUID(bought[0]), 500)
    assert await standing(database, at) == (1, 0, 1)
    async with database.read() as db:
        made = await db.values(str, "select source || ' ' || reference from vouchers.vouchers")
    assert made == [f"purchase {bought[2]}"]
    page = await client.get(f"/cards/{at.shop.merchant_id}", headers=at.guest.headers)
    assert "1 of 3 stamps, then: A free bun" in page.text


async def test_a_reward_that_runs_out_is_tried_again(client: Client, database: Database) -> None:
    at = await ground(database, 2, stock=0)
    for _ in range(2):
        await buy(client, database, at)
    assert await standing(database, at) == (2, 0, 0)
    async with database.write() as db:
        await db.run("update vouchers.templates set stock = 5, stock_initial = 5")
    await buy(client, database, at)
    assert await standing(database, at) == (1, 0, 1)


async def test_a_purchase_taken_back_takes_its_stamp(client: Client, database: Database) -> None:
    at = await ground(database, 3)
    await give_back(client, database, at, await buy(client, database, at))
    assert await standing(database, at) == (0, 0, 0)
    bought = [await buy(client, database, at) for _ in range(3)]
    assert await standing(database, at) == (0, 0, 1)
    await give_back(client, database, at, bought[0])  # its reward is unused: void, and the two others are there again
    assert await standing(database, at) == (2, 0, 0)
    bought = [await buy(client, database, at) for _ in range(2)]
    assert await standing(database, at) == (1, 0, 1)
    await give_back(client, database, at, bought[0])  # the stamp that is left takes its place
    assert await standing(database, at) == (0, 0, 1)


async def test_a_stamp_is_owed_for_a_reward_that_was_used(client: Client, database: Database) -> None:
    at = await ground(database, 2)
    bought = [await buy(client, database, at) for _ in range(2)]
    async with database.write() as db:
        code = await db.value(str, "select code from vouchers.vouchers")
        call = RedeemCall(at.shop.merchant_id, at.shop.store_id, at.cashier.person_id, code or "", "key", 1000)
        [used] = await redeem(db, [call])
        assert isinstance(used, Redemption)
    await give_back(client, database, at, bought[1])
    assert await standing(database, at) == (0, 1, 0)
    await buy(client, database, at)
    assert await standing(database, at) == (0, 0, 0)
    for _ in range(2):
        await buy(client, database, at)
    assert await standing(database, at) == (0, 0, 1)


async def test_by_hand_and_back(client: Client, database: Database) -> None:
    at = await ground(database, 2)
    call, headers = {"holder": str(at.guest.person_id)}, {**at.cashier.headers, "idempotency-key": "a"}
    first, again = [await client.post(f"{at.address}/stamps", json=call, headers=headers) for _ in range(2)]
    assert (first.status_code, first.json()["done"], again.json()) == (201, 1, first.json())
    back = f"{at.address}/stamps/{at.guest.person_id}/undo"
    undone = await client.post(back, headers=at.cashier.headers)
    assert (undone.status_code, undone.json()["done"]) == (201, 0), undone.text
    assert problem(await client.post(back, headers=at.cashier.headers)) == (409, "no_stamp")
    for _ in range(2):
        await client.post(f"{at.address}/stamps", json=call, headers=at.cashier.headers)
    assert await standing(database, at) == (0, 0, 1)
    assert (await client.post(back, headers=at.cashier.headers)).json()["done"] == 1  # its reward is unused: void
    assert await standing(database, at) == (1, 0, 0)
    full = await client.post(f"{at.address}/stamps", json=call, headers=at.cashier.headers)
    assert (full.json()["done"], full.json()["rewards"]) == (0, 1)
    async with database.write() as db:
        await db.run("update vouchers.vouchers set status = 'redeemed', uses_left = 0 where status = 'issued'")
    assert problem(await client.post(back, headers=at.cashier.headers)) == (409, "reward_used")
    stranger = {"holder": str(uuid4())}
    assert problem(await client.post(f"{at.address}/stamps", json=stranger, headers=at.cashier.headers)) == (
        404,
        "not_a_member",
    )
    for address, body in ((f"{at.address}/stamps", call), (back, None)):
        assert problem(await client.post(address, json=body, headers=at.guest.headers)) == (404, "not_found")


async def test_the_card_is_set_by_who_may(client: Client, database: Database) -> None:
    at = await ground(database)
    async with database.write() as db:
        boss = await world.session_of(db, at.shop.owner_id)
        other = await world.shop(db, "Elsewhere")
        foreign = await world.template(db, other)
    card = f"{at.address}/stamp-card"
    draft = {"template_id": str(at.reward), "needed": 5, "minimum": 250, "open": False}
    assert problem(await client.put(card, json=draft, headers=at.cashier.headers)) == (403, "not_allowed")
    for wrong in (1, 51):
        assert problem(await client.put(card, json={**draft, "needed": wrong}, headers=boss.headers)) == (422, "unreadable")
    theirs = {**draft, "template_id": str(foreign)}
    assert problem(await client.put(card, json=theirs, headers=boss.headers)) == (404, "not_found")
    assert (await client.put(card, json=draft, headers=boss.headers)).status_code == 200
    found = (await client.get(card, headers=boss.headers)).json()
    assert (found["needed"], found["minimum"], found["open"], found["title"]) == (5, 250, False, "A free bun")
    closed = await client.post(f"{at.address}/stamps", json={"holder": str(at.guest.person_id)}, headers=at.cashier.headers)
    assert problem(closed) == (404, "no_stamp_card")
    page = await client.get(f"/console/{at.shop.merchant_id}/stamp-card", headers=boss.headers)
    assert page.status_code == 200
    assert "A free bun" in page.text


@pytest.mark.race
async def test_many_at_once_lose_no_stamp_and_double_no_reward(database: Database) -> None:
    at = await ground(database, 3)

    async def one() -> Stamps:
        async with database.write() as db:
            return await stamp(db, at.shop.merchant_id, at.guest.person_id, at.cashier.person_id)

    await asyncio.gather(*(one() for _ in range(40)))
    assert await standing(database, at) == (1, 0, 13)
    async with database.read() as db:
        carried = await db.values(int, "select count(*) from stamps.stamps where voucher_id is not null group by voucher_id")
    assert carried == [3] * 13


@pytest.mark.race
async def test_purchases_and_their_way_back_at_once(client: Client, database: Database) -> None:
    at = await ground(database, 3)
    bought = [UUID(await buy(client, database, at)) for _ in range(7)]
    assert await standing(database, at) == (1, 0, 2)

    async def back(purchase_id: UUID) -> None:
        async with database.write() as db:
            await db.run(
                "insert into purchases.reversals values (:merchant, :purchase, :staff, 'wrong', :key, now())",
                merchant=at.shop.merchant_id,
                purchase=purchase_id,
                staff=at.cashier.person_id,
                key=str(purchase_id),
            )
        async with database.write() as db:
            await take_back(db, at.shop.merchant_id, at.guest.person_id, purchase_id)

    async def late(purchase_id: UUID) -> None:
        async with database.write() as db:
            await stamp_purchase(db, at.shop.merchant_id, at.guest.person_id, purchase_id, 1000)

    await asyncio.gather(*(act(one) for one in bought[:5] for act in (back, late)))
    assert await standing(database, at) == (2, 0, 0)


async def test_a_reward_of_several_uses_is_used_in_part_and_the_last_use_comes_back(database: Database) -> None:
    at = await ground(database, 2, uses=3)
    async with database.write() as db:
        [reward] = await issue(db, [IssueCall(at.shop.merchant_id, at.reward, at.guest.person_id, "staff")])
        assert isinstance(reward, Issued)
        uses = []
        for key in ("first", "second"):
            call = RedeemCall(at.shop.merchant_id, at.shop.store_id, at.cashier.person_id, reward.code, key, 1000)
            uses += [use for use in await redeem(db, [call]) if isinstance(use, Redemption)]
        assert [use.uses_left for use in uses] == [2, 1]
        back = await undo(db, at.shop.merchant_id, at.cashier.person_id, uses[-1].redemption_id, "wrong", "back")
    assert back.uses_left == 2


async def test_the_office_page_says_what_is_wrong_and_keeps_what_is_right(client: Client, database: Database) -> None:
    at = await ground(database)
    async with database.write() as db:
        boss = await world.session_of(db, at.shop.owner_id)
    page = f"/console/{at.shop.merchant_id}/stamp-card"
    typed = {"template_id": str(at.reward), "needed": "8", "minimum": "2,50", "open": "yes"}
    for name, wrong in (
        ("needed", "1"),
        ("needed", "x"),
        ("minimum", "-1"),
        ("template_id", "none"),
        ("template_id", str(uuid4())),
    ):
        answer = await client.post(page, data={**typed, name: wrong}, headers=boss.headers)
        assert answer.status_code == 422, (name, wrong, answer.status_code)
    saved = await client.post(page, data=typed, headers=boss.headers, follow_redirects=False)
    assert saved.status_code == 303, saved.text
    found = (await client.get(f"{at.address}/stamp-card", headers=boss.headers)).json()
    assert (found["needed"], found["minimum"], found["open"]) == (8, 250, True)
    assert 'value="2.50"' in (await client.get(page, headers=boss.headers)).text
