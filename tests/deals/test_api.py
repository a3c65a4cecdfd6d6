"""Deals by program: every step, who may, what everybody sees, photos, and many at once."""

import asyncio
import io
from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest
from PIL import Image

from shuke.deals import add_stock, deal_of, publish, reopen, stop
from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.refusals import Refusal
from shuke.merchants.actions import found
from shuke.vouchers import change_template, draft_of, named_by, rules_of, step_template
from tests import world
from tests.deals.test_deals import draft, on_sale
from tests.world import Client, problem

pytestmark = pytest.mark.row("4.1")


def body(**changes: object) -> dict[str, object]:
    """A draft as a program sends it."""
    sent: dict[str, object] = msgspec.to_builtins(draft(**changes))
    return sent


def picture(wide: int = 2000, high: int = 1000) -> bytes:
    """A photo with a note of where it was taken."""
    file = io.BytesIO()
    made = Image.new("RGB", (wide, high), "#b3261e")
    exif = made.getexif()
    exif[0x010E] = "at home"
    made.save(file, "JPEG", exif=exif)
    return file.getvalue()


async def test_a_deal_from_draft_to_sale_and_back(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        marketer, cashier = await world.staff(db, shop, "marketer"), await world.staff(db, shop)
        other = await world.shop(db, "Nordic Tea")
        stranger = await world.staff(db, other, "owner")
    base, seen = f"/api/v1/merchants/{shop.merchant_id}/deals", f"/api/v1/deals/{shop.merchant_id}"
    keyed = {**marketer.headers, "idempotency-key": "one"}
    sent = body()
    made = await client.post(base, json=sent, headers=keyed)
    assert made.status_code == 201, made.text
    assert (await client.post(base, json=sent, headers=keyed)).json() == made.json()
    assert problem(await client.post(base, json=body(price=1), headers=keyed)) == (409, "idempotency_key_reused")
    deal_id = made.json()["deal"]["deal_id"]
    assert problem(await client.get(f"{base}/{deal_id}", headers=cashier.headers)) == (403, "not_allowed")
    assert problem(await client.get(f"{base}/{deal_id}", headers=stranger.headers)) == (404, "not_found")
    theirs = f"/api/v1/merchants/{other.merchant_id}/deals/{deal_id}"
    assert problem(await client.post(f"{theirs}/publication", headers=stranger.headers)) == (404, "not_found")
    assert problem(await client.get(f"{seen}/{deal_id}")) == (404, "not_found")
    assert (await client.put(f"{base}/{deal_id}", json=body(price=4900), headers=marketer.headers)).status_code == 200
    done = await client.post(f"{base}/{deal_id}/publication", headers=marketer.headers)
    assert (done.status_code, done.json()["deal"]["status"]) == (201, "on")
    assert problem(await client.post(f"{base}/{deal_id}/publication", headers=marketer.headers)) == (409, "wrong_step")
    assert problem(await client.put(f"{base}/{deal_id}", json=body(), headers=marketer.headers)) == (409, "deal_frozen")
    shown = (await client.get(f"{seen}/{deal_id}")).json()
    assert shown["deal"]["price"] == 4900
    assert shown["rules"][0] == "You get: Two courses each"
    assert [deal["deal_id"] for deal in (await client.get(seen)).json()["deals"]] == [deal_id]
    more = await client.post(f"{base}/{deal_id}/stock", json={"more": 20}, headers=marketer.headers)
    assert more.json()["deal"]["stock"] == 120
    assert problem(await client.post(f"{base}/{deal_id}/stock", json={"more": 0}, headers=marketer.headers))[0] == 422
    assert problem(await client.post(f"{base}/{deal_id}/stop", json={"reason": " "}, headers=marketer.headers)) == (
        422,
        "reason_needed",
    )
    halted = await client.post(f"{base}/{deal_id}/stop", json={"reason": "The oven broke"}, headers=marketer.headers)
    assert halted.json()["deal"]["status"] == "stopped"
    assert (await client.get(seen)).json()["deals"] == []
    again = await client.post(f"{base}/{deal_id}/reopening", headers=marketer.headers)
    assert again.json()["deal"]["status"] == "on"
    steps = [(step["step"], step["amount"], step["reason"]) for step in again.json()["steps"]]
    assert steps[:3] == [("reopened", None, ""), ("stopped", None, "The oven broke"), ("stock_added", 20, "")]
    listed = (await client.get(base, params={"status": "on"}, headers=marketer.headers)).json()
    assert [deal["deal_id"] for deal in listed["items"]] == [deal_id]
    assert (await client.get(base, params={"status": "draft"}, headers=marketer.headers)).json()["items"] == []


async def test_wrong_fields_are_named(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        owner = await world.session_of(db, shop.owner_id)
    base = f"/api/v1/merchants/{shop.merchant_id}/deals"
    answer = await client.post(base, json=body(price=0, group_size=200), headers=owner.headers)
    assert problem(answer) == (422, "deal_unreadable")
    assert set(answer.json()["facts"]) == {"price", "group_size", "group_price", "group_hours", "stock"}
    absent = await client.post(base, json=body(voucher=None, template_id=uuid4()), headers=owner.headers)
    assert problem(absent) == (404, "not_found")
    theirs = body() | {"voucher": {"gives": "Tea", "valid_days": 3, "stores": [str(uuid4())]}}
    assert problem(await client.post(base, json=theirs, headers=owner.headers)) == (404, "not_found")


async def test_only_an_approved_merchant_sells(client: Client, database: Database) -> None:
    async with database.write() as db:
        owner = await world.signed_in(db)
        merchant_id = await found(db, "Young", "CNY", "cafe", owner.person_id)
    base = f"/api/v1/merchants/{merchant_id}/deals"
    made = await client.post(base, json=body(), headers=owner.headers)
    assert made.json()["deal"]["currency"] == "CNY"
    answer = await client.post(f"{base}/{made.json()['deal']['deal_id']}/publication", headers=owner.headers)
    assert problem(answer) == (409, "not_approved")


async def test_photos_are_made_anew_and_seen_once_it_is_sold(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        owner = await world.session_of(db, shop.owner_id)
    base = f"/api/v1/merchants/{shop.merchant_id}/deals"
    deal_id = (await client.post(base, json=body(), headers=owner.headers)).json()["deal"]["deal_id"]
    photos = f"{base}/{deal_id}/photos"
    first = await client.post(photos, files={"photo": ("a.jpg", picture())}, headers=owner.headers)
    assert (first.status_code, first.json()["width"]) == (201, 1280), first.text
    second = await client.post(photos, files={"photo": ("b.jpg", picture(600, 600))}, headers=owner.headers)
    wrong = await client.post(photos, files={"photo": ("c.jpg", b"<svg/>")}, headers=owner.headers)
    assert problem(wrong) == (422, "photo_unreadable")
    cover = second.json()["photo_id"]
    assert (await client.post(f"{photos}/{cover}/cover", headers=owner.headers)).status_code == 204
    public = f"/api/v1/deals/{shop.merchant_id}/{deal_id}"
    assert problem(await client.get(f"{public}/photos/{cover}")) == (404, "not_found")
    await client.post(f"{base}/{deal_id}/publication", headers=owner.headers)
    assert (await client.get(public)).json()["deal"]["photos"] == [cover, first.json()["photo_id"]]
    seen = await client.get(f"{public}/photos/{first.json()['photo_id']}")
    assert seen.headers["content-type"] == "image/jpeg"
    assert b"at home" not in seen.content
    assert (await client.delete(f"{photos}/{cover}", headers=owner.headers)).status_code == 204
    assert problem(await client.delete(f"{photos}/{cover}", headers=owner.headers)) == (404, "not_found")


async def test_a_draft_can_be_discarded_and_its_voucher_ends(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        owner = await world.session_of(db, shop.owner_id)
        sold = await on_sale(db, shop)
    base = f"/api/v1/merchants/{shop.merchant_id}/deals"
    made = (await client.post(base, json=body(), headers=owner.headers)).json()["deal"]
    await client.post(f"{base}/{made['deal_id']}/photos", files={"photo": ("a.jpg", picture())}, headers=owner.headers)
    assert (await client.delete(f"{base}/{made['deal_id']}", headers=owner.headers)).status_code == 204
    assert problem(await client.delete(f"{base}/{made['deal_id']}", headers=owner.headers)) == (404, "not_found")
    assert problem(await client.delete(f"{base}/{sold}", headers=owner.headers)) == (409, "deal_frozen")
    async with database.read() as db:
        states = await db.values(str, "select status from vouchers.templates order by status")
        assert await db.value(int, "select count(*) from deals.photos") == 0
    assert states == ["active", "ended"]


async def test_the_rules_on_sale_stand(database: Database) -> None:
    """Nobody has bought yet, and still they don't change; where the voucher is paused, the deal is not on."""
    async with database.write() as db:
        shop = await world.shop(db)
        deal_id = await on_sale(db, shop)
        deal = await deal_of(db, shop.merchant_id, deal_id)
        assert deal is not None
        rules = await rules_of(db, shop.merchant_id, deal.template_id)
        assert rules is not None
        asked = msgspec.structs.replace(draft_of(rules, await named_by(db, shop.merchant_id, deal.template_id)), per_person=1)
        with pytest.raises(Refusal, match="template_frozen"):
            await change_template(db, shop.merchant_id, deal.template_id, shop.owner_id, asked)
        await step_template(db, shop.merchant_id, deal.template_id, shop.owner_id, "paused")
        paused = await deal_of(db, shop.merchant_id, deal_id)
        assert paused is not None
        assert paused.status == "stopped"


@pytest.mark.race
async def test_each_step_happens_once_with_many_at_once(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        deal_id = await on_sale(db, shop, stock=10)

    async def tried(number: int) -> str:
        try:
            async with database.write() as db:
                await _any_step(db, number)
        except Refusal as refusal:
            return refusal.name
        return ("stopped", "reopened", "stock_added")[number % 3]

    async def _any_step(db: Db, number: int) -> None:
        if number % 3 == 0:
            await stop(db, shop.merchant_id, deal_id, shop.owner_id, "why")
        elif number % 3 == 1:
            await reopen(db, shop.merchant_id, deal_id, shop.owner_id)
        else:
            await add_stock(db, shop.merchant_id, deal_id, shop.owner_id, 1)

    said = await asyncio.gather(*(tried(number) for number in range(63)))
    assert set(said) <= {"stopped", "reopened", "stock_added", "wrong_step"}
    async with database.read() as db:
        deal = await deal_of(db, shop.merchant_id, deal_id)
        steps = await db.values(str, "select step from deals.steps where deal_id = :deal order by step_id", deal=deal_id)
        events = await db.values(str, "select name from kit.events where name like 'deals.%'")
    assert deal is not None
    assert deal.stock == 31
    assert sorted(steps[2:]) == sorted(name for name in said if name != "wrong_step")
    assert len(events) == len(steps) - 1
    assert steps.count("stopped") - steps.count("reopened") == (deal.status == "stopped")


@pytest.mark.race
async def test_published_once(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        deal_id = await on_sale(db, shop)
        await db.run("update deals.deals set status = 'draft', published_at = null")

    async def tried() -> bool:
        try:
            async with database.write() as db:
                await publish(db, shop.merchant_id, deal_id, shop.owner_id)
        except Refusal:
            return False
        return True

    assert sum(await asyncio.gather(*(tried() for _one in range(20)))) == 1


async def test_a_deal_that_is_over_is_not_published(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        deal_id = await on_sale(db, shop)
        await stop(db, shop.merchant_id, deal_id, shop.owner_id, "why")
        with clock.at(clock.now() + timedelta(days=8)), pytest.raises(Refusal, match="deal_over"):
            await reopen(db, shop.merchant_id, deal_id, shop.owner_id)
