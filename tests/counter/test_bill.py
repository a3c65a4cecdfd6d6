"""A guest's bill at the page: the best vouchers, the cashier's own choice, recording in one go and once."""

import re

import pytest

from shuke.kit.db import Database
from tests.counter.counter_world import Counter, counter, look, press, press_plainly, redemptions, voucher
from tests.world import Client


def fields(at: Counter, bill: str) -> dict[str, str]:
    """What every form of a bill carries."""
    return {"holder": str(at.guest.person_id), "bill": bill}


@pytest.mark.row("2.9")
@pytest.mark.row("3.7")
async def test_scan_amount_enter_enter(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await counter(db)
        five = await voucher(db, at, "Five off")
        tenth = await voucher(db, at, "Tenth off", kind="percent_off", value=10)
    guest = await press(client, at.cashier, f"{at.path}/identify", code=at.card())
    assert "Mia" in guest.text
    assert "data-till-next" in guest.text.split('name="bill"')[1].split(">")[0]
    bill = await press(client, at.cashier, f"{at.path}/bill", **fields(at, "24,50"))
    assert "€19.50" in bill.text
    assert re.search(rf'value="{five}" checked', bill.text)
    own = await press(client, at.cashier, f"{at.path}/bill?last={tenth}", **fields(at, "24.50"), chosen="yes", voucher=tenth)
    assert "€22.05" in own.text
    for way in (press, press_plainly):
        paid = await way(client, at.cashier, f"{at.path}/purchase", **fields(at, "24.50"), key="once", voucher=five)
        assert paid.status_code == 200
        assert "€19.50" in paid.text
        assert "+19 points" in paid.text
        assert "19 points now" in paid.text
    assert await redemptions(database, at) == 1
    async with database.read() as db:
        assert (
            await db.value(int, "select count(*) from purchases.purchases where merchant_id = :m", m=at.shop.merchant_id) == 1
        )


@pytest.mark.row("2.9")
@pytest.mark.parametrize("amount", ["", "0", "-5", "abc", "1e9", "12.505", "99999999999999", "\x00", "１２。５", "12 €"])
async def test_what_is_no_amount_is_asked_again(client: Client, database: Database, amount: str) -> None:
    async with database.write() as db:
        at = await counter(db)
    again = await press(client, at.cashier, f"{at.path}/bill", **fields(at, amount))
    assert "This is not an amount" in again.text
    assert "Mia" in again.text
    refused = await press(client, at.cashier, f"{at.path}/purchase", **fields(at, amount), key="k")
    assert refused.status_code == 422


@pytest.mark.row("3.3")
async def test_a_voucher_used_meanwhile_records_nothing(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await counter(db)
        five = await voucher(db, at)
    await press(client, at.cashier, f"{at.path}/redeem", code=five, key="first")
    paid = await press(client, at.cashier, f"{at.path}/purchase", **fields(at, "24.50"), key="once", voucher=five)
    assert paid.status_code == 409
    assert "Already used" in paid.text
    async with database.read() as db:
        assert (
            await db.value(int, "select count(*) from purchases.purchases where merchant_id = :m", m=at.shop.merchant_id) == 0
        )


@pytest.mark.row("2.9")
@pytest.mark.parametrize("holder", ["", "x", "00000000-0000-0000-0000-000000000000"])
async def test_a_guest_who_is_none(client: Client, database: Database, holder: str) -> None:
    async with database.write() as db:
        at = await counter(db)
    for path in ("bill", "purchase"):
        answer = await press(client, at.cashier, f"{at.path}/{path}", holder=holder, bill="5", key="k")
        assert answer.status_code in (404, 409, 422), (path, answer.text)


@pytest.mark.row("2.3")
async def test_a_purchase_taken_back(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await counter(db)
        five = await voucher(db, at)
    paid = await press(client, at.cashier, f"{at.path}/purchase", **fields(at, "24.50"), key="once", voucher=five)
    purchase = paid.text.split("/return/")[1][:36]
    asked = await look(client, at.cashier, f"{at.path}/return/{purchase}")
    assert "Undo this purchase?" in asked.text
    assert "come back to the guest" in asked.text
    silent = await press(client, at.cashier, f"{at.path}/return/{purchase}", key="back")
    assert (silent.status_code, "Say why" in silent.text) == (422, True)
    for way in (press, press_plainly):
        back = await way(client, at.cashier, f"{at.path}/return/{purchase}", key="back", reason="Wrong amount")
        assert "Undone" in back.text
    again = await press(client, at.cashier, f"{at.path}/return/{purchase}", key="other", reason="Wrong amount")
    assert "Undone before" in again.text
    guest = await press(client, at.cashier, f"{at.path}/identify", code=at.card())
    assert five in guest.text
    assert "<b>0</b> points" in guest.text
    today = await look(client, at.cashier, f"{at.path}/today?only=undone")
    assert today.text.count("<time") == 2
    other = await look(client, at.cashier, f"{at.path}/return/{five}")
    assert other.status_code == 404
