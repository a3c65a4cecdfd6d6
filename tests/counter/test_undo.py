"""Undoing at the till, the store's day and the merchant's list of redemptions."""

from datetime import timedelta
from uuid import uuid4

import pytest

from shuke.kit import clock
from shuke.kit.db import Database
from shuke.merchants.actions import open_store
from tests import world
from tests.counter.counter_world import Counter, counter, look, press, press_plainly, redeem, voucher
from tests.world import Client, problem


async def undo(client: Client, at: Counter, redemption: str, key: str, **more: str) -> tuple[int, str]:
    """By the API: status and name."""
    answer = await client.post(
        f"/api/v1/redemptions/{redemption}/undo",
        json={**at.place, **more},
        headers={**at.cashier.headers, "idempotency-key": key},
    )
    return problem(answer)


@pytest.mark.row("3.2")
async def test_undo_once_by_its_key(client: Client, database: Database) -> None:
    async with database.write() as db:
        at, other = await counter(db), await counter(db, "Nordic Tea")
        code = await voucher(db, at)
    redemption = (await redeem(client, at, code)).json()["redemption_id"]
    assert await undo(client, other, redemption, "k") == (404, "not_found")
    assert await undo(client, at, str(uuid4()), "k") == (404, "not_found")
    assert (await undo(client, at, redemption, "k", reason="wrong one"))[0] == 201
    assert (await undo(client, at, redemption, "k"))[0] == 201
    assert await undo(client, at, redemption, "other") == (409, "already_undone")
    again = await redeem(client, at, code)
    assert again.status_code == 201
    assert await undo(client, at, again.json()["redemption_id"], "k") == (409, "idempotency_key_reused")
    async with database.read() as db:
        assert await db.values(str, "select reason from vouchers.undos where merchant_id = :m", m=at.shop.merchant_id) == [
            "wrong one"
        ]


@pytest.mark.row("3.2")
@pytest.mark.parametrize("became", ["expired", "voided"])
async def test_what_has_become_useless_meanwhile_stays_so(client: Client, database: Database, became: str) -> None:
    """The use is taken back, so that the counts are right; the voucher comes into no wallet and is refused by its name."""
    async with database.write() as db:
        at = await counter(db)
        code = await voucher(db, at, uses=2)
    redemption = (await redeem(client, at, code)).json()["redemption_id"]
    async with database.write() as db:
        if became == "voided":
            await db.run("update vouchers.vouchers set status = 'voided' where code = :code", code=code)
        if became == "expired":
            await db.run("update vouchers.vouchers set ends_at = :now where code = :code", now=clock.now(), code=code)
        await db.run("delete from vouchers.wallet_vouchers where code = :code", code=code)
    assert (await undo(client, at, redemption, "k"))[0] == 201
    assert problem(await redeem(client, at, code)) == (409, became)
    async with database.read() as db:
        assert await db.value(int, "select uses_left from vouchers.vouchers where code = :code", code=code) == 2
        assert await db.value(int, "select count(*) from vouchers.wallet_vouchers where code = :code", code=code) == 0


@pytest.mark.row("3.2")
async def test_after_an_hour_it_stays(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await counter(db)
        code = await voucher(db, at)
    redemption = (await redeem(client, at, code)).json()["redemption_id"]
    async with database.write() as db:
        await db.run(
            "update vouchers.redemptions set at = :at where redemption_id = :id::uuid",
            at=clock.now() - timedelta(minutes=61),
            id=redemption,
        )
    assert await undo(client, at, redemption, "k") == (409, "too_late")
    pressed = await press(client, at.cashier, f"{at.path}/undo/{redemption}", key="p")
    assert "Too late to undo" in pressed.text
    async with database.read() as db:
        assert await db.value(int, "select count(*) from vouchers.undos where merchant_id = :m", m=at.shop.merchant_id) == 0


@pytest.mark.row("3.2")
@pytest.mark.parametrize("reason", ["x" * 501, "a\x00b"])
async def test_a_reason_that_cant_be_kept(client: Client, database: Database, reason: str) -> None:
    async with database.write() as db:
        at = await counter(db)
        code = await voucher(db, at)
    redemption = (await redeem(client, at, code)).json()["redemption_id"]
    assert await undo(client, at, redemption, "k", reason=reason) == (422, "unreadable")
    pressed = await press(client, at.cashier, f"{at.path}/undo/{redemption}", key="p", words=reason)
    assert "has the voucher back" in pressed.text


@pytest.mark.row("3.2")
async def test_undo_by_page_with_the_reason_in_the_days_list(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await counter(db)
        code = await voucher(db, at)
    done = await press(client, at.cashier, f"{at.path}/redeem", code=code, key="p1")
    redemption = done.text.split("/undo/")[1][:36]
    asked = await look(client, at.cashier, f"{at.path}/undo/{redemption}")
    assert "Undo this redemption?" in asked.text
    undone = await press_plainly(client, at.cashier, f"{at.path}/undo/{redemption}", key="p2", words="Wrong guest <b>")
    assert "Mia has the voucher back." in undone.text
    today = await look(client, at.cashier, f"{at.path}/today")
    assert "Wrong guest &lt;b&gt;" in today.text
    only = await look(client, at.cashier, f"{at.path}/today?only=redemption")
    assert "Nothing here yet today" in only.text


@pytest.mark.row("11.1")
async def test_the_days_numbers_are_its_rows(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await counter(db)
        codes = [await voucher(db, at, f"Voucher {n}") for n in range(53)]
        yesterday = await voucher(db, at, "Of yesterday")
    for code in codes:
        assert (await redeem(client, at, code)).status_code == 201
    old = (await redeem(client, at, yesterday)).json()["redemption_id"]
    async with database.write() as db:
        await db.run(
            "update vouchers.redemptions set at = :at where redemption_id = :id::uuid",
            at=clock.now() - timedelta(days=1),
            id=old,
        )
    await press(client, at.cashier, f"{at.path}/bill", holder=str(at.guest.person_id), bill="10")
    paid = await press(client, at.cashier, f"{at.path}/purchase", holder=str(at.guest.person_id), bill="10", key="p")
    assert "+10 points" in paid.text
    first = await look(client, at.cashier, f"{at.path}/today")
    assert ">53<" in first.text
    assert "€265.00 off" in first.text
    assert first.text.count("<time") == 50
    address = first.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    rest = await look(client, at.cashier, address)
    assert rest.text.count("<time") == 4
    assert "Of yesterday" not in first.text + rest.text
    assert all(f"Voucher {n}</b>" in first.text + rest.text for n in range(53))
    assert (await look(client, at.cashier, f"{at.path}/today?cursor=nonsense")).status_code == 422


@pytest.mark.row("11.1")
async def test_a_merchants_redemptions_page_by_page(client: Client, database: Database) -> None:
    async with database.write() as db:
        at, other = await counter(db), await counter(db, "Nordic Tea")
        codes = [await voucher(db, at) for _ in range(5)]
        second = await open_store(db, at.shop.merchant_id, "Second", "Europe/Helsinki")
        tied = await world.staff(db, at.shop, "cashier", second)
        support = await world.staff(db, at.shop, "support")
    for code in codes:
        await redeem(client, at, code)
    address = f"/api/v1/merchants/{at.shop.merchant_id}/redemptions"
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await client.get(f"{address}?limit=2&cursor={cursor}", headers=at.cashier.headers)).json()
        seen += [row["code"] for row in page["redemptions"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert seen == codes[::-1]
    assert (await client.get(address, headers=tied.headers)).json()["redemptions"] == []
    assert (await client.get(f"{address}?store={at.shop.store_id}", headers=tied.headers)).status_code == 404
    assert problem(await client.get(address, headers=support.headers)) == (403, "not_allowed")
    assert (await client.get(address, headers=other.cashier.headers)).status_code == 404
    assert (await client.get(f"{address}?store={other.shop.store_id}", headers=at.cashier.headers)).status_code == 404
    assert problem(await client.get(f"{address}?cursor=x", headers=at.cashier.headers)) == (422, "cursor_unreadable")


@pytest.mark.row("3.3")
async def test_a_key_again_tells_of_its_own_moment_and_stands_for_the_articles(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await counter(db)
        code = await voucher(db, at, "Five lunches", kind="pass", uses=5)

    async def left(key: str) -> int:
        answer = await redeem(client, at, code, key=key, articles=["A", "B"])
        assert answer.status_code == 201, answer.text
        return int(answer.json()["uses_left"])

    first = await redeem(client, at, code, key="one", articles=["A", "B"])
    assert [await left(key) for key in ("two", "three", "one", "two", "three")] == [3, 2, 4, 3, 2]
    assert await undo(client, at, first.json()["redemption_id"], "back") == (201, "")
    assert [await left(key) for key in ("one", "two", "four", "three", "four")] == [4, 3, 2, 2, 2]
    for others in (["A"], ["A", "C"], [], ["B", "A"]):
        again = await redeem(client, at, code, key="one", articles=others)
        assert problem(again) == (409, "idempotency_key_reused"), others
