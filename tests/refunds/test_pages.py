"""Pages of refunds: the part of an order's page, the office's order, lists and refunding all; in both languages."""

import pytest

from shuke.kit.db import Database
from tests import world
from tests.refunds.bought import bought, codes, quiet, used
from tests.world import Client, Signed

pytestmark = pytest.mark.row("4.5")


def cookies(signed: Signed) -> dict[str, str]:
    """As a browser carries a session."""
    return {"cookie": f"shuke_session={signed.token}"}


async def _form_token(client: Client, signed: Signed) -> str:
    page = await client.get("/refunds", headers=cookies(signed))
    return page.text.split('<meta name="csrf" content="')[1].split('"')[0]


async def test_a_guest_sees_what_comes_back_and_where_it_is(client: Client, database: Database) -> None:
    by = await bought(database, 2)
    address = f"/orders/{by.merchant_id}/{by.order.order_id}/refund"
    part = await client.get(address, headers=cookies(by.guest))
    assert part.text.count("€59.00") == 2
    assert "This is the test bank" in part.text
    async with database.write() as db:
        stranger = await world.signed_in(db)
    assert (await client.get(address, headers=cookies(stranger))).status_code == 404
    form = {"csrf": await _form_token(client, by.guest), "some": "yes", "voucher": str((await codes(database, by.order))[0][0])}
    none = await client.post(address, data={"csrf": form["csrf"], "some": "yes"}, headers=cookies(by.guest))
    assert none.status_code == 409
    done = await client.post(address, data=form, headers=cookies(by.guest), follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, f"/orders/{by.merchant_id}/{by.order.order_id}")
    part = await client.get(address, headers=cookies(by.guest))
    assert "On its way" in part.text
    await quiet(database)
    part = await client.get(address, headers=cookies(by.guest))
    assert "Paid back" in part.text
    async with database.write() as db:
        await db.run("update people.people set locale = 'zh_CN' where person_id = :guest", guest=by.guest.person_id)
    other = await world_session(database, by.guest)
    part = await client.get(address, headers=cookies(other))
    assert "已退回" in part.text


async def world_session(database: Database, signed: Signed) -> Signed:
    """Another session of the same person, which speaks her language of now."""
    async with database.write() as db:
        return await world.session_of(db, signed.person_id)


async def test_a_refused_bank_says_that_nothing_is_to_do(client: Client, database: Database) -> None:
    by = await bought(database)
    async with database.write() as db:
        await db.run("update testbank.payments set refuses_refunds = true")
    await client.post(by.own, json={}, headers=by.guest.headers)
    await quiet(database)
    part = await client.get(f"/orders/{by.merchant_id}/{by.order.order_id}/refund", headers=cookies(by.guest))
    assert "Stuck" in part.text
    assert "Nothing to do for you" in part.text


async def test_the_office_refunds_an_order_and_a_use(client: Client, database: Database) -> None:
    by = await bought(database, 2)
    first, second = await codes(database, by.order)
    use = await used(database, by, second[1])
    async with database.write() as db:
        await db.run("update vouchers.redemptions set at = at - interval '2 hours'")
    base = f"/console/{by.merchant_id}"
    page = await client.get(f"{base}/orders/{by.order.order_id}", headers=cookies(by.manager))
    assert page.status_code == 200, page.text
    assert "Refund by agreement" in page.text
    token = await _form_token(client, by.manager)
    form = {"csrf": token, "some": "yes", "voucher": str(first[0]), "reason": "closed"}
    done = await client.post(
        f"{base}/orders/{by.order.order_id}/refund", data=form, headers=cookies(by.manager), follow_redirects=False
    )
    assert done.status_code == 303, done.text
    form = {"csrf": token, "amount": "20,50", "reason": "cold"}
    done = await client.post(
        f"{base}/redemptions/{use.redemption_id}/refund", data=form, headers=cookies(by.manager), follow_redirects=False
    )
    assert done.status_code == 303, done.text
    await quiet(database)
    listed = await client.get(f"{base}/refunds", headers=cookies(by.manager))
    assert "€20.50" in listed.text
    assert "€59.00" in listed.text
    page = await client.get(f"{base}/orders/{by.order.order_id}", headers=cookies(by.manager))
    assert "€20.50 given back by agreement" in page.text


async def test_the_office_refunds_all_of_a_deal(client: Client, database: Database) -> None:
    by = await bought(database, 2)
    address = f"/console/{by.merchant_id}/deals/{by.at.deal_id}/refund-all"
    part = await client.get(address, headers=cookies(by.manager))
    assert "Stops the deal at once" in part.text
    form = {"csrf": await _form_token(client, by.manager), "reason": "the cook is ill"}
    done = await client.post(address, data=form, headers=cookies(by.manager), follow_redirects=False)
    assert done.status_code == 303
    part = await client.get(address, headers=cookies(by.manager))
    assert "given back so far" in part.text
    await quiet(database)
    part = await client.get(address, headers=cookies(by.manager))
    assert "2 vouchers were given back, €118.00 in all" in part.text


async def test_the_rules_are_a_page(client: Client) -> None:
    page = await client.get("/refunds")
    assert "What is unused is refunded" in page.text
    page = await client.get("/refunds", headers={"accept-language": "zh-CN"})
    assert "未使用的可退" in page.text
