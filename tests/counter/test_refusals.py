"""Every refusal of a redemption: looked up, redeemed by API, pressed on the page; nothing half-written."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from shuke.kit import clock, ids
from shuke.kit.db import Database, Db
from shuke.merchants.actions import open_store
from shuke.vouchers.guessing import GUESSES
from tests import world
from tests.counter.counter_world import (
    Counter,
    counter,
    identify,
    look,
    press,
    press_plainly,
    redeem,
    redemptions,
    voucher,
    voucher_of,
)
from tests.world import Client, problem

Case = Callable[[Db, Counter], Awaitable[str]]


async def already_redeemed(db: Db, at: Counter) -> str:
    code = await voucher(db, at)
    await db.run(
        """
        with used as (update vouchers.vouchers set status = 'redeemed', uses_left = 0, uses_made = 1 where code = :code returning *)
        insert into vouchers.redemptions (merchant_id, voucher_id, use, store_id, staff_id, person_id, request_key, at)
        select merchant_id, voucher_id, 1, :store, :staff, person_id, 'earlier', :at from used
        """,
        code=code,
        store=at.shop.store_id,
        staff=at.cashier.person_id,
        at=clock.now().replace(year=2026, month=3, day=2, hour=10, minute=7),
    )
    return code


async def expired(db: Db, at: Counter) -> str:
    code = await voucher(db, at)
    now = clock.now()
    await db.run(
        "update vouchers.vouchers set starts_at = :a, ends_at = :b where code = :code",
        a=now - timedelta(days=2),
        b=now - timedelta(days=1),
        code=code,
    )
    return code


async def not_yet_valid(db: Db, at: Counter) -> str:
    code = await voucher(db, at)
    await db.run("update vouchers.vouchers set starts_at = :a where code = :code", a=clock.now() + timedelta(days=1), code=code)
    return code


async def wrong_store(db: Db, at: Counter) -> str:
    template = await world.template(db, at.shop)
    other = await open_store(db, at.shop.merchant_id, "The Other Store", "Europe/Helsinki")
    await db.run(
        "insert into vouchers.template_stores (merchant_id, template_id, store_id) values (:merchant, :template, :store)",
        merchant=at.shop.merchant_id,
        template=template,
        store=other,
    )
    return await voucher_of(db, at, template)


async def wrong_time(db: Db, at: Counter) -> str:
    return await voucher(db, at, weekdays=1 << (clock.today("Europe/Helsinki").isoweekday() + 1) % 7)


async def minimum_spend(db: Db, at: Counter) -> str:
    return await voucher(db, at, minimum_spend=2000)


async def wrong_article(db: Db, at: Counter) -> str:
    template = await world.template(db, at.shop)
    await db.run(
        "insert into vouchers.template_articles (merchant_id, template_id, code) values (:merchant, :template, '4006381333931')",
        merchant=at.shop.merchant_id,
        template=template,
    )
    return await voucher_of(db, at, template)


async def voided(db: Db, at: Counter) -> str:
    code = await voucher(db, at)
    await db.run("update vouchers.vouchers set status = 'voided' where code = :code", code=code)
    return code


async def gifting(db: Db, at: Counter) -> str:
    code = await voucher(db, at)
    await db.run("update vouchers.vouchers set status = 'gifting' where code = :code", code=code)
    return code


CASES: list[tuple[Case, str, str]] = [
    (already_redeemed, "Already used", "Kaisla Bakery Center"),
    (expired, "Expired", "Valid until"),
    (not_yet_valid, "Not valid yet", "Valid from"),
    (wrong_store, "Not in this store", "Valid at The Other Store"),
    (wrong_time, "Not at this time", "The guest keeps it"),
    (minimum_spend, "Bill of at least €20", "Type the amount of the bill"),
    (wrong_article, "Only for certain articles", "Scan or type an article"),
    (voided, "Withdrawn", "another voucher"),
    (gifting, "On its way to a friend", "once it is taken or comes back"),
]


@pytest.mark.row("3.3")
@pytest.mark.parametrize(("case", "headline", "fact"), CASES, ids=lambda value: getattr(value, "__name__", ""))
async def test_refused_everywhere_by_the_same_name(
    client: Client, database: Database, case: Case, headline: str, fact: str
) -> None:
    name = case.__name__
    async with database.write() as db:
        at = await counter(db)
        code = await case(db, at)
    before = await redemptions(database, at)

    found = await identify(client, at, code)
    assert found.status_code == 201, found.text
    assert found.json()["scanned"]["code"] == code
    assert [one["name"] for one in found.json()["obstacles"]] == [name]
    by_api = await redeem(client, at, code)
    assert problem(by_api) == (409, name)
    assert by_api.json()["facts"] == found.json()["obstacles"][0]["facts"]
    assert by_api.json()["detail"]

    shown = await press(client, at.cashier, f"{at.path}/identify", code=code)
    assert shown.status_code == 200
    for way in (press, press_plainly):
        pressed = await way(client, at.cashier, f"{at.path}/redeem", code=code, key=str(uuid4()))
        assert headline in shown.text
        assert headline in pressed.text
        assert fact in pressed.text
        assert ("<html" in pressed.text) is (way is press_plainly)
    assert await redemptions(database, at) == before


@pytest.mark.row("3.3")
async def test_when_and_where_are_the_stores(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await counter(db)
        code = await already_redeemed(db, at)
    shown = await press(client, at.cashier, f"{at.path}/identify", code=code)
    assert "12:07 · Kaisla Bakery Center" in shown.text  # ten o'clock in UTC is twelve in Helsinki


@pytest.mark.row("3.3")
async def test_an_amount_or_an_article_answers_the_refusal(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await counter(db)
        least, article = await minimum_spend(db, at), await wrong_article(db, at)
    low = await press(client, at.cashier, f"{at.path}/redeem", code=least, key="k1", bill="19,99")
    assert "19,99 is too little" in low.text
    enough = await press(client, at.cashier, f"{at.path}/redeem", code=least, key="k1", bill="２０")
    assert "Done" in enough.text
    assert "€15.00" in enough.text
    wrong = await press(client, at.cashier, f"{at.path}/redeem", code=article, key="k2", article="123")
    assert "Scan or type an article" in wrong.text
    right = await press(client, at.cashier, f"{at.path}/redeem", code=article, key="k2", article="4006381333931")
    assert "Done" in right.text


@pytest.mark.row("3.3")
async def test_excluded_articles_alone_are_no_bill(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await counter(db)
        template = await world.template(db, at.shop)
        await db.run(
            """
            insert into vouchers.template_articles (merchant_id, template_id, code, excluded)
            select :merchant, :template, code, true from unnest(:codes::text[]) as code
            """,
            merchant=at.shop.merchant_id,
            template=template,
            codes=["111", "222"],
        )
        codes = [await voucher_of(db, at, template) for _one in range(3)]
    for articles in (["111"], ["222", "111"]):
        answer = await redeem(client, at, codes[0], articles=articles, bill=2000)
        assert problem(answer) == (409, "wrong_article")
        bill = {
            **at.place,
            "total": 2000,
            "vouchers": [codes[0]],
            "lines": [{"article": one, "quantity": 1, "amount": 900} for one in articles],
        }
        bought = await client.post("/api/v1/purchases", json=bill, headers=at.cashier.headers)
        assert problem(bought) == (409, "wrong_article"), bought.text
    for code, articles in zip(codes, ([], ["111", "333"], ["333"]), strict=True):
        assert (await redeem(client, at, code, articles=articles, bill=2000)).status_code == 201


async def locked(client: Client, at: Counter) -> bool:
    """Every process knows of a lock a moment after it was set."""
    for _moment in range(1500):
        if problem(await identify(client, at, "#"))[1] == "staff_locked":
            return True
        await asyncio.sleep(0.02)
    return False


@pytest.mark.row("3.3")
async def test_guesses_count_together_whichever_way_they_are_tried(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await counter(db)
    wrong = at.shop.tag + "2" * 9
    for n in range(GUESSES):
        if n % 2:
            answer = await client.post(
                "/api/v1/purchases", json={**at.place, "total": 100, "vouchers": [wrong]}, headers=at.cashier.headers
            )
        else:
            answer = await redeem(client, at, wrong)
        assert problem(answer) == (409, "unknown"), n
    assert await locked(client, at)


@pytest.mark.row("3.3")
@pytest.mark.parametrize("role", ["support", "marketer"])
async def test_staff_without_the_till(client: Client, database: Database, role: str) -> None:
    async with database.write() as db:
        at = await counter(db)
        code = await voucher(db, at)
        other = await world.staff(db, at.shop, role)
    call = {**at.place, "code": code}
    answer = await client.post("/api/v1/redemptions", json=call, headers=other.headers)
    assert problem(answer) == (403, "not_staff")
    page = await look(client, other, at.path)
    assert page.status_code == 403
    assert "Not your till" in page.text
    assert "data-till-code" not in page.text


@pytest.mark.row("3.3")
async def test_another_merchants_till_does_not_exist(client: Client, database: Database) -> None:
    async with database.write() as db:
        at, other = await counter(db), await counter(db, "Nordic Tea")
        code = await voucher(db, at)
        elsewhere = await open_store(db, at.shop.merchant_id, "Second", "Europe/Helsinki")
        tied = await world.staff(db, at.shop, "cashier", elsewhere)
    for signed, status in ((other.cashier, 404), (at.guest, 404), (tied, 403)):
        answer = await client.post("/api/v1/redemptions", json={**at.place, "code": code}, headers=signed.headers)
        assert problem(answer) == (status, "not_staff")
        assert (await look(client, signed, at.path)).status_code == status
        assert (await press(client, signed, f"{at.path}/redeem", code=code, key="k")).status_code == status
    mixed = await look(client, at.cashier, f"/till/{at.shop.merchant_id}/{other.shop.store_id}")
    assert mixed.status_code == 404
    assert await redemptions(database, at) == 0


@pytest.mark.row("3.3")
async def test_a_closed_store(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await counter(db)
        code = await voucher(db, at)
        await db.run(
            "update merchants.stores set closed_at = :now where store_id = :store", now=clock.now(), store=at.shop.store_id
        )
    assert problem(await redeem(client, at, code)) == (409, "wrong_store")
    page = await look(client, at.cashier, at.path)
    assert page.status_code == 409
    assert "This store is closed" in page.text


@pytest.mark.row("3.3")
async def test_who_guesses_is_locked_for_a_while(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await counter(db)
        code = await voucher(db, at)
        guesses = [f"{at.shop.tag}{n:010d}" for n in range(20)]
    for body in guesses:
        assert problem(await identify(client, at, body + check(body)))[1] == "unknown"
    assert await locked(client, at)
    refused = await redeem(client, at, code)
    assert problem(refused) == (429, "staff_locked")
    assert 0 < int(refused.headers["retry-after"]) <= 15 * 60
    page = await look(client, at.cashier, at.path)
    assert page.status_code == 429
    assert "Locked" in page.text
    assert "15 more minutes" in page.text
    assert await redemptions(database, at) == 0


def check(body: str) -> str:
    """The last character of a code."""
    return ids.check_character(body)
