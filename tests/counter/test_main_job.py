"""The main job by the API: scan, card, voucher, till, and the guest sees it."""

import pytest

from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.rooms import reactions
from tests import world
from tests.world import Client, problem


@pytest.mark.row("2.1")
@pytest.mark.row("3.3")
@pytest.mark.row("1.7")
async def test_scan_join_welcome_redeem_once(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        template = await world.template(db, shop)
        await db.run(
            "insert into rewards.welcomes (merchant_id, template_id, manner) values (:merchant, :template, 'welcome')",
            merchant=shop.merchant_id,
            template=template,
        )
        cashier = await world.staff(db, shop)

    sent = await client.post("/api/v1/sign-in-codes", json={"contact": "ｍｉａ@example.org"})
    assert sent.status_code == 201
    async with database.read() as db:
        body = await db.value(str, "select body from kit.letters")
    session = await client.post(
        "/api/v1/sessions", json={"contact": "mia@example.org", "code": (body or "")[:6], "name": "Mia"}
    )
    assert session.status_code == 201
    guest = {"authorization": f"Bearer {session.json()['token']}"}
    client.cookies.clear()

    scene = await client.get(f"/api/v1/scenes/{shop.scene}")
    assert scene.json()["merchant_name"] == "Kaisla Bakery"
    card = await client.post("/api/v1/memberships", json={"scene": shop.scene}, headers=guest)
    assert card.status_code == 201, card.text
    assert reactions()
    await drain(database)
    wallet = (await client.get("/api/v1/wallet", headers=guest)).json()
    assert [len(wallet["cards"]), len(wallet["vouchers"])] == [1, 1]

    place = {"merchant_id": str(shop.merchant_id), "store_id": str(shop.store_id)}
    call = {**place, "code": wallet["vouchers"][0]["code"].lower(), "bill": 1200}
    first = await client.post("/api/v1/redemptions", json=call, headers={**cashier.headers, "idempotency-key": "a"})
    assert first.status_code == 201, first.text
    assert first.json()["discount"] == 500
    again = await client.post("/api/v1/redemptions", json=call, headers={**cashier.headers, "idempotency-key": "a"})
    assert again.json() == first.json()
    other = await client.post("/api/v1/redemptions", json=call, headers={**cashier.headers, "idempotency-key": "b"})
    assert problem(other) == (409, "already_redeemed")
    assert other.json()["facts"]["store"] == "Kaisla Bakery Center"
    assert (await client.get("/api/v1/wallet", headers=guest)).json()["vouchers"] == []

    undo = await client.post(
        f"/api/v1/redemptions/{first.json()['redemption_id']}/undo",
        json=place,
        headers={**cashier.headers, "idempotency-key": "u"},
    )
    assert undo.status_code == 201, undo.text
    assert len((await client.get("/api/v1/wallet", headers=guest)).json()["vouchers"]) == 1
