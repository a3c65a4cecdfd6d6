"""Orders by the API: from the wish to the vouchers, and what is refused on the way."""

import asyncio
from uuid import uuid4

import pytest
from httpx import Response

from shuke.checkout import invariants
from shuke.kit.db import Database
from shuke.payments.queries import payment_of
from tests import world
from tests.checkout import sale_world
from tests.checkout.sale_world import Sale
from tests.world import Client, Signed, problem

pytestmark = pytest.mark.row("4.1")


async def order(client: Client, at: Sale, guest: Signed, quantity: int = 1, key: str = "") -> Response:
    """What the server says to this wish."""
    body = {"merchant_id": str(at.shop.merchant_id), "deal_id": str(at.deal_id), "quantity": quantity}
    return await client.post("/api/v1/orders", json=body, headers=guest.headers | {"idempotency-key": key or uuid4().hex})


async def test_from_the_wish_to_the_vouchers(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await sale_world.sale(db, stock=3, per_person=2)
        guest, other = await world.signed_in(db), await world.signed_in(db)
    made = await order(client, at, guest, 2, "k")
    assert made.status_code == 201, made.text
    held = made.json()
    assert (held["status"], held["amount"]) == ("held", 11800)
    assert (await order(client, at, guest, 2, "k")).json()["order_id"] == held["order_id"]
    assert problem(await order(client, at, guest)) == (409, "limit_reached")
    address = f"/api/v1/orders/{at.shop.merchant_id}/{held['order_id']}"
    assert problem(await client.get(address, headers=other.headers)) == (404, "not_found")
    attempt = await client.post(f"{address}/payments", json={"provider": "bank"}, headers=guest.headers)
    assert attempt.status_code == 201, attempt.text
    async with database.write() as db:
        payment = await payment_of(db, at.shop.merchant_id, attempt.json()["payment_id"])
        assert payment is not None
        await sale_world.captured(db, payment)
    await sale_world.drained(database)
    seen = (await client.get(address, headers=guest.headers)).json()
    assert (seen["order"]["status"], len(seen["sold"]), seen["payments"][0]["status"]) == ("fulfilled", 2, "captured")
    assert problem(await client.post(f"{address}/cancellation", headers=guest.headers)) == (409, "order_is_paid")
    assert problem(await client.post(f"{address}/payments", json={"provider": "bank"}, headers=guest.headers)) == (
        409,
        "not_payable",
    )
    mine = (await client.get("/api/v1/orders", headers=guest.headers)).json()["orders"]
    assert [(line["title"], line["status"]) for line in mine] == [("Dinner for two", "fulfilled")]


@pytest.mark.row("4.3")
async def test_the_line_says_where_you_stand(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await sale_world.sale(db, stock=1, flash=True)
        guests = [await world.signed_in(db) for _ in range(3)]
    found = [(await order(client, at, guest)).json() for guest in guests]
    assert [(one["status"], one["place"]) for one in found] == [("held", None), ("waiting", 1), ("waiting", 2)]
    address = f"/api/v1/orders/{at.shop.merchant_id}/{found[1]['order_id']}"
    line = (await client.get(address, headers=guests[1].headers)).json()["line"]
    assert (line["place"], line["unpaid"], line["paid_percent"]) == (1, 1, None)
    assert line["latest"] == found[0]["hold_until"]
    assert problem(await client.post(f"{address}/payments", json={"provider": "bank"}, headers=guests[1].headers)) == (
        409,
        "not_payable",
    )
    assert (await client.post(f"{address}/cancellation", headers=guests[1].headers)).json()["status"] == "released"
    address = f"/api/v1/orders/{at.shop.merchant_id}/{found[2]['order_id']}"
    for _moment in range(600):  # what is told about a line is up to two seconds old
        line = (await client.get(address, headers=guests[2].headers)).json()["line"]
        if line["place"] == 1:
            break
        await asyncio.sleep(0.1)
    assert line["place"] == 1


async def test_unreadable_wishes_and_strangers(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await sale_world.sale(db)
        guest = await world.signed_in(db)
    assert (await order(client, at, guest, 0)).status_code == 422
    assert problem(await order(client, Sale(at.shop, uuid4()), guest)) == (404, "not_found")
    assert (await client.post("/api/v1/orders", json={})).status_code == 401


async def test_nobody_holds_more_than_a_few_unpaid_orders(client: Client, database: Database) -> None:
    async with database.write() as db:
        at, other = await sale_world.sale(db, stock=50), await sale_world.sale(db)
        guest = await world.signed_in(db)
    made = [await order(client, at if number % 2 else other, guest) for number in range(10)]
    assert {one.status_code for one in made} == {201}
    refused = await order(client, at, guest)
    assert problem(refused) == (409, "too_many")
    assert refused.json()["facts"]["most"] == 10
    again = await asyncio.gather(*(order(client, other, guest) for _ in range(4)))
    assert {problem(one) for one in again} == {(409, "too_many")}
    address = f"/api/v1/orders/{made[0].json()['merchant_id']}/{made[0].json()['order_id']}"
    assert (await client.post(f"{address}/cancellation", headers=guest.headers)).status_code in (200, 201)
    assert (await order(client, at, guest)).status_code == 201
    async with database.read() as db:
        assert await invariants(db) == []


@pytest.mark.row("4.4")
async def test_an_order_has_a_few_attempts_to_pay_at_once(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await sale_world.sale(db)
        guest = await world.signed_in(db)
    made = (await order(client, at, guest)).json()
    address = f"/api/v1/orders/{at.shop.merchant_id}/{made['order_id']}/payments"
    phone = guest.headers | {"user-agent": "Mozilla/5.0 (Linux; Android 15) Mobile"}
    first = await client.post(address, json={"provider": "bank"}, headers=phone)
    assert first.json()["phone"] == "testclient", "a phone's browser is told from others"
    said = await asyncio.gather(*(client.post(address, json={"provider": "bank"}, headers=guest.headers) for _ in range(8)))
    assert sorted(one.status_code for one in said) == [201] * 4 + [409] * 4
    assert {problem(one) for one in said if one.status_code == 409} == {(409, "too_many")}
    assert {one.json()["phone"] for one in said if one.status_code == 201} == {""}


async def test_nobody_pays_a_suspended_merchant(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await sale_world.sale(db)
        guest = await world.signed_in(db)
    held = (await order(client, at, guest)).json()
    async with database.write() as db:
        await db.run("update merchants.merchants set status = 'suspended' where merchant_id = :m", m=at.shop.merchant_id)
    address = f"/api/v1/orders/{at.shop.merchant_id}/{held['order_id']}"
    tried = await client.post(f"{address}/payments", json={"provider": "bank"}, headers=guest.headers)
    assert problem(tried) == (409, "deal_not_on")
    assert (await client.post(f"{address}/cancellation", headers=guest.headers)).json()["status"] == "released"
