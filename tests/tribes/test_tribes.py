"""Tribes over HTTP: founding, joining, topics, what moderators do, what friends see, who is hidden."""

import asyncio
from uuid import UUID

import pytest

from shuke.friends.actions import block
from shuke.kit.db import Database
from shuke.moderation import MODERATED
from shuke.people import PersonErased
from shuke.shares import Thing, preview
from shuke.tribes import hand_over, leave, pin
from shuke.tribes.reactions import forget
from tests import world
from tests.meetups.gathering import Work, at_once, befriend, people
from tests.world import Client, Signed, problem

pytestmark = pytest.mark.row("7.5")


async def founded(client: Client, who: Signed, **changes: object) -> str:
    """A tribe of hers; its id."""
    body = {"name": "Noodle lovers", "interest": "food", **changes}
    made = await client.post("/api/v1/tribes", json=body, headers=who.headers)
    assert made.status_code == 201, made.text
    return str(made.json()["tribe_id"])


async def joined(client: Client, tribe: str, *who: Signed) -> list[str]:
    """What each of them is now."""
    found = []
    for one in who:
        answer = await client.post(f"/api/v1/tribes/{tribe}/members", json={"note": "Hi"}, headers=one.headers)
        found.append(answer.json().get("standing") or answer.json()["name"])
    return found


async def written(client: Client, tribe: str, who: Signed, title: str = "Where?", **changes: object) -> str:
    """A topic; its address."""
    made = await client.post(f"/api/v1/tribes/{tribe}/topics", json={"title": title, **changes}, headers=who.headers)
    assert made.status_code == 201, made.text
    return f"/api/v1/tribes/{tribe}/topics/{made.json()['topic_id']}"


async def titles(client: Client, tribe: str, who: Signed, tab: str = "newest") -> list[str]:
    page = await client.get(f"/api/v1/tribes/{tribe}/topics?tab={tab}", headers=who.headers)
    return [one["title"] for one in page.json()["topics"]]


async def counted(database: Database) -> None:
    """Every count is that of its rows."""
    async with database.read() as db:
        wrong = await (await db.connection()).fetch(
            """
            select tribe_id from tribes.tribes t where members <> (select count(*) from tribes.members m where m.tribe_id = t.tribe_id
              and m.standing in ('member', 'moderator', 'founder')) or topics <> (select count(*) from tribes.topics o where o.tribe_id = t.tribe_id)
            union all select tribe_id from tribes.topics t where replies <> (select count(*) from tribes.replies r where r.topic_id = t.topic_id)
              or likes <> (select count(*) from tribes.likes l where l.topic_id = t.topic_id)
            """
        )
    assert not wrong


async def test_founded_joined_left(client: Client, database: Database) -> None:
    mia, li, aino = await people(database, 3)
    tribe = await founded(client, mia, city="Helsinki", longitude=24.94137, latitude=60.16991)
    assert await joined(client, tribe, li, li, mia) == ["member", "already_in_tribe", "already_in_tribe"]
    seen = (await client.get(f"/api/v1/tribes/{tribe}", headers=aino.headers)).json()
    assert (seen["members"], seen["standing"], seen["longitude"]) == (2, None, 24.94), "the position is coarse"
    near = await client.get("/api/v1/tribes?listed=near&longitude=24.9&latitude=60.2", headers=aino.headers)
    assert [(one["name"], one["metres"] % 1000) for one in near.json()["tribes"]] == [("Noodle lovers", 0)]
    far = await client.get("/api/v1/tribes?listed=near&longitude=24.9&latitude=61", headers=aino.headers)
    assert far.json()["tribes"] == []
    popular = await client.get("/api/v1/tribes?listed=popular&interest=food", headers=aino.headers)
    assert [one["members"] for one in popular.json()["tribes"]] == [2]
    assert problem(await client.get(f"/api/v1/tribes/{tribe}/members", headers=aino.headers)) == (404, "not_found")
    members = (await client.get(f"/api/v1/tribes/{tribe}/members", headers=li.headers)).json()["members"]
    assert [one["standing"] for one in members] == ["founder", "member"]
    assert problem(await client.delete(f"/api/v1/tribes/{tribe}/members", headers=mia.headers)) == (409, "founder_stays")
    handed = await client.post(f"/api/v1/tribes/{tribe}/founder/{li.person_id}", headers=mia.headers)
    assert handed.status_code == 204
    assert (await client.delete(f"/api/v1/tribes/{tribe}/members", headers=mia.headers)).status_code == 204
    mine = (await client.get("/api/v1/tribes", headers=li.headers)).json()["tribes"]
    assert [one["standing"] for one in mine] == ["founder"]
    assert (await client.get("/api/v1/tribes", headers=mia.headers)).json()["tribes"] == []
    await counted(database)


async def test_let_in_by_moderators(client: Client, database: Database) -> None:
    mia, li, aino = await people(database, 3)
    tribe = await founded(client, mia, approval=True)
    assert await joined(client, tribe, li, aino) == ["asking", "asking"]
    topics = f"/api/v1/tribes/{tribe}/topics"
    assert problem(await client.get(topics, headers=li.headers)) == (404, "not_found")
    assert problem(await client.post(topics, json={"title": "x"}, headers=li.headers)) == (409, "members_only")
    asking = (await client.get(f"/api/v1/tribes/{tribe}/requests", headers=mia.headers)).json()["members"]
    assert {one["note"] for one in asking} == {"Hi"}
    members = f"/api/v1/tribes/{tribe}/members"
    assert problem(await client.post(f"{members}/{li.person_id}", headers=aino.headers))[0] == 403
    assert (await client.post(f"{members}/{li.person_id}", headers=mia.headers)).status_code == 204
    assert (await client.post(f"{members}/{aino.person_id}/refusal", json={}, headers=mia.headers)).status_code == 204
    assert (await client.get(topics, headers=li.headers)).status_code == 200
    topic = await written(client, tribe, mia, into_feed=True)
    async with database.read() as db:
        assert await db.value(int, "select count(*) from feed.posts") == 0, "nothing goes out of a tribe that lets in"
        thing = Thing("topic", UUID(tribe), UUID(topic.rsplit("/", 1)[1]))
        assert await preview(db, thing, aino.person_id) is None
        assert await preview(db, thing, li.person_id) is not None
    assert await joined(client, tribe, aino) == ["asking"], "who was turned down may ask again"
    await counted(database)


async def test_topics_replies_and_likes(client: Client, database: Database) -> None:
    mia, li, aino = await people(database, 3)
    tribe = await founded(client, mia)
    await joined(client, tribe, li)
    topic = await written(client, tribe, li, "Best broth?", text="Say", into_feed=True)
    async with database.read() as db:
        assert await db.values(str, "select kind from feed.posts") == ["topic"]
    assert problem(await client.post(f"{topic}/replies", json={"text": "me"}, headers=aino.headers)) == (409, "members_only")
    keyed = {"idempotency-key": "r1", **mia.headers}
    first = await client.post(f"{topic}/replies", json={"text": "Mine"}, headers=keyed)
    assert (await client.post(f"{topic}/replies", json={"text": "Mine"}, headers=keyed)).json() == first.json()
    for _twice in range(2):
        assert (await client.post(f"{topic}/likes", headers=aino.headers)).status_code == 204
    seen = (await client.get(topic, headers=aino.headers)).json()
    assert (seen["replies"], seen["likes"], seen["liked"]) == (1, 1, True)
    await client.delete(f"{topic}/likes", headers=aino.headers)
    assert problem(await client.delete(topic, headers=mia.headers)) == (404, "not_found")
    await counted(database)
    assert (await client.delete(topic, headers=li.headers)).status_code == 204
    assert await titles(client, tribe, mia) == []
    await counted(database)


async def test_moderators(client: Client, database: Database) -> None:
    mia, li, aino = await people(database, 3)
    tribe = await founded(client, mia)
    await joined(client, tribe, li, aino)
    topic = await written(client, tribe, aino, "Buy my shoes")
    hiding = f"{topic}/hiding"
    assert problem(await client.post(hiding, json={"reason": "Ad"}, headers=li.headers)) == (403, "not_allowed")
    assert (await client.post(f"/api/v1/tribes/{tribe}/moderators/{li.person_id}", headers=mia.headers)).status_code == 204
    assert problem(await client.post(hiding, json={}, headers=li.headers)) == (409, "reason_missing")
    assert (await client.post(hiding, json={"reason": "Ad"}, headers=li.headers)).status_code == 204
    assert await titles(client, tribe, mia) == ["Buy my shoes"], "those who keep order see it"
    assert (await client.get(topic, headers=aino.headers)).json()["hidden_why"] == "Ad"
    outside = (await people(database, 1))[0]
    assert problem(await client.get(topic, headers=outside.headers)) == (404, "not_found")
    async with database.write() as db:
        await MODERATED["topic"].hide(db, UUID(tribe), UUID(topic.rsplit("/", 1)[1]), hidden=False)
    assert problem(await client.get(topic, headers=outside.headers))[0] == 404, "the platform does not undo what moderators hid"
    assert (await client.delete(hiding, headers=li.headers)).status_code == 204
    assert (await client.post(f"{topic}/best", headers=li.headers)).status_code == 204
    assert await titles(client, tribe, outside, "best") == ["Buy my shoes"]
    removal = f"/api/v1/tribes/{tribe}/members/{aino.person_id}/removal"
    assert (await client.post(removal, json={"reason": "Again"}, headers=li.headers)).status_code == 204
    assert await joined(client, tribe, aino) == ["removed_from_tribe"]
    assert problem(await client.post(f"{topic}/replies", json={"text": "!"}, headers=aino.headers)) == (
        409,
        "removed_from_tribe",
    )
    boss = f"/api/v1/tribes/{tribe}/members/{mia.person_id}/removal"
    assert problem(await client.post(boss, json={"reason": "Coup"}, headers=li.headers)) == (403, "not_allowed")
    acts = (await client.get(f"/api/v1/tribes/{tribe}/acts", headers=mia.headers)).json()["acts"]
    assert [(one["act"], one["reason"]) for one in acts] == [
        ("removed", "Again"),
        ("best", ""),
        ("showed", ""),
        ("hid", "Ad"),
        ("named", ""),
    ]
    assert {one["person_id"] for one in acts} == {str(mia.person_id), str(li.person_id)}
    assert (await client.delete(removal, headers=li.headers)).status_code == 204
    assert await joined(client, tribe, aino) == ["member"]
    await counted(database)


@pytest.mark.race
async def test_three_are_pinned_whoever_pins_at_once(client: Client, database: Database) -> None:
    (mia,) = await people(database, 1)
    tribe = await founded(client, mia)
    async with database.write() as db:
        topics = await db.values(
            UUID,
            """
            insert into tribes.topics (tribe_id, person_id, title, text, at, replied_at)
            select :tribe, :person, n::text, '', now(), now() from generate_series(1, 6) n returning topic_id
            """,
            tribe=UUID(tribe),
            person=mia.person_id,
        )

    def pins(topic_id: UUID) -> Work:
        return lambda db: pin(db, mia.person_id, UUID(tribe), topic_id, pinned=True)

    found = await at_once(database, [pins(one) for one in topics * 2])
    assert (found.count(""), found.count("three_pinned")) == (6, 6), "each of three twice, the others refused"
    async with database.read() as db:
        assert sorted(await db.values(int, "select pinned from tribes.topics where pinned is not null")) == [1, 2, 3]
    page = (await client.get(f"/api/v1/tribes/{tribe}/topics", headers=mia.headers)).json()
    assert len(page["pinned"]) == 3


@pytest.mark.race
async def test_many_join_at_once(client: Client, database: Database) -> None:
    mia, *others = await people(database, 17)
    tribe = await founded(client, mia)
    answers = await asyncio.gather(
        *[client.post(f"/api/v1/tribes/{tribe}/members", json={}, headers=one.headers) for one in others + others[:4]]
    )
    assert sorted(answer.status_code for answer in answers) == [201] * 16 + [409] * 4
    await counted(database)


async def test_activities_of_merchants(client: Client, database: Database) -> None:
    (mia,) = await people(database, 1)
    async with database.write() as db:
        shop = await world.shop(db)
        marketer, cashier = await world.staff(db, shop, "marketer"), await world.staff(db, shop)
        owner = await world.session_of(db, shop.owner_id)
    closed, open_ = await founded(client, mia), await founded(client, mia, name="Open", merchants_post=True)
    body = {"title": "Tasting", "merchant_id": str(shop.merchant_id), "starts_at": "2031-05-01T10:00:00Z"}

    async def posted(tribe: str, who: Signed) -> tuple[int, str]:
        return problem(await client.post(f"/api/v1/tribes/{tribe}/topics", json=body, headers=who.headers))

    assert await posted(closed, marketer) == (409, "not_welcome_here")
    assert await posted(open_, cashier) == (409, "not_welcome_here")
    assert await posted(open_, mia) == (409, "not_welcome_here")
    assert (await posted(open_, marketer))[0] == 201
    page = (await client.get(f"/api/v1/tribes/{open_}/topics", headers=mia.headers)).json()["topics"]
    assert [one["merchant_name"] for one in page] == ["Kaisla Bakery"]
    shown = await client.get(f"/tribes/{open_}", headers=mia.headers)
    assert "Activity of the shop" in shown.text
    own = await founded(client, owner, merchant_id=str(shop.merchant_id))
    assert (await posted(own, marketer))[0] == 201, "its own tribe"
    wrong = {"name": "x", "interest": "food", "merchant_id": str(shop.merchant_id)}
    assert problem(await client.post("/api/v1/tribes", json=wrong, headers=mia.headers)) == (403, "not_allowed")


async def test_blocked_both_ways(client: Client, database: Database) -> None:
    mia, li, aino = await people(database, 3)
    tribe = await founded(client, mia)
    await joined(client, tribe, li, aino)
    topic = await written(client, tribe, aino, "Neutral")
    texts = {}
    for one in (mia, li):
        texts[one.person_id] = await written(client, tribe, one, f"Of {one.person_id}")
        await client.post(f"{topic}/replies", json={"text": f"Says {one.person_id}"}, headers=one.headers)
    async with database.write() as db:
        await block(db, li.person_id, mia.person_id)
    for viewer, hidden in ((mia, li), (li, mia)):
        assert problem(await client.get(texts[hidden.person_id], headers=viewer.headers)) == (404, "not_found")
        for path in ("", "/members"):
            page = await client.get(f"/tribes/{tribe}{path}", headers=viewer.headers)
            assert page.status_code == 200
            assert str(hidden.person_id) not in page.text
        for path in ("/topics", "/members", "/moderators"):
            told = await client.get(f"/api/v1/tribes/{tribe}{path}", headers=viewer.headers)
            assert str(hidden.person_id) not in told.text
        for address in (topic.removeprefix("/api/v1"), f"{topic}/replies"):
            assert str(hidden.person_id) not in (await client.get(address, headers=viewer.headers)).text
    assert len((await client.get(f"{topic}/replies", headers=aino.headers)).json()["replies"]) == 2


async def test_who_is_erased(client: Client, database: Database) -> None:
    mia, li, aino = await people(database, 3)
    async with database.write() as db:
        await befriend(db, mia.person_id, li.person_id)
    tribe, alone = await founded(client, mia), await founded(client, mia, name="Alone")
    await joined(client, tribe, li, aino)
    await client.post(f"/api/v1/tribes/{tribe}/moderators/{aino.person_id}", headers=mia.headers)
    answered, silent = await written(client, tribe, mia, "Answered"), await written(client, tribe, mia, "Silent")
    await client.post(f"{answered}/replies", json={"text": "Yes"}, headers=li.headers)
    other = await written(client, tribe, li, "Other")
    await client.post(f"{other}/replies", json={"text": "No"}, headers=mia.headers)
    await client.post(f"{other}/likes", headers=mia.headers)
    async with database.write() as db:
        await forget(db, PersonErased(mia.person_id))
    seen = (await client.get(f"/api/v1/tribes/{tribe}", headers=li.headers)).json()
    assert (seen["founder_id"], seen["members"]) == (str(aino.person_id), 2), "the moderator keeps it now"
    assert (await client.get(f"/api/v1/tribes/{alone}", headers=li.headers)).status_code == 404
    assert (await client.get(answered, headers=li.headers)).json()["title"] == ""
    assert (await client.get(silent, headers=li.headers)).status_code == 404
    assert (await client.get(f"/tribes/{tribe}", headers=li.headers)).status_code == 200
    assert (await client.get(answered.removeprefix("/api/v1"), headers=li.headers)).status_code == 200
    await counted(database)


async def test_pages(client: Client, database: Database) -> None:
    mia, li = await people(database, 2)
    tribe = await founded(client, mia, about="Broth")
    topic = (await written(client, tribe, mia, text="Hm")).removeprefix("/api/v1")
    assert "Sign in and join" in (await client.get(f"/tribes/{tribe}")).text
    assert "Broth" in (await client.get(f"/tribes/{tribe}")).text
    for who in (mia, li):
        for address in (
            "/tribes",
            "/tribes?listed=popular&interest=",
            "/tribes?listed=near",
            "/tribes/new",
            f"/tribes/{tribe}",
            topic,
        ):
            assert (await client.get(address, headers=who.headers)).status_code == 200, address
    for address in ("?tab=best", "/members", "/acts", "/write", "/edit"):
        assert (await client.get(f"/tribes/{tribe}{address}", headers=mia.headers)).status_code == 200, address


def hands_over(tribe: str, founder: Signed, heir: Signed) -> Work:
    """Another keeps it."""
    return lambda db: hand_over(db, founder.person_id, UUID(tribe), heir.person_id)


def goes(tribe: str, who: Signed) -> Work:
    """Leaves it."""
    return lambda db: leave(db, who.person_id, UUID(tribe))


@pytest.mark.race
async def test_who_leaves_while_the_tribe_is_handed_to_her_keeps_the_counts_right(client: Client, database: Database) -> None:
    founder, heir = await people(database, 2)
    for _round in range(4):
        tribe = await founded(client, founder)
        await joined(client, tribe, heir)
        await at_once(database, [hands_over(tribe, founder, heir), goes(tribe, heir)])
        await counted(database)
