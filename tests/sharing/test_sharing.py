"""Passing on and coming by a link: who took the card, under whom, in whose figures."""

import asyncio
import io
from datetime import timedelta
from uuid import UUID

import pytest
from PIL import Image

from shuke.cards import JoinCall, join
from shuke.friends import actions as friends
from shuke.gifts import NewGift, give
from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.deliver import drain
from shuke.people.erase import erase
from shuke.shares import Share, Thing, branch_of, link, passed_on
from shuke.sharing.actions import take_card
from shuke.vouchers import IssueCall, Issued, issue
from tests import world
from tests.world import Client, Signed, problem

pytestmark = pytest.mark.row("2.6")


def card(at: world.Shop) -> dict[str, str]:
    """The shop's card, as bodies name it."""
    return {"kind": "card", "owner_id": str(at.merchant_id), "thing_id": str(at.merchant_id)}


async def linked(db: Db, at: world.Shop, giver_id: UUID, channel: str = "link") -> Share:
    """Her link to the shop's card."""
    return await link(db, giver_id, Thing("card", at.merchant_id, at.merchant_id), channel)


async def member(db: Db, at: world.Shop, name: str = "Mia") -> Signed:
    """Somebody with its card."""
    signed = await world.signed_in(db, name)
    await join(db, [JoinCall(at.merchant_id, signed.person_id, None)])
    return signed


async def test_the_card_goes_from_one_to_the_next(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await world.shop(db)
        mia, jo, kim, manager = (
            await member(db, at),
            await world.signed_in(db),
            await world.signed_in(db),
            await world.staff(db, at, "manager"),
        )
    made = await client.post("/api/v1/shares", json={"thing": card(at)}, headers=mia.headers)
    assert made.status_code == 201, made.text
    assert (await client.post("/api/v1/shares", json={"thing": card(at)}, headers=mia.headers)).json() == made.json()
    code = made.json()["code"]
    seen = await client.get(f"/api/v1/shares/links/{code}")
    assert (seen.json()["preview"]["title"], seen.json()["giver"]) == ("Kaisla Bakery", "Mia")
    taken = await client.post(f"/api/v1/shares/links/{code}/membership", headers=jo.headers)
    assert (taken.status_code, taken.json()["fresh"]) == (201, True)
    again = await client.post(f"/api/v1/shares/links/{code}/membership", headers=jo.headers)
    assert again.json()["fresh"] is False
    hers = await client.post("/api/v1/shares", json={"thing": card(at), "channel": "qr"}, headers=jo.headers)
    await client.post(f"/api/v1/shares/links/{hers.json()['code']}/membership", headers=kim.headers)
    await drain(database)
    office = f"/api/v1/merchants/{at.merchant_id}/sharing"
    spread = (await client.get(f"{office}?by=channel", headers=manager.headers)).json()
    assert {part["part"]: (part["members"], part["links"], part["opened"], part["brought"]) for part in spread["parts"]} == {
        "link": (3, 1, 1, 1),
        "qr": (3, 1, 1, 1),
    }
    assert spread["total"]["coefficient"] == pytest.approx(2 / 3)
    months = (await client.get(office, headers=manager.headers)).json()
    assert [(part["members"], part["brought"], part["conversion"]) for part in months["parts"]] == [(3, 2, 1.0)]
    scenes = (await client.get(f"{office}?by=scene", headers=manager.headers)).json()
    assert {part["part"]: (part["members"], part["brought"]) for part in scenes["parts"]} == {"": (1, 1), "friend": (2, 1)}
    for what, count in (("members", 3), ("links", 2), ("opened", 2), ("brought", 2)):
        for by, part in (("month", months["parts"][0]["part"]), ("channel", "qr"), ("scene", "friend")):
            rows = (await client.get(f"{office}/rows?what={what}&by={by}&part={part}", headers=manager.headers)).json()["items"]
            figures = next(
                one for one in {"month": months, "channel": spread, "scene": scenes}[by]["parts"] if one["part"] == part
            )
            assert len(rows) == figures[what]
        everything = (await client.get(f"{office}/rows?what={what}", headers=manager.headers)).json()["items"]
        assert len(everything) == count
    tree = (await client.get(f"{office}/tree", headers=manager.headers)).json()
    assert [(node["level"], node["person_id"]) for node in tree["nodes"]] == [
        (0, str(mia.person_id)),
        (1, str(jo.person_id)),
        (2, str(kim.person_id)),
    ]
    below = (await client.get(f"{office}/tree?root={jo.person_id}", headers=manager.headers)).json()
    assert [node["person_id"] for node in below["nodes"]] == [str(jo.person_id), str(kim.person_id)]
    mine = (await client.get("/api/v1/shares", headers=mia.headers)).json()["items"]
    assert [(one["opened"], one["brought"]) for one in mine] == [(1, 1)]
    cashier = (await client.get(office, headers=jo.headers)).status_code
    assert cashier == 404
    async with database.write() as db:
        await erase(db, jo.person_id)
    await drain(database)
    tree = (await client.get(f"{office}/tree", headers=manager.headers)).json()
    assert [node["name"] for node in tree["nodes"]] == ["Mia", "", "Mia"]
    assert (await client.get(f"/api/v1/shares/links/{hers.json()['code']}")).status_code == 404
    spread = (await client.get(f"{office}?by=channel", headers=manager.headers)).json()
    assert (spread["total"]["opened"], spread["total"]["brought"]) == (2, 2)


async def test_who_joins_otherwise_within_thirty_days_was_brought_all_the_same(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await world.shop(db)
        mia, jo, kim = await member(db, at), await world.signed_in(db), await world.signed_in(db)
        share = await linked(db, at, mia.person_id)
    page = await client.get(share.path, headers=jo.headers)
    assert f"{share.path}/card" in page.text
    for who in (jo, kim):
        joined = await client.post("/api/v1/memberships", json={"scene": at.scene}, headers=who.headers)
        assert joined.status_code == 201
    await drain(database)
    async with database.read() as db:
        branch = await branch_of(db, at.merchant_id, jo.person_id)
        assert branch is not None
        assert branch.giver_id == mia.person_id
        assert await branch_of(db, at.merchant_id, kim.person_id) is None
        assert await branch_of(db, at.merchant_id, mia.person_id) is None
    assert (await client.get(share.path, headers=jo.headers, follow_redirects=False)).headers[
        "location"
    ] == f"/cards/{at.merchant_id}"


async def test_a_strangers_browser_is_counted_once_and_is_hers_when_she_joins(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await world.shop(db)
        mia = await member(db, at)
        share = await linked(db, at, mia.person_id)
    token = {"x-csrf-token": "none"}
    page = await client.get(share.path)
    assert 'property="og:image"' in page.text
    assert "recommends this to you" in page.text
    async with database.read() as db:
        assert await db.value(int, "select count(*) from shares.arrivals") == 0  # a program that looks for a picture
    csrf = page.text.split('name="csrf" value="')[1].split('"')[0]
    for _again in range(2):
        opened = await client.post(f"{share.path}/opened", headers={**token, "x-csrf-token": csrf}, data={"csrf": csrf})
        assert opened.status_code == 204, opened.text
    async with database.write() as db:
        assert await db.value(int, "select count(*) from shares.arrivals where taker_id is null") == 1
        jo = await world.signed_in(db)
        await join(db, [JoinCall(at.merchant_id, jo.person_id, None)])
    assert (await client.get("/x/came", headers=jo.headers)).status_code == 204
    async with database.read() as db:
        assert await db.values(UUID, "select taker_id from shares.arrivals") == [jo.person_id]
        branch = await branch_of(db, at.merchant_id, jo.person_id)
    assert branch is not None
    assert branch.giver_id == mia.person_id


async def test_pictures_of_links(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await world.shop(db)
        mia = await member(db, at)
        share = await linked(db, at, mia.person_id)
        await db.run("update merchants.merchants set name = '熟客面馆' where merchant_id = :merchant", merchant=at.merchant_id)
    for address in (f"{share.path}/picture.png", "/x/0000000000/picture.png", f"/take/{at.merchant_id}/picture.png"):
        drawn = await client.get(address)
        with Image.open(io.BytesIO(drawn.content)) as picture:
            assert (picture.format, picture.size) == ("PNG", (1200, 630))
    assert (await client.get("/x/0000000000")).status_code == 404
    await client.get(f"/take/{at.merchant_id}")


async def test_a_link_to_what_is_gone_leads_nowhere(client: Client, database: Database) -> None:
    async with database.write() as db:
        mia, jo = await world.signed_in(db, "Mia"), await world.signed_in(db, "Jo")
    told = await client.post("/api/v1/posts", json={"words": "Bun", "audience": "everyone"}, headers=mia.headers)
    post = told.json()["post_id"]
    thing = {"kind": "post", "owner_id": str(mia.person_id), "thing_id": post}
    code = (await client.post("/api/v1/shares", json={"thing": thing}, headers=jo.headers)).json()["code"]
    assert (await client.get(f"/x/{code}", headers=jo.headers)).status_code == 200
    assert (await client.delete(f"/api/v1/posts/{mia.person_id}/{post}", headers=jo.headers)).status_code == 404
    assert (await client.delete(f"/api/v1/posts/{mia.person_id}/{post}", headers=mia.headers)).status_code == 204
    for headers in ({}, jo.headers, mia.headers):
        page = await client.get(f"/x/{code}", headers=headers)
        assert page.status_code == 404
        assert "Bun" not in page.text
        assert (await client.get(f"/api/v1/shares/links/{code}", headers=headers)).status_code == 404
    again = await client.post("/api/v1/shares", json={"thing": thing}, headers=jo.headers)
    assert problem(again) == (404, "not_found")


async def test_to_friends_a_group_and_the_feed(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await world.shop(db)
        mia, jo, stranger = await member(db, at), await world.signed_in(db, "Jo"), await world.signed_in(db)
        await friends.ask(db, mia.person_id, jo.person_id)
        await friends.ask(db, jo.person_id, mia.person_id)
    sent = await client.post(
        "/api/v1/shares/sendings", json={"thing": card(at), "people": [str(jo.person_id)]}, headers=mia.headers
    )
    assert sent.status_code == 201, sent.text
    [conversation] = sent.json()["conversations"]
    refused = await client.post(
        "/api/v1/shares/sendings", json={"thing": card(at), "people": [str(stranger.person_id)]}, headers=mia.headers
    )
    assert problem(refused) == (409, "not_friends")
    thing = Thing("card", at.merchant_id, at.merchant_id)
    async with database.read() as db:
        code = await db.value(str, "select code from shares.shares where channel = 'chat'")
        shown = await passed_on(db, [(mia.person_id, thing)], "chat", jo.person_id)
        into = await db.values(UUID, "select conversation_id from chat.messages where kind = 'thing' and thing_kind = 'card'")
    assert [one.href for one in shown.values()] == [f"/x/{code}"]
    assert [str(one) for one in into] == [conversation]
    told = await client.post("/api/v1/shares/posts", json={"thing": card(at)}, headers=mia.headers)
    assert told.status_code == 201, told.text
    async with database.read() as db:
        kinds = await db.values(str, "select kind || ' ' || thing_kind || ' ' || audience from feed.posts")
        channels = await db.values(str, "select channel from shares.shares order by channel")
    assert kinds == ["forward card friends"]
    assert channels == ["chat", "feed"]
    sheet = await client.get(f"/share/card/{at.merchant_id}/{at.merchant_id}", headers=mia.headers)
    assert str(jo.person_id) in sheet.text
    unknown = {"thing": {**card(at), "kind": "nothing"}}
    assert problem(await client.post("/api/v1/shares", json=unknown, headers=mia.headers)) == (404, "not_found")
    mine = await client.get("/me/sharing", headers=mia.headers)
    assert "Kaisla Bakery" in mine.text


async def test_a_gift_to_a_friend_is_a_message(database: Database) -> None:
    async with database.write() as db:
        at = await world.shop(db)
        mia, jo = await member(db, at), await world.signed_in(db)
        await friends.ask(db, mia.person_id, jo.person_id)
        await friends.ask(db, jo.person_id, mia.person_id)
        [voucher] = await issue(
            db, [IssueCall(at.merchant_id, await world.template(db, at, transferable=True), mia.person_id, "staff")]
        )
        assert isinstance(voucher, Issued)
        gift = await give(db, mia.person_id, NewGift(at.merchant_id, voucher.voucher_id, jo.person_id))
    await drain(database)
    async with database.read() as db:
        sent = await db.values(UUID, "select thing_id from chat.messages where kind = 'gift'")
    assert sent == [gift.gift_id]


async def test_a_blocked_giver_is_not_shown_and_not_counted(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await world.shop(db)
        mia, jo = await member(db, at), await world.signed_in(db)
        share = await linked(db, at, mia.person_id)
        await friends.block(db, jo.person_id, mia.person_id)
    page = await client.get(share.path, headers=jo.headers)
    assert "recommends this to you" not in page.text
    await client.post(f"/api/v1/shares/links/{share.code}/membership", headers=jo.headers)
    await drain(database)
    async with database.read() as db:
        assert await branch_of(db, at.merchant_id, jo.person_id) is None
        assert await db.value(int, "select count(*) from shares.arrivals") == 0


@pytest.mark.race
async def test_many_links_at_once_are_one_membership_and_one_branch(database: Database) -> None:
    async with database.write() as db:
        at = await world.shop(db)
        taker = await world.person(db)
        links = [await linked(db, at, (await member(db, at)).person_id) for _ in range(8)]

    async def one(share: Share) -> bool:
        async with database.write() as db:
            return (await take_card(db, share, taker)).fresh

    told = await asyncio.gather(*[one(share) for share in links * 4], return_exceptions=True)
    assert [one for one in told if one is True] == [True], told
    await drain(database)
    async with database.read() as db:
        assert await db.value(int, "select count(*) from shares.branches where person_id = :taker", taker=taker) == 1


async def test_the_console(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await world.shop(db)
        mia, jo, manager = await member(db, at), await world.signed_in(db, "=Jo"), await world.staff(db, at, "manager")
        await take_card(db, await linked(db, at, mia.person_id), jo.person_id)
    base = f"/console/{at.merchant_id}/sharing"
    for by in ("month", "channel", "scene"):
        page = await client.get(f"{base}?by={by}", headers=manager.headers)
        assert page.status_code == 200, page.text
        assert f"{base}/rows?what=brought" in page.text
        assert f"/members/{jo.person_id}" in page.text
    for what in ("members", "links", "opened", "brought"):
        rows = await client.get(f"{base}/rows?what={what}", headers=manager.headers)
        assert rows.status_code == 200
        assert str(mia.person_id) in rows.text
    level = await client.get(f"{base}?level=1&root={mia.person_id}", headers=manager.headers)
    assert f"/members/{jo.person_id}" in level.text
    file = await client.get(f"{base}/tree.csv", headers=manager.headers)
    assert file.text.count("\r\n") == 3
    assert "'=Jo" in file.text
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert (await client.get(base, headers=jo.headers)).status_code == 404
