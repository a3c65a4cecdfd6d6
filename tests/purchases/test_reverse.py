"""Taking purchases back, and tiers that rise, hold and fall."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.kit.jobs import run_jobs
from shuke.ledger import Balance, balance_of, invariants
from shuke.purchases.record import record
from shuke.purchases.types import PurchaseCall, PurchaseShown
from tests import world
from tests.purchases.test_record import bill, member, voucher
from tests.world import Client, Shop, Signed, problem

NOON = datetime(2026, 6, 1, 9, tzinfo=UTC)


async def buy(database: Database, shop: Shop, guest: Signed, total: int, key: str) -> PurchaseShown:
    """A purchase without vouchers, with what follows from it."""
    async with database.write() as db:
        [shown] = await record(
            db, [PurchaseCall(shop.merchant_id, shop.store_id, shop.owner_id, guest.person_id, total, key, b"")]
        )
    assert isinstance(shown, PurchaseShown)
    await drain(database)
    return shown


async def tier(database: Database) -> tuple[int, datetime | None]:
    """The only member's tier and its end."""
    async with database.read() as db:
        held = await db.value(int, "select tier::int from cards.memberships")
        return held or 0, await db.value(datetime, "select tier_until from cards.memberships")


@pytest.mark.row("2.3")
@pytest.mark.row("3.2")
async def test_a_purchase_taken_back_leaves_nothing(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        cashier, guest, support = await world.staff(db, shop), await member(db, shop), await world.staff(db, shop, "support")
        code = await voucher(db, shop, guest, await world.template(db, shop))
        await db.run("update cards.programmes set visit_points = 7, daily_cap = 30")
    sent = bill(shop, 2500, holder=str(guest.person_id), vouchers=[code])
    done = (await client.post("/api/v1/purchases", json=sent, headers=cashier.headers)).json()
    assert (done["paid"], done["points"]) == (2000, 27)
    address = f"/api/v1/purchases/{done['purchase_id']}/reversal"
    call = {"merchant_id": str(shop.merchant_id), "store_id": str(shop.store_id), "reason": "typed wrong"}
    assert problem(await client.post(address, json=call, headers=support.headers)) == (403, "not_staff")
    assert problem(await client.post(address, json={**call, "reason": ""}, headers=cashier.headers)) == (422, "unreadable")
    headers = {**cashier.headers, "idempotency-key": "back"}
    first, again = [await client.post(address, json=call, headers=headers) for _ in range(2)]
    assert first.status_code == 201, first.text
    assert (first.json()["points"], first.json()["vouchers"]) == (27, 1)
    assert again.json() == first.json()
    assert problem(await client.post(address, json=call, headers=cashier.headers)) == (409, "already_reversed")
    async with database.read() as db:
        assert await balance_of(db, shop.merchant_id, guest.person_id) == Balance(0, 0)
        assert await db.value(int, "select visits + spent::int + earned_today::int from cards.memberships") == 0
        assert await invariants(db) == []
    redone = await client.post("/api/v1/purchases", json=sent, headers=cashier.headers)
    assert (redone.status_code, redone.json()["points"]) == (201, 27), redone.text


@pytest.mark.row("2.3")
async def test_only_on_its_day_and_in_its_store(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop, other = await world.shop(db), await world.shop(db, "Elsewhere")
        cashier, guest, theirs = await world.staff(db, shop), await member(db, shop), await world.staff(db, other)
    with clock.at(datetime.now(UTC) - timedelta(days=2)):
        old = await buy(database, shop, guest, 500, "old")
    call = {"merchant_id": str(shop.merchant_id), "store_id": str(shop.store_id), "reason": "late"}
    address = f"/api/v1/purchases/{old.purchase_id}/reversal"
    assert problem(await client.post(address, json=call, headers=cashier.headers)) == (409, "too_late")
    foreign = {**call, "merchant_id": str(other.merchant_id), "store_id": str(other.store_id)}
    assert problem(await client.post(address, json=foreign, headers=theirs.headers)) == (404, "not_found")


@pytest.mark.row("2.3")
@pytest.mark.race
async def test_taken_back_once_from_many_tills(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        cashier, guest = await world.staff(db, shop), await member(db, shop)
    shown = await buy(database, shop, guest, 5000, "a")
    call = {"merchant_id": str(shop.merchant_id), "store_id": str(shop.store_id), "reason": "twice"}
    answers = await asyncio.gather(
        *(client.post(f"/api/v1/purchases/{shown.purchase_id}/reversal", json=call, headers=cashier.headers) for _ in range(8))
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    async with database.read() as db:
        assert await invariants(db) == []
        assert await balance_of(db, shop.merchant_id, guest.person_id) == Balance(0, 0)


@pytest.mark.row("2.2")
async def test_a_tier_is_reached_holds_and_goes_down_a_step(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        guest = await member(db, shop)
        await db.run(
            "insert into cards.tiers (merchant_id, position, name, threshold) values (:merchant, 2, 'Friend', 50000)",
            merchant=shop.merchant_id,
        )
    with clock.at(NOON):
        assert (await buy(database, shop, guest, 19_999, "a")).discount == 0
        assert await tier(database) == (0, None)
        await buy(database, shop, guest, 40_000, "b")
        held, until = await tier(database)
        assert (held, until) == (2, datetime(2027, 6, 1, 21, tzinfo=UTC))
    assert until is not None
    with clock.at(until - timedelta(seconds=1)):
        await run_jobs(database)
        assert await tier(database) == (2, until)
    with clock.at(until):
        await run_jobs(database)
        assert (await tier(database))[0] == 1
        assert (await buy(database, shop, guest, 1000, "c")).discount == 50
    with clock.at(until + timedelta(days=800)):
        await run_jobs(database)
        assert await tier(database) == (0, None)


@pytest.mark.row("2.2")
@pytest.mark.parametrize(("rule", "after"), [("never", 1), ("step", 0), ("recompute", 0)])
async def test_the_stated_rule_for_going_down(database: Database, rule: str, after: int) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        guest = await member(db, shop)
        await db.run("update cards.programmes set downgrade = :rule, tier_basis = 'visits'", rule=rule)
        await db.run("update cards.tiers set threshold = 2 where position = 1")
    for days in (0, 0, 1):
        with clock.at(NOON + timedelta(days=days)):
            await buy(database, shop, guest, 100, f"{days}-{await _count(database)}")
    assert (await tier(database))[0] == 1
    async with database.read() as db:
        assert await db.value(int, "select visits from cards.memberships") == 2
    with clock.at(NOON + timedelta(days=370)):
        await run_jobs(database)
    assert (await tier(database))[0] == after


@pytest.mark.row("2.2")
async def test_a_tier_bought_and_taken_back_is_gone(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        cashier, guest = await world.staff(db, shop), await member(db, shop)
    shown = await buy(database, shop, guest, 90_000, "a")
    assert (await tier(database))[0] == 1
    call = {"merchant_id": str(shop.merchant_id), "store_id": str(shop.store_id), "reason": "no"}
    back = await client.post(f"/api/v1/purchases/{shown.purchase_id}/reversal", json=call, headers=cashier.headers)
    assert back.status_code == 201
    await drain(database)
    assert await tier(database) == (0, None)


async def _count(database: Database) -> int:
    async with database.read() as db:
        return await db.value(int, "select count(*) from purchases.purchases") or 0
