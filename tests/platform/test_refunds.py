"""The platform refunds an order of any merchant from its own page, with a reason, as far as the rules say."""

import pytest

from shuke.kit.db import Database
from tests.platform.test_office import csrf, make_operator
from tests.refunds.bought import bought, quiet
from tests.world import Client

pytestmark = pytest.mark.row("4.4")


async def test_an_order_is_found_and_refunded(client: Client, database: Database) -> None:
    by = await bought(database, 2)
    async with database.write() as db:
        olga = await make_operator(db)
    order = by.order
    page = f"/platform/orders/{order.merchant_id}/{order.order_id}"
    client.cookies.set("shuke_session", by.guest.token)
    assert (await client.get(page)).status_code == 403
    client.cookies.set("shuke_session", olga.token)
    assert order.payment_id is not None
    for number in (str(order.order_id), order.payment_id.hex):
        found = await client.get(f"/platform/orders?find={number}", follow_redirects=False)
        assert (found.status_code, found.headers["location"]) == (303, page)
    assert "No order or payment has this number." in (await client.get("/platform/orders?find=nothing")).text
    assert page in (await client.get(f"/platform/payments/{order.merchant_id}/{order.payment_id}")).text
    seen = (await client.get(page)).text
    assert "A bought voucher, unused" in seen
    form = {"csrf": await csrf(client, page), "some": "yes"}
    refused = await client.post(f"{page}/refund", data=form | {"reason": "why"})
    assert "Choose what you want to have refunded." in refused.text
    async with database.read() as db:
        vouchers = await db.values(str, "select voucher_id::text from checkout.sold order by voucher_id")
    done = await client.post(f"{page}/refund", data=form | {"voucher": vouchers[0], "reason": "the shop has closed"})
    assert "\u20ac59.00 are on their way back to the guest." in done.text
    await quiet(database)
    assert "the shop has closed" in (await client.get(page)).text
    async with database.read() as db:
        assert await db.values(str, "select actor || ' ' || amount from refunds.refunds") == ["platform 5900"]
