"""Vouchers for their holder, claim links, and history, by the API and by page."""

import asyncio
from datetime import time, timedelta
from uuid import UUID, uuid4

import pytest

from shuke.cards import JoinCall, join
from shuke.claims import Claim, open_claim
from shuke.claims.actions import claim, end_claim
from shuke.claims.types import ClaimCall, Claimed
from shuke.kit import clock, ids
from shuke.kit.db import Database, Db, connect
from shuke.kit.deliver import drain
from shuke.vouchers import IssueCall, Issued, issue
from tests import world
from tests.world import Client, Shop, Signed, problem


async def given(db: Db, shop: Shop, template: UUID, person_id: UUID) -> str:
    """A voucher's code."""
    outcome = (await issue(db, [IssueCall(shop.merchant_id, template, person_id, "staff")]))[0]
    assert isinstance(outcome, Issued)
    return outcome.code


async def bought(db: Db, shop: Shop, person_id: UUID, total: int, days_ago: int) -> None:
    """A purchase of the past."""
    await db.run(
        """
        insert into purchases.purchases (merchant_id, store_id, person_id, total, discount, points, request_key, at)
        values (:m, :s, :p, :total, 0, 3, :key, :at)
        """,
        m=shop.merchant_id,
        s=shop.store_id,
        p=person_id,
        total=total,
        key=str(uuid4()),
        at=clock.now() - timedelta(days=days_ago),
    )


@pytest.mark.row("3.1")
@pytest.mark.row("3.3")
async def test_a_voucher_shows_its_rules_to_its_holder_alone(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        template = await world.template(
            db, shop, "Lunch", kind="percent_off", value=20, max_off=800, minimum_spend=2500, uses=2, weekdays=31,
            window1_from=time(11), window1_to=time(14), terms="Not with the set menu.",
        )  # fmt: skip
        await db.run(
            "insert into vouchers.template_stores values (:m, :t, :s)", m=shop.merchant_id, t=template, s=shop.store_id
        )
        mia, eve, cashier = await world.signed_in(db), await world.signed_in(db, "Eve"), await world.staff(db, shop)
        code = await given(db, shop, template, mia.person_id)
    shown = (await client.get(f"/api/v1/vouchers/{code.lower()}", headers=mia.headers)).json()
    assert shown["stores"] == ["Kaisla Bakery Center"]
    assert shown["rules"]["minimum_spend"] == 2500
    said = " ".join(shown["sentences"])
    for words in ("20% off the bill, at most €8", "€25 or more", "Mon–Fri, 11:00–14:00", "Kaisla Bakery Center", "2 times"):
        assert words in said
    for other in (eve, cashier):
        assert problem(await client.get(f"/api/v1/vouchers/{code}", headers=other.headers)) == (404, "unknown_voucher")
        assert (await client.get(f"/vouchers/{code}", headers=other.headers)).status_code == 404
    for wrong in (ids.new_code(shop.tag), code[:-1], "X" * 300, "ILOU", "%00", "☃"):
        assert (await client.get(f"/api/v1/vouchers/{wrong}", headers=mia.headers)).status_code == 404
        assert (await client.get(f"/vouchers/{wrong}", headers=mia.headers)).status_code == 404
    page = (await client.get(f"/vouchers/{code}", headers=mia.headers)).text
    assert "Not with the set menu." in page
    assert all(sentence.replace("'", "&#39;") in page for sentence in shown["sentences"])


@pytest.mark.row("3.2")
async def test_after_use_it_says_when_and_where_and_after_undo_it_is_back(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        template = await world.template(db, shop)
        mia, cashier = await world.signed_in(db), await world.staff(db, shop)
        code = await given(db, shop, template, mia.person_id)
    place = {"merchant_id": str(shop.merchant_id), "store_id": str(shop.store_id)}
    used = await client.post("/api/v1/redemptions", json={**place, "code": code, "bill": 900}, headers=cashier.headers)
    assert used.status_code == 201
    page = (await client.get(f"/vouchers/{code}", headers=mia.headers)).text
    assert "data-used" in page
    assert "Kaisla Bakery Center" in page
    assert "data-voucher-code" not in page
    undone = await client.post(f"/api/v1/redemptions/{used.json()['redemption_id']}/undo", json=place, headers=cashier.headers)
    assert undone.status_code == 201
    shown = (await client.get(f"/api/v1/vouchers/{code}", headers=mia.headers)).json()
    assert shown["voucher"]["status"] == "issued"
    assert shown["uses"][0]["undone_at"] is not None
    assert "data-voucher-code" in (await client.get(f"/vouchers/{code}", headers=mia.headers)).text


@pytest.mark.row("3.2")
@pytest.mark.parametrize(("state", "words"), [("expired", "Expired on"), ("voided", "withdrawn"), ("waiting", "Not valid yet")])
async def test_every_state_has_its_page(client: Client, database: Database, state: str, words: str) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        mia = await world.signed_in(db)
        code = await given(db, shop, await world.template(db, shop), mia.person_id)
        if state == "expired":
            await db.run(
                "update vouchers.vouchers set starts_at = starts_at - interval '99 days', ends_at = starts_at - interval '1 day'"
            )
        elif state == "voided":
            await db.run("update vouchers.vouchers set status = 'voided'")
        else:
            await db.run("update vouchers.vouchers set starts_at = starts_at + interval '2 days'")
    assert words in (await client.get(f"/vouchers/{code}", headers=mia.headers)).text


async def link(db: Db, shop: Shop, **columns: object) -> Claim:
    """A claim link to a template of the shop."""
    template = await world.template(db, shop, "Thank you", **columns)
    return await open_claim(db, shop.merchant_id, template, shop.owner_id)


@pytest.mark.row("3.6")
async def test_a_claim_link_gives_one_voucher_to_each_person(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        found = await link(db, shop, stock=2)
        mia, eve, late = await world.signed_in(db), await world.signed_in(db, "Eve"), await world.signed_in(db, "Late")
    assert (await client.get(f"/api/v1/claims/{found.code}")).json()["stock"] == 2
    assert "/sign-in?next=/claim/" in (await client.get(f"/claim/{found.code}")).text
    first = await client.post("/api/v1/claims", json={"code": found.code}, headers=mia.headers)
    assert first.status_code == 201, first.text
    again = await client.post(
        "/api/v1/claims", json={"code": f"https://x.example/claim/{found.code.lower()}"}, headers=mia.headers
    )
    assert again.json()["voucher"]["code"] == first.json()["voucher"]["code"]
    taken = await client.post(f"/claim/{found.code}", headers=eve.headers, follow_redirects=False)
    assert taken.headers["location"].startswith("/vouchers/")
    none = await client.post("/api/v1/claims", json={"code": found.code}, headers=late.headers)
    assert problem(none) == (409, "out_of_stock")
    page = await client.post(f"/claim/{found.code}", headers=late.headers)
    assert page.status_code == 409
    async with database.write() as db:
        assert await db.value(int, "select count(*) from claims.taken where claim_id = :c", c=found.claim_id) == 2
        await end_claim(db, shop.merchant_id, found.claim_id)
    ended = await client.post("/api/v1/claims", json={"code": found.code}, headers=late.headers)
    assert problem(ended) == (409, "claim_ended")
    assert (await client.get(f"/claim/{found.code}", headers=late.headers)).status_code == 409
    mine = await client.get(f"/claim/{found.code}", headers=mia.headers, follow_redirects=False)
    assert mine.headers["location"] == f"/vouchers/{first.json()['voucher']['code']}"
    for wrong in ("", "☃" * 14, "A" * 1000, ids.new_code(shop.tag, 8), shop.scene):
        assert problem(await client.post("/api/v1/claims", json={"code": wrong}, headers=mia.headers)) == (404, "unknown_claim")


@pytest.mark.row("3.6")
async def test_a_link_counted_by_phone_asks_for_one(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        found = await link(db, shop, per_natural_person=1)
        mia = await world.signed_in(db)
    assert problem(await client.post("/api/v1/claims", json={"code": found.code}, headers=mia.headers)) == (409, "phone_needed")
    assert 'href="/me"' in (await client.post(f"/claim/{found.code}", headers=mia.headers)).text
    async with database.read() as db:
        assert await db.value(int, "select count(*) from claims.taken") == 0


@pytest.mark.race
@pytest.mark.row("3.6")
@pytest.mark.row("3.4")
async def test_many_phones_at_one_link_never_pass_stock_or_person(own_db_url: str, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        found = await link(db, shop, stock=5)
        people = [await world.person(db, f"Guest {n}") for n in range(8)]
    pools = [await connect(own_db_url, size=8) for _ in range(2)]

    async def once(n: int) -> Claimed | str:
        call = ClaimCall(shop.merchant_id, found.claim_id, found.template_id, people[n % 8])
        async with pools[n % 2].write() as db:
            outcome = (await claim(db, [call]))[0]
        return outcome if isinstance(outcome, Claimed) else outcome.name

    try:
        outcomes = await asyncio.gather(*(once(n // 2 + n % 2 * 8) for n in range(48)))
    finally:
        for pool in pools:
            await pool.close()
    assert len({outcome.code for outcome in outcomes if isinstance(outcome, Claimed)}) == 5
    assert {outcome for outcome in outcomes if isinstance(outcome, str)} == {"out_of_stock"}
    async with database.read() as db:
        assert await db.value(int, "select count(*) from vouchers.vouchers") == 5
        assert await db.value(int, "select stock::int from vouchers.templates") == 0
        assert await db.value(int, "select count(*) from claims.taken where voucher_id is not null") == 5


@pytest.mark.race
@pytest.mark.row("2.1")
async def test_two_processes_joining_one_person_at_once_make_one_card(own_db_url: str, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        guest = await world.person(db)
    pools = [await connect(own_db_url, size=8) for _ in range(2)]

    async def once(n: int) -> str:
        async with pools[n % 2].write() as db:
            outcome = (await join(db, [JoinCall(shop.merchant_id, guest, None)]))[0]
        return getattr(outcome, "number", "")

    try:
        numbers = await asyncio.gather(*(once(n) for n in range(32)))
    finally:
        for pool in pools:
            await pool.close()
    assert len(set(numbers)) == 1
    assert numbers[0]
    async with database.read() as db:
        assert await db.value(int, "select count(*) from kit.events where name = 'cards.MemberJoined'") == 1


async def everything(client: Client, who: Signed) -> list[tuple[str, str]]:
    """All pages of the history: kind and id."""
    items: list[tuple[str, str]] = []
    cursor = ""
    while True:
        page = (await client.get(f"/api/v1/history{cursor}", headers=who.headers)).json()
        items += [(item["kind"], item["item_id"]) for item in page["items"]]
        if not page["next"]:
            return items
        cursor = f"?cursor={page['next']}"


@pytest.mark.row("2.7")
async def test_history_pages_neither_skip_nor_repeat(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop, other = await world.shop(db), await world.shop(db, "Other")
        mia, eve = await world.signed_in(db), await world.signed_in(db, "Eve")
        for place in (shop, other):
            await join(db, [JoinCall(place.merchant_id, mia.person_id, None)])
            for n in range(40):
                await bought(db, place, mia.person_id, 1000 + n, n)
            await bought(db, place, eve.person_id, 1, 1)
    items = await everything(client, mia)
    assert len(items) == len(set(items)) == 82
    assert [kind for kind, _id in items].count("purchase") == 80
    page = await client.get("/history", headers=mia.headers)
    assert "Visit with a purchase" in page.text
    assert "/history?cursor=" in page.text
    assert await everything(client, eve) == []
    for wrong in ("x", "9" * 400, "1-zz", "☃"):
        assert problem(await client.get(f"/api/v1/history?cursor={wrong}", headers=mia.headers)) == (422, "cursor_unreadable")
        assert (await client.get(f"/history?cursor={wrong}", headers=mia.headers)).status_code == 422


@pytest.mark.row("2.2")
async def test_the_card_says_what_is_missing_to_the_next_tier(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        mia = await world.signed_in(db)
        await join(db, [JoinCall(shop.merchant_id, mia.person_id, None)])
        await bought(db, shop, mia.person_id, 15000, 3)
        await bought(db, shop, mia.person_id, 90000, 400)
    await drain(database)
    page = (await client.get(f"/cards/{shop.merchant_id}", headers=mia.headers)).text
    assert "€50.00 more within 365 days bring you to Regular." in page
    for wrong in (uuid4(), "x", shop.scene):
        assert (await client.get(f"/cards/{wrong}", headers=mia.headers)).status_code == 404


@pytest.mark.row("3.6")
async def test_staff_make_and_end_claim_links(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop, other = await world.shop(db), await world.shop(db, "Other")
        template = await world.template(db, shop)
        marketer, cashier = await world.staff(db, shop, "marketer"), await world.staff(db, shop)
        stranger, mia = await world.staff(db, other, "owner"), await world.signed_in(db)
    path, body = f"/api/v1/merchants/{shop.merchant_id}/claims", {"template_id": str(template)}
    keyed = {**marketer.headers, "idempotency-key": "once"}
    made = await client.post(path, json=body, headers=keyed)
    assert made.status_code == 201, made.text
    assert (await client.post(path, json=body, headers=keyed)).json() == made.json()
    assert made.json()["address"].endswith(f"/claim/{made.json()['claim']['code']}")
    assert problem(await client.post(path, json=body, headers=cashier.headers)) == (403, "not_allowed")
    assert (await client.post(path, json=body, headers=stranger.headers)).status_code == 404
    for wrong in (
        {"template_id": str(uuid4())},
        {**body, "ends_at": "2020-01-01T00:00:00Z"},
        {**body, "ends_at": "2099-01-01T00:00:00"},
    ):
        assert (await client.post(path, json=wrong, headers=marketer.headers)).status_code in (404, 422)
    listed = await client.get(f"/api/v1/merchants/{shop.merchant_id}/templates/{template}/claims", headers=marketer.headers)
    assert [one["claim"]["code"] for one in listed.json()] == [made.json()["claim"]["code"]]
    end = f"{path}/{made.json()['claim']['claim_id']}/end"
    assert (await client.post(end, headers=stranger.headers)).status_code == 404
    assert (await client.post(end, headers=marketer.headers)).status_code == 204
    assert problem(await client.post(end, headers=marketer.headers)) == (404, "not_found")
    taken = await client.post("/api/v1/claims", json={"code": made.json()["claim"]["code"]}, headers=mia.headers)
    assert problem(taken) == (409, "claim_ended")
