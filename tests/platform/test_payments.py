"""Payments in the platform's office: what wants looking at, and trying refunds again."""

import pytest

from shuke.kit.db import Database
from shuke.kit.errands import run_errands
from shuke.ledger import Account, held_money
from shuke.payments import invariants
from shuke.payments.counting import capture
from shuke.payments.provider import Found
from shuke.testbank import act_at_bank
from tests.payments.pay_world import Ground, ground
from tests.platform.test_office import csrf, make_operator
from tests.world import Client, Signed, problem

pytestmark = pytest.mark.row("4.4")

API = "/api/v1/platform/payments"


async def stuck(database: Database) -> tuple[Ground, Signed]:
    """A payment made twice whose second half the bank refuses to pay back, and an operator."""
    async with database.write() as db:
        at, olga = await ground(db), await make_operator(db)
    for act in ("refuse_refunds", "pay_twice"):
        await act_at_bank(database, at.payment, act)
    await run_errands(database)
    return at, olga


async def test_what_wants_looking_at(client: Client, database: Database) -> None:
    at, olga = await stuck(database)
    async with database.write() as db:
        silent, foreign = await ground(db), await ground(db)
        await capture(db, foreign.shop.merchant_id, foreign.payment.payment_id, Found("captured", "x", 2500, "CNY"))
        await db.run(
            "update payments.payments set unknown = true where payment_id = :payment", payment=silent.payment.payment_id
        )

    async def listed(show: str) -> list[str]:
        found = await client.get(f"{API}?show={show}", headers=olga.headers)
        return [line["payment_id"] for line in found.json()["payments"]]

    one, two, three = (str(each.payment.payment_id) for each in (at, silent, foreign))
    assert await listed("all") == [three, two, one]
    assert await listed("open") == [two]
    assert await listed("unknown") == [two]
    assert await listed("surplus") == [three, one]
    assert await listed("refunds") == [one]
    assert problem(await client.get(API, headers=at.guest.headers)) == (403, "not_operator")
    client.cookies.set("shuke_session", olga.token)
    for show in ("all", "open", "unknown", "surplus", "refunds"):
        assert "Lunch for two" in (await client.get(f"/platform/payments?show={show}")).text
    for each in (at, silent, foreign):
        assert (await client.get(f"/platform/payments/{each.address}")).status_code == 200


async def test_a_stuck_refund_is_tried_again(client: Client, database: Database) -> None:
    at, olga = await stuck(database)
    page = f"/platform/payments/{at.address}"
    found = (await client.get(f"{API}/{at.address}", headers=olga.headers)).json()
    [back] = found["refunds"]
    assert (back["status"], [one["surplus"] for one in found["captures"]]) == ("failed", ["", "paid_twice"])
    assert len(found["notices"]) == 2
    client.cookies.set("shuke_session", olga.token)
    form = {"csrf": await csrf(client, page)}
    assert (await client.post(f"{page}/question", data=form)).status_code == 200
    address = f"/platform/payments/{at.shop.merchant_id}/refunds/{back['refund_id']}/retry"
    assert "It is being tried again." in (await client.post(address, data=form)).text
    await act_at_bank(database, at.payment, "allow_refunds")
    await run_errands(database)
    again = f"{API}/{at.shop.merchant_id}/refunds/{back['refund_id']}/retries"
    assert problem(await client.post(again, headers=olga.headers)) == (409, "not_failed")
    found = (await client.get(f"{API}/{at.address}", headers=olga.headers)).json()
    assert [(one["status"], one["tries"]) for one in found["refunds"]] == [("succeeded", 2)]
    async with database.read() as db:
        assert await db.values(str, "select act from platform.acts") == ["retried"]


async def test_money_in_another_currency_is_sent_back_by_a_button(client: Client, database: Database) -> None:
    async with database.write() as db:
        at, olga = await ground(db), await make_operator(db)
        shop = at.shop.merchant_id
        await capture(db, shop, at.payment.payment_id, Found("captured", "x", 2700, "CNY"))
        capture_id = await db.value(str, "select capture_id::text from payments.captures")
    page = f"/platform/payments/{at.address}"
    client.cookies.set("shuke_session", olga.token)
    assert "Send it back" in (await client.get(page)).text
    form = {"csrf": await csrf(client, page)}
    done = await client.post(f"{page}/captures/{capture_id}/return", data=form)
    assert "The money is on its way back." in done.text
    assert "Send it back" not in done.text
    again = await client.post(f"{page}/captures/{capture_id}/return", data=form)
    assert "This money is not to be sent back, or it was already." in again.text
    await run_errands(database)
    async with database.read() as db:
        assert await db.values(str, "select status || ' ' || amount || ' ' || currency from payments.refunds") == [
            "succeeded 2700 CNY"
        ]
        for kind in ("received", "refunding"):
            assert await held_money(db, shop, Account(shop, kind), "CNY") == 0
        assert await invariants(db) == []
