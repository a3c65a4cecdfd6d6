"""Places, activities, member groups, replies in tribes, words with a gift: reported, decided, appealed, shown again."""

import msgspec
import pytest

from shuke.cards import JoinCall
from shuke.cards import join as join_card
from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.moderation import MODERATED
from shuke.places import follow
from tests import world
from tests.clubs.test_clubs import invited, joins, opened
from tests.gifts.test_gifts import start
from tests.tribes.test_tribes import founded, joined, written
from tests.world import Client, Signed, problem

pytestmark = pytest.mark.row("7.8")


class Reported(msgspec.Struct, frozen=True):
    """A thing, who made it, the page that shows it to others, and words that stand there."""

    kind: str
    owner_id: str
    thing_id: str
    author: Signed
    page: str
    words: str


async def walked(client: Client, database: Database, thing: Reported, reader: Signed) -> None:
    """Report, queue, decision, appeal, second look; what `reader` sees meanwhile."""
    async with database.write() as db:
        operator, other = await world.signed_in(db, "Olga"), await world.signed_in(db, "Otto")
        for one in (operator, other):
            await db.run(
                "insert into platform.operators (person_id, added_at) values (:person, :now)",
                person=one.person_id,
                now=clock.now(),
            )

    async def seen() -> bool:
        answer = await client.get(thing.page, headers=reader.headers)
        return answer.status_code == 200 and thing.words in answer.text

    assert await seen()
    assert (
        f"/report/{thing.kind}/{thing.owner_id}/{thing.thing_id}" in (await client.get(thing.page, headers=reader.headers)).text
    )
    asked = {"kind": thing.kind, "owner_id": thing.owner_id, "thing_id": thing.thing_id, "reason": "spam"}
    assert problem(await client.post("/api/v1/reports", headers=thing.author.headers, json=asked)) == (409, "own_thing")
    report = await client.post("/api/v1/reports", headers=reader.headers, json=asked)
    assert report.status_code == 201, report.text
    queue = (await client.get("/api/v1/platform/moderation/cases", headers=operator.headers)).json()["cases"]
    [case] = [one for one in queue if one["thing_id"] == thing.thing_id]
    assert thing.words in case["text"]
    assert (await client.get(f"/platform/moderation/{case['case_id']}", headers=operator.headers)).status_code == 200
    decided = await client.post(
        f"/api/v1/platform/moderation/cases/{case['case_id']}/decision",
        headers=operator.headers,
        json={"outcome": "hide", "rule": "spam", "reason": "An advert."},
    )
    assert decided.status_code == 201, decided.text
    await drain(database)
    assert not await seen()
    decision = f"/api/v1/moderation/decisions/{decided.json()['decision_id']}/appeal"
    assert (await client.post(decision, headers=thing.author.headers, json={"text": "It is none."})).status_code == 201
    looked = await client.post(
        f"/api/v1/platform/moderation/decisions/{decided.json()['decision_id']}/second-look",
        headers=other.headers,
        json={"outcome": "overturned", "reason": "Right."},
    )
    assert looked.status_code == 201, looked.text
    await drain(database)
    assert await seen()


async def test_a_place(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop, reader = await world.shop(db, "Kaisla Bakery"), await world.signed_in(db)
        await db.run(
            "update merchants.stores set longitude = 24.94, latitude = 60.17 where merchant_id = :merchant",
            merchant=shop.merchant_id,
        )
        await follow(db, [shop.merchant_id])
        owner = await world.session_of(db, shop.owner_id)
        name = await db.value(str, "select name from places.places where place_id = :place", place=shop.store_id)
        before = await db.value(
            str, "select to_json(p)::text from places.places p where place_id = :place", place=shop.store_id
        )
    assert name is not None
    place = str(shop.store_id)
    await walked(client, database, Reported("place", place, place, owner, f"/places/{place}", name), reader)
    async with database.write() as db:
        await follow(db, [shop.merchant_id])
        after = await db.value(str, "select to_json(p)::text from places.places p where place_id = :place", place=shop.store_id)
        assert after == before


async def test_a_hidden_place_stays_out_of_the_index(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        await db.run(
            "update merchants.stores set longitude = 24.94, latitude = 60.17 where merchant_id = :merchant",
            merchant=shop.merchant_id,
        )
        await follow(db, [shop.merchant_id])
        await MODERATED["place"].hide(db, shop.store_id, shop.store_id, hidden=True)
        await follow(db, [shop.merchant_id])
        assert await db.value(int, "select count(*) from places.places where place_id = :place", place=shop.store_id) == 0
    assert (await client.get(f"/places/{shop.store_id}")).status_code == 404


async def test_a_member_group_and_its_activity(client: Client, database: Database) -> None:
    club = await opened(client, database)
    async with database.write() as db:
        reader = await world.signed_in(db)
        await join_card(db, [JoinCall(club.shop.merchant_id, reader.person_id, None)])
    await joins(client, club, reader)
    activity = (await invited(client, club)).rpartition("/")[2]
    merchant, group = str(club.shop.merchant_id), club.at.rpartition("/")[2]
    page = f"/clubs/{merchant}/{group}"
    shown = Reported("activity", merchant, activity, club.staff, f"{page}/activities/{activity}", "Baking together")
    await walked(client, database, shown, reader)
    await walked(client, database, Reported("member_group", merchant, group, club.staff, page, "Morning bakers"), reader)
    assert (await client.get("/clubs", headers=reader.headers)).text.count("Morning bakers") > 0


async def test_a_reply_in_a_tribe(client: Client, database: Database) -> None:
    async with database.write() as db:
        mia, li, reader = [await world.signed_in(db, name) for name in ("Mia", "Li", "Aino")]
    tribe = await founded(client, mia)
    await joined(client, tribe, li, reader)
    topic = await written(client, tribe, mia)
    said = await client.post(f"{topic}/replies", json={"text": "Buy my noodles"}, headers=li.headers)
    page = topic.removeprefix("/api/v1")
    thing = Reported("topic_reply", tribe, said.json()["reply_id"], li, page, "Buy my noodles")
    await walked(client, database, thing, reader)


async def test_the_words_with_a_gift(client: Client, database: Database) -> None:
    at = await start(database)
    given = await client.post("/api/v1/gifts", headers=at.giver.headers, json=at.asked(at.friend.person_id, "Buy my noodles"))
    assert given.status_code == 201, given.text
    gift = given.json()
    page = f"/gifts/{gift['merchant_id']}/{gift['gift_id']}"
    thing = Reported("gift_note", gift["merchant_id"], gift["gift_id"], at.giver, page, "Buy my noodles")
    await walked(client, database, thing, at.friend)
