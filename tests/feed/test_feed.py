"""The feed: who sees which post, what is new, and pages that neither skip nor repeat while posts arrive."""

from uuid import UUID

import pytest

from shuke.feed import NewPost, page_of, publish, queries, unread
from shuke.feed.cursor import read_mark
from shuke.friends.actions import block
from shuke.friends.own import set_remark
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.people.erase import erase
from tests import world
from tests.feed.circle import befriend, feed, path, post, tell, trio
from tests.world import Client, Signed, problem

pytestmark = pytest.mark.row("7.1")


async def blocks(database: Database, one: Signed, other: Signed) -> None:
    async with database.write() as db:
        await block(db, one.person_id, other.person_id)


async def test_friends_see_a_post_and_strangers_do_not(client: Client, database: Database) -> None:
    mia, liu, eve = await trio(database)
    made = await post(client, mia)
    assert await feed(client, mia) == (["Good bread"], None)
    assert await feed(client, liu) == (["Good bread"], None)
    assert await feed(client, eve) == ([], None)
    assert (await client.get(path(made), headers=liu.headers)).json()["name"] == "Mia"
    assert problem(await client.get(path(made), headers=eve.headers)) == (404, "not_found")


async def test_who_sees_what_by_audience(client: Client, database: Database) -> None:
    mia, liu, eve = await trio(database)
    public, own = await post(client, mia, "public", audience="everyone"), await post(client, mia, "diary", audience="me")
    assert (await feed(client, mia))[0] == ["diary", "public"]
    assert (await feed(client, liu))[0] == ["public"]
    assert (await feed(client, eve))[0] == []
    assert (await client.get(path(public), headers=eve.headers)).status_code == 200
    for other in (liu, eve):
        assert problem(await client.get(path(own), headers=other.headers)) == (404, "not_found")
    listed = await client.get(f"/api/v1/people/{mia.person_id}/posts", headers=eve.headers)
    assert [found["words"] for found in listed.json()["posts"]] == ["public"]


async def test_a_block_hides_both_ways(client: Client, database: Database) -> None:
    mia, liu, eve = await trio(database)
    async with database.write() as db:
        await befriend(db, mia.person_id, eve.person_id)
    made = await post(client, mia, "public", audience="everyone")
    for who, words in ((liu, "by Liu"), (eve, "by Eve")):
        await client.post(f"{path(made)}/likes", headers=who.headers)
        await client.post(f"{path(made)}/comments", json={"words": words}, headers=who.headers)
    await blocks(database, eve, liu)
    for who, words in ((liu, "by Liu"), (eve, "by Eve")):
        seen = (await client.get("/api/v1/feed", headers=who.headers)).json()["posts"][0]
        assert (seen["likes"], seen["comments"]) == (1, 1)
        said = (await client.get(f"{path(made)}/comments", headers=who.headers)).json()["comments"]
        assert [one["words"] for one in said] == [words]
    await blocks(database, liu, mia)
    assert problem(await client.get(path(made), headers=liu.headers)) == (404, "not_found")
    assert (await feed(client, liu))[0] == []
    mine = (await client.get("/api/v1/feed", headers=mia.headers)).json()["posts"][0]
    assert (mine["likes"], mine["comments"]) == (1, 1)


async def test_only_common_friends_see_likes_and_comments(client: Client, database: Database) -> None:
    mia, liu, eve = await trio(database)
    async with database.write() as db:
        ann = await world.signed_in(db, "Ann")
        for other in (eve, ann):
            await befriend(db, mia.person_id, other.person_id)
        await befriend(db, liu.person_id, ann.person_id)
    made = await post(client, mia)
    await client.post(f"{path(made)}/likes", headers=liu.headers)
    assert (await client.post(f"{path(made)}/likes", headers=liu.headers)).json() == {"likes": 1, "liked": True}
    await client.post(f"{path(made)}/comments", json={"words": "Where?"}, headers=liu.headers)
    for who, sees in ((mia, 1), (ann, 1), (liu, 1), (eve, 0)):
        seen = (await client.get(path(made), headers=who.headers)).json()
        assert (seen["likes"], seen["comments"]) == (sees, sees)
        assert len((await client.get(f"{path(made)}/likes", headers=who.headers)).json()["likers"]) == sees
        assert len((await client.get(f"{path(made)}/comments", headers=who.headers)).json()["comments"]) == sees
    assert (await client.delete(f"{path(made)}/likes", headers=liu.headers)).json() == {"likes": 0, "liked": False}


@pytest.mark.parametrize("many", [2_000, 0], ids=["few friends", "many friends"])
async def test_a_page_counts_what_its_reader_may_see_and_has_her_names(
    client: Client, database: Database, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(queries, "MANY", many)
    mia, liu, eve = await trio(database)
    async with database.write() as db:
        ann = await world.signed_in(db, "Ann")
        for one, other in ((mia, eve), (mia, ann), (liu, ann)):
            await befriend(db, one.person_id, other.person_id)
        await set_remark(db, liu.person_id, mia.person_id, "Mia of the bakery")
    for made in (await post(client, mia, "for friends"), await post(client, mia, "for all", audience="everyone")):
        for who in (ann, eve):
            await client.post(f"{path(made)}/likes", headers=who.headers)
            await client.post(f"{path(made)}/comments", json={"words": "Where?"}, headers=who.headers)
    expected = ((mia, "Mia", 2, False), (liu, "Mia of the bakery", 1, False), (ann, "Mia", 1, True), (eve, "Mia", 1, True))
    for who, name, common, liked in expected:
        page = (await client.get("/api/v1/feed", headers=who.headers)).json()["posts"]
        shown = [(one["words"], one["name"], one["likes"], one["comments"], one["liked"]) for one in page]
        assert shown == [("for all", name, 2, 2, liked), ("for friends", name, common, common, liked)]


async def test_a_comment_is_deleted_by_its_writer_and_by_the_author(client: Client, database: Database) -> None:
    mia, liu, eve = await trio(database)
    made = await post(client, mia, audience="everyone")
    said = [
        (await client.post(f"{path(made)}/comments", json={"words": words}, headers=who.headers)).json()["comment_id"]
        for who, words in ((liu, "one"), (liu, "two"), (eve, "three"))
    ]
    assert problem(await client.delete(f"{path(made)}/comments/{said[0]}", headers=eve.headers)) == (404, "not_found")
    for who, comment in ((liu, said[0]), (mia, said[2])):
        assert (await client.delete(f"{path(made)}/comments/{comment}", headers=who.headers)).status_code == 204
    left = (await client.get(f"{path(made)}/comments", headers=eve.headers)).json()["comments"]
    assert [one["words"] for one in left] == ["two"]


async def test_a_deleted_post_is_gone_and_the_one_before_is_newest(client: Client, database: Database) -> None:
    mia, liu, _eve = await trio(database)
    await post(client, mia, "first")
    made = await post(client, mia, "second")
    assert problem(await client.delete(path(made), headers=liu.headers)) == (404, "not_found")
    assert (await client.delete(path(made), headers=mia.headers)).status_code == 204
    assert await feed(client, liu) == (["first"], None)


async def test_a_forward_leads_to_the_first_post_and_shows_no_more_than_it(client: Client, database: Database) -> None:
    mia, liu, eve = await trio(database)
    async with database.write() as db:
        await befriend(db, liu.person_id, eve.person_id)
    made = await post(client, mia, "for friends")
    again = await client.post(f"{path(made)}/forwards", json={"words": "look"}, headers=liu.headers)
    assert again.json()["thing"] == {"kind": "post", "owner_id": str(mia.person_id), "thing_id": made["post_id"]}
    twice = await client.post(f"{path(again.json())}/forwards", json={}, headers=liu.headers)
    assert twice.json()["thing"] == again.json()["thing"]
    assert "for friends" in (await client.get("/feed", headers=mia.headers)).text
    page = (await client.get("/feed", headers=eve.headers)).text
    assert "look" in page
    assert "for friends" not in page


async def test_what_is_new_is_counted_until_it_is_looked_at(client: Client, database: Database) -> None:
    mia, liu, _eve = await trio(database)
    for words in ("one", "two"):
        await post(client, mia, words)
    await post(client, liu, "mine")
    assert (await client.get("/api/v1/feed/unread", headers=liu.headers)).json() == {"posts": 2}
    assert "2 new posts" in (await client.get("/feed/news", headers=liu.headers)).text
    look = (await client.get("/api/v1/feed", headers=liu.headers)).json()["look"]
    assert (await client.post("/api/v1/feed/looks", json={"look": look}, headers=liu.headers)).json() == {"posts": 0}
    await post(client, mia, "three")
    assert (await client.get("/api/v1/feed/unread", headers=liu.headers)).json() == {"posts": 1}
    page = await client.get("/feed", headers=liu.headers)
    assert page.text.count("Unread") == 1
    assert (await client.get("/api/v1/feed/unread", headers=liu.headers)).json() == {"posts": 0}


@pytest.mark.parametrize(("many", "steps"), [(2_000, 4_000), (3, 4_000), (3, 15)], ids=["pulled", "walked", "walked in vain"])
async def test_a_walk_gives_each_post_once_while_others_arrive(
    client: Client, database: Database, monkeypatch: pytest.MonkeyPatch, many: int, steps: int
) -> None:
    monkeypatch.setattr(queries, "MANY", many)
    monkeypatch.setattr(queries, "STEPS", steps)
    mia, liu, _eve = await trio(database)
    async with database.write() as db:
        friends = [mia.person_id, *[await world.person(db, f"Friend {n}") for n in range(30)]]
        for friend in friends[1:]:
            await befriend(db, liu.person_id, friend)
    for n in range(90):
        await tell(database, friends[n * 7 % 31] if n % 5 else liu.person_id, f"post {n}")
    walked: list[str] = []
    cursor: str | None = None
    for step in range(20):
        words, cursor = await feed(client, liu, cursor)
        walked += words
        await tell(database, friends[step], f"meanwhile {step}")
        if cursor is None:
            break
    assert [words for words in walked if words.startswith("post")] == [f"post {n}" for n in range(89, -1, -1)]
    assert len(walked) == len(set(walked)) == 90


@pytest.mark.race
async def test_posts_that_are_committed_late_are_not_skipped(database: Database) -> None:
    """A post's place is taken before it can be seen: a reader who is past it gets it with the next page, and it counts as new."""
    mia, liu, _eve = await trio(database)
    async with database.write() as db:
        slow = await world.person(db, "Slow")
        await befriend(db, liu.person_id, slow)
    for n in range(25):
        await tell(database, mia.person_id, f"post {n}")
    async with database.write() as unfinished:
        written = await publish(unfinished, NewPost(slow, "words", "late"))
        for n in range(25, 30):
            await tell(database, mia.person_id, f"post {n}")
        async with database.read() as db:
            first = await page_of(db, liu.person_id)
    async with database.read() as db:
        second = await page_of(db, liu.person_id, read_mark(first.next))
        third = await page_of(db, liu.person_id, read_mark(second.next)) if second.next else None
    assert third is None
    assert written not in [found.post_id for found in first.posts]
    given = [found.post_id for found in first.posts + second.posts]
    assert len(given) == len(set(given)) == 31
    assert second.posts[0].post_id == written


@pytest.mark.race
async def test_a_late_post_counts_as_new_for_who_looked_before(client: Client, database: Database) -> None:
    mia, liu, _eve = await trio(database)
    await tell(database, mia.person_id, "before")
    async with database.write() as unfinished:
        await publish(unfinished, NewPost(mia.person_id, "words", "late"))
        assert (await feed(client, liu))[0] == ["before"]
        assert "before" in (await client.get("/feed", headers=liu.headers)).text
    async with database.read() as db:
        assert await unread(db, liu.person_id) == 1
    assert (await feed(client, liu))[0] == ["late", "before"]


async def test_an_unreadable_cursor_is_refused(client: Client, database: Database) -> None:
    _mia, liu, _eve = await trio(database)
    for wrong in ("x", "a" * 40, "!!", "é" * 24, "A" * 20_000):
        answer = await client.get("/api/v1/feed", params={"cursor": wrong}, headers=liu.headers)
        assert problem(answer) == (422, "cursor_unreadable")


async def test_a_repeated_key_gives_the_same_post(client: Client, database: Database) -> None:
    mia, _liu, _eve = await trio(database)
    made = [
        (await client.post("/api/v1/posts", json={"words": "once"}, headers={**mia.headers, "idempotency-key": "k"})).json()
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert (await feed(client, mia))[0] == ["once"]


@pytest.mark.parametrize(
    ("draft", "refused"),
    [
        ({"words": "  "}, (409, "post_empty")),
        ({"words": "x" * 2001}, (422, "unreadable")),
        ({"words": "a", "check_in": True}, (409, "place_missing")),
        ({"words": "a", "place_id": str(UUID(int=1))}, (404, "place_not_found")),
        ({"words": "a", "photos": [str(UUID(int=1))]}, (404, "not_found")),
        ({"words": "a", "audience": "nobody"}, (422, "unreadable")),
        ({"words": "a\x00b"}, (422, "unreadable")),
    ],
)
async def test_what_cannot_be_posted(
    client: Client, database: Database, draft: dict[str, object], refused: tuple[int, str]
) -> None:
    mia, _liu, _eve = await trio(database)
    assert problem(await client.post("/api/v1/posts", json=draft, headers=mia.headers)) == refused
    assert (await feed(client, mia))[0] == []


async def test_an_erased_person_leaves_nothing(client: Client, database: Database) -> None:
    mia, liu, _eve = await trio(database)
    await post(client, mia, "hers")
    kept = await post(client, liu, "his")
    await client.post(f"{path(kept)}/likes", headers=mia.headers)
    await client.post(f"{path(kept)}/comments", json={"words": "hm"}, headers=mia.headers)
    exported = (await client.get("/api/v1/me/export", headers=mia.headers)).text
    assert "hers" in exported
    async with database.write() as db:
        await erase(db, mia.person_id)
    await drain(database)
    seen = (await client.get("/api/v1/feed", headers=liu.headers)).json()["posts"]
    assert [(found["words"], found["likes"], found["comments"]) for found in seen] == [("his", 0, 0)]
    async with database.read() as db:
        for count in (
            await db.value(int, "select count(*) from feed.posts where person_id = :p", p=mia.person_id),
            await db.value(int, "select count(*) from feed.likes where liker_id = :p", p=mia.person_id),
            await db.value(int, "select count(*) from feed.comments where author_id = :p", p=mia.person_id),
        ):
            assert count == 0
