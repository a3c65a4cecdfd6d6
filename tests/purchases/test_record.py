"""Recording purchases by the API: points, the card's percent, vouchers with it, keys used again."""

import asyncio
from uuid import UUID, uuid4

import pytest

from shuke.cards import JoinCall, join
from shuke.kit.db import Database, Db
from shuke.ledger import balance_of
from shuke.vouchers import IssueCall, Issued, issue
from tests import world
from tests.world import Client, Shop, Signed, problem


async def member(db: Db, shop: Shop) -> Signed:
    """A guest with a card of this shop."""
    guest = await world.signed_in(db)
    await join(db, [JoinCall(shop.merchant_id, guest.person_id, None)])
    return guest


async def voucher(db: Db, shop: Shop, guest: Signed, template: UUID) -> str:
    """A voucher of the template for this guest; its code."""
    [issued] = await issue(db, [IssueCall(shop.merchant_id, template, guest.person_id, "staff")])
    assert isinstance(issued, Issued)
    return issued.code


def bill(shop: Shop, total: object, /, **more: object) -> dict[str, object]:
    """What the till sends."""
    return {"merchant_id": str(shop.merchant_id), "store_id": str(shop.store_id), "total": total, **more}


@pytest.mark.row("2.3")
async def test_points_for_what_is_paid(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        cashier, guest = await world.staff(db, shop), await member(db, shop)
    call = bill(shop, 1299, holder=str(guest.person_id), note="two buns")
    headers = {**cashier.headers, "idempotency-key": "a"}
    first = await client.post("/api/v1/purchases", json=call, headers=headers)
    assert first.status_code == 201, first.text
    assert (first.json()["paid"], first.json()["points"]) == (1299, 12)
    again = await client.post("/api/v1/purchases", json=call, headers=headers)
    assert again.json() == first.json()
    other = await client.post("/api/v1/purchases", json={**call, "total": 1300}, headers=headers)
    assert problem(other) == (409, "idempotency_key_reused")
    async with database.read() as db:
        assert (await balance_of(db, shop.merchant_id, guest.person_id)).active == 12


@pytest.mark.row("3.7")
@pytest.mark.row("2.9")
async def test_best_combination_then_all_of_it_at_once(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        cashier, guest = await world.staff(db, shop), await member(db, shop)
        five = await world.template(db, shop, "5 off", stacking="free")
        fifth = await world.template(db, shop, "20 %", kind="percent_off", value=20, stacking="free")
        alone = await world.template(db, shop, "8 off, alone", value=800)
        large = await world.template(db, shop, "Over 50", value=900, minimum_spend=5000)
        codes = {await voucher(db, shop, guest, template): template for template in (five, fifth, alone, large)}
        await db.run("update cards.memberships set tier = 1 where merchant_id = :merchant", merchant=shop.merchant_id)
    place = {"merchant_id": str(shop.merchant_id), "store_id": str(shop.store_id)}
    asked = await client.post(
        "/api/v1/combinations", json={**place, "holder": str(guest.person_id), "bill": 2000}, headers=cashier.headers
    )
    assert asked.status_code == 200, asked.text
    best = asked.json()
    assert [(codes[one["code"]], one["discount"]) for one in best["used"]] == [(fifth, 400), (five, 500)]
    assert {codes[one["code"]]: one["reason"] for one in best["left_out"]} == {
        alone: "not_combinable",
        large: "minimum_spend",
    }
    assert (best["voucher_off"], best["tier_off"], best["pay"], best["exact"]) == (900, 55, 1045, True)

    chosen = [one["code"] for one in best["used"]]
    wrong = next(one["code"] for one in best["left_out"] if codes[one["code"]] == large)
    refused = await client.post(
        "/api/v1/purchases", json=bill(shop, 2000, holder=str(guest.person_id), vouchers=[wrong]), headers=cashier.headers
    )
    assert problem(refused) == (409, "minimum_spend")
    done = await client.post(
        "/api/v1/purchases", json=bill(shop, 2000, holder=str(guest.person_id), vouchers=chosen), headers=cashier.headers
    )
    assert done.status_code == 201, done.text
    assert (done.json()["discount"], done.json()["paid"], done.json()["points"]) == (955, 1045, 15)
    assert sorted(one["discount"] for one in done.json()["redemptions"]) == [400, 500]
    seen = await client.get(
        f"/api/v1/merchants/{shop.merchant_id}/purchases/{done.json()['purchase_id']}", headers=cashier.headers
    )
    assert seen.json() == done.json()
    listed = await client.get(f"/api/v1/merchants/{shop.merchant_id}/purchases", headers=cashier.headers)
    assert [one["purchase_id"] for one in listed.json()["purchases"]] == [done.json()["purchase_id"]]


@pytest.mark.row("3.4")
async def test_a_refused_voucher_refuses_the_whole_purchase(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        cashier, guest = await world.staff(db, shop), await member(db, shop)
        template = await world.template(db, shop, stacking="free")
        used, fresh = await voucher(db, shop, guest, template), await voucher(db, shop, guest, template)
    first = bill(shop, 2000, holder=str(guest.person_id), vouchers=[used])
    assert (await client.post("/api/v1/purchases", json=first, headers=cashier.headers)).status_code == 201
    both = {**first, "vouchers": [fresh, used]}
    answer = await client.post("/api/v1/purchases", json=both, headers=cashier.headers)
    assert problem(answer) == (409, "already_redeemed")
    async with database.read() as db:
        assert await db.value(int, "select count(*) from purchases.purchases") == 1
        assert await db.value(int, "select count(*) from vouchers.redemptions") == 1
        assert await db.value(int, "select count(*) from kit.events where name = 'vouchers.VoucherRedeemed'") == 1
        assert await db.value(str, "select status from vouchers.vouchers where code = :code", code=fresh) == "issued"


@pytest.mark.row("2.3")
@pytest.mark.parametrize("total", [0, -5, 10**12 + 1, 10**30, "12 €", 12.5, True, None, [], {}])
async def test_bad_amounts(client: Client, database: Database, total: object) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        cashier = await world.staff(db, shop)
    answer = await client.post("/api/v1/purchases", json=bill(shop, total), headers=cashier.headers)
    assert problem(answer) == (422, "unreadable"), answer.text
    async with database.read() as db:
        assert await db.value(int, "select count(*) from purchases.purchases") == 0


@pytest.mark.row("1.4")
async def test_who_may_not(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop, other = await world.shop(db), await world.shop(db, "Elsewhere")
        cashier, guest, support = await world.staff(db, shop), await member(db, other), await world.staff(db, shop, "support")
        bound = await world.staff(db, shop, "cashier", shop.store_id)
    foreign_store = await client.post(
        "/api/v1/purchases", json={**bill(shop, 100), "store_id": str(other.store_id)}, headers=cashier.headers
    )
    assert problem(foreign_store) == (404, "not_found")
    no_member = await client.post(
        "/api/v1/purchases", json=bill(shop, 100, holder=str(guest.person_id)), headers=cashier.headers
    )
    assert problem(no_member) == (404, "not_a_member")
    assert problem(await client.post("/api/v1/purchases", json=bill(other, 100), headers=cashier.headers)) == (404, "not_staff")
    assert problem(await client.post("/api/v1/purchases", json=bill(shop, 100), headers=support.headers)) == (403, "not_staff")
    assert problem(await client.post("/api/v1/purchases", json=bill(shop, 100), headers=guest.headers)) == (404, "not_staff")
    assert (await client.post("/api/v1/purchases", json=bill(shop, 100), headers=bound.headers)).status_code == 201
    lines = [{"article": "bun", "quantity": 1, "amount": 101}]
    too_much = await client.post("/api/v1/purchases", json=bill(shop, 100, lines=lines), headers=cashier.headers)
    assert problem(too_much) == (409, "lines_exceed_total")
    theirs = f"/api/v1/merchants/{other.merchant_id}/purchases"
    assert problem(await client.get(theirs, headers=cashier.headers)) == (404, "not_found")
    missing = f"/api/v1/merchants/{shop.merchant_id}/purchases/{uuid4()}"
    assert problem(await client.get(missing, headers=cashier.headers)) == (404, "not_found")
    bad = f"/api/v1/merchants/{shop.merchant_id}/purchases?after=zzz"
    assert problem(await client.get(bad, headers=cashier.headers)) == (422, "cursor_unreadable")


@pytest.mark.row("3.3")
@pytest.mark.race
async def test_the_same_key_ten_times_at_once(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        cashier, guest = await world.staff(db, shop), await member(db, shop)
        code = await voucher(db, shop, guest, await world.template(db, shop))
    call = bill(shop, 2000, holder=str(guest.person_id), vouchers=[code])
    headers = {**cashier.headers, "idempotency-key": "once"}
    answers = await asyncio.gather(*(client.post("/api/v1/purchases", json=call, headers=headers) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    async with database.read() as db:
        assert await db.value(int, "select count(*) from purchases.purchases") == 1
        assert (await balance_of(db, shop.merchant_id, guest.person_id)).active == 15
