"""Text that can't be kept, other writings of codes, and pages of the list."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from shuke.kit import clock
from shuke.kit.db import Database
from shuke.purchases import PurchaseCall, record
from tests import world
from tests.purchases.test_record import bill, member, voucher
from tests.world import Client, problem


@pytest.mark.row("2.3")
@pytest.mark.parametrize(
    "more",
    [
        {"note": "a\x00b"},
        {"note": "x" * 501},
        {"lines": [{"article": "a\x00", "quantity": 1, "amount": 1}]},
        {"lines": [{"article": "a,b", "quantity": 1, "amount": 1}]},
        {"lines": [{"article": "", "quantity": 1, "amount": 1}]},
        {"lines": [{"article": "a", "quantity": 0, "amount": 1}]},
        {"lines": [{"article": "a", "quantity": 1, "amount": -1}]},
        {"lines": [{"article": "a", "quantity": 10**12, "amount": 1}]},
        {"vouchers": ["x" * 201]},
        {"vouchers": [f"{n}" for n in range(21)]},
        {"holder": "nobody"},
        {"store_id": 7},
    ],
)
async def test_what_cannot_be_read(client: Client, database: Database, more: dict[str, object]) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        cashier = await world.staff(db, shop)
    answer = await client.post("/api/v1/purchases", json={**bill(shop, 100), **more}, headers=cashier.headers)
    assert answer.status_code == 422, answer.text


@pytest.mark.row("3.3")
async def test_codes_in_other_writings_and_codes_that_are_none(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop, other = await world.shop(db), await world.shop(db, "Elsewhere")
        cashier, guest, theirs = await world.staff(db, shop), await member(db, shop), await member(db, other)
        code = await voucher(db, shop, guest, await world.template(db, shop))
        foreign = await voucher(db, other, theirs, await world.template(db, other))
    for wrong in ("", "券", "ABC", foreign, f"{shop.tag}0000000000"):
        answer = await client.post("/api/v1/purchases", json=bill(shop, 900, vouchers=[wrong]), headers=cashier.headers)
        assert problem(answer) == (409, "unknown"), answer.text
    twice = await client.post("/api/v1/purchases", json=bill(shop, 900, vouchers=[code, code.lower()]), headers=cashier.headers)
    assert problem(twice) == (409, "not_combinable")
    wide = "-".join((code[:5], code[5:].lower()))
    done = await client.post("/api/v1/purchases", json=bill(shop, 900, vouchers=[wide]), headers=cashier.headers)
    assert (done.status_code, done.json()["paid"]) == (201, 400), done.text
    async with database.read() as db:
        assert await db.value(int, "select sum(count)::int from kit.attempts where subject like 'guess:%'") == 5


@pytest.mark.row("3.7")
async def test_excluded_articles_do_not_count(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        cashier, guest = await world.staff(db, shop), await member(db, shop)
        template = await world.template(db, shop, "Half", kind="percent_off", value=50, minimum_spend=1000)
        code = await voucher(db, shop, guest, template)
        await db.run(
            "insert into vouchers.template_articles (merchant_id, template_id, code, excluded) values (:merchant, :template, 'wine', true)",
            merchant=shop.merchant_id,
            template=template,
        )
    lines = [{"article": "wine", "quantity": 1, "amount": 1500}, {"article": "bun", "quantity": 4, "amount": 1200}]
    asked = bill(shop, 0, holder=str(guest.person_id), lines=lines) | {"bill": 2700}
    found = (await client.post("/api/v1/combinations", json=asked, headers=cashier.headers)).json()
    assert (found["voucher_off"], found["pay"]) == (600, 2100)
    less = {**asked, "bill": 2400}
    left_out = (await client.post("/api/v1/combinations", json=less, headers=cashier.headers)).json()["left_out"]
    assert [one["reason"] for one in left_out] == ["minimum_spend"]
    done = await client.post("/api/v1/purchases", json=bill(shop, 2700, lines=lines, vouchers=[code]), headers=cashier.headers)
    assert (done.status_code, done.json()["paid"]) == (201, 2100), done.text


@pytest.mark.row("11.1")
async def test_pages_never_skip_or_repeat(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        cashier = await world.staff(db, shop)
        for n in range(3):
            with clock.at(datetime(2026, 6, 1, tzinfo=UTC) + timedelta(hours=n)):
                calls = [
                    PurchaseCall(shop.merchant_id, shop.store_id, shop.owner_id, None, 5, f"{n} {i}", b"") for i in range(40)
                ]
                await record(db, calls)
    seen: list[str] = []
    after = ""
    while True:
        page = await client.get(f"/api/v1/merchants/{shop.merchant_id}/purchases{after}", headers=cashier.headers)
        seen += [one["purchase_id"] for one in page.json()["purchases"]]
        if page.json()["next"] is None:
            break
        after = f"?after={page.json()['next']}"
    assert len(seen) == len(set(seen)) == 120
    none = await client.get(f"/api/v1/merchants/{shop.merchant_id}/purchases?store={uuid4()}", headers=cashier.headers)
    assert none.json() == {"purchases": [], "next": None}
