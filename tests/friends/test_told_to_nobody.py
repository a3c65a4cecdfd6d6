"""What nobody is to learn by a side door: whose number it was, who blocked whom, what a decision hides, where somebody was."""

from uuid import UUID

import pytest

from shuke.chat import NewGroup, open_group, pair_with
from shuke.feed import NewPost, publish
from shuke.feed.actions import forward
from shuke.feed.types import NewForward
from shuke.friends import actions
from shuke.friends.actions import MOST_OPEN
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.kit.jobs import OFTEN
from shuke.moderation.registry import moderated_kind
from tests import world
from tests.chat import talking
from tests.friends.test_relations import ask, received
from tests.friends.test_ways import NUMBERS, allow, by_phone, with_phones
from tests.world import Client, Signed, problem

pytestmark = pytest.mark.row("1.2")
SPOT = {"longitude": 24.9412345, "latitude": 60.17, "minutes": 60}


async def _export(client: Client, person: Signed) -> str:
    return (await client.get("/api/v1/me/export", headers=person.headers)).text


async def test_no_side_door_tells_whose_number_it_is(client: Client, database: Database) -> None:
    mia, liu = await with_phones(database)
    for person in (mia, liu):
        await allow(client, person)
    assert (await by_phone(client, mia, NUMBERS[1]))[0] == 202
    await drain(database)
    assert await received(client, liu) == ["Mia"]
    assert str(liu.person_id) not in await _export(client, mia)
    taken = await client.delete(f"/api/v1/friends/requests/{liu.person_id}", headers=mia.headers)
    assert problem(taken) == (404, "no_request")
    assert await received(client, liu) == ["Mia"]
    async with database.write() as db:
        for _n in range(MOST_OPEN):
            await actions.ask(db, mia.person_id, await world.person(db))
    assert problem(
        await client.post("/api/v1/friends/requests", json={"person_id": str(liu.person_id)}, headers=mia.headers)
    ) == (409, "too_many_open"), "as for somebody who has another number"
    async with database.read() as db:
        counted = await db.value(
            int, "select count(*) from friends.requests where person_id = :mia and via = 'phone'", mia=mia.person_id
        )
    assert counted == 1


async def test_a_number_that_is_there_uses_up_no_request(client: Client, database: Database) -> None:
    mia, liu = await with_phones(database)
    for person in (mia, liu):
        await allow(client, person)
    async with database.read() as db:
        before = await db.values(str, "select to_json(l)::text from kit.attempts l where subject like 'friends:%'")
    await by_phone(client, mia, NUMBERS[1])
    await drain(database)
    assert await received(client, liu) == ["Mia"]
    async with database.read() as db:
        assert await db.values(str, "select to_json(l)::text from kit.attempts l where subject like 'friends:%'") == before
    assert await ask(client, mia, liu) == (201, "asked")


async def test_the_export_does_not_tell_who_blocked_me(client: Client, database: Database) -> None:
    async with database.write() as db:
        mia, otto = await talking.friends(db, "Mia", "Otto")
        await actions.block(db, mia.person_id, otto.person_id)
    await drain(database)
    assert str(mia.person_id) not in await _export(client, otto)
    assert str(otto.person_id) in await _export(client, mia)


async def test_a_forward_does_not_tell_whose_hidden_post_it_passes_on(client: Client, database: Database) -> None:
    async with database.write() as db:
        mia, otto, ada = await talking.friends(db, "Mia", "Otto", "Ada")
        post_id = await publish(db, NewPost(mia.person_id, "words", "Good bread"))
        passed = await forward(db, ada.person_id, mia.person_id, post_id, NewForward("Look"))
        await actions.block(db, mia.person_id, otto.person_id)
    for address in (
        "/api/v1/feed",
        f"/api/v1/posts/{ada.person_id}/{passed.post_id}",
        "/feed",
        f"/posts/{ada.person_id}/{passed.post_id}",
    ):
        answer = await client.get(address, headers=otto.headers)
        assert answer.status_code == 200
        assert "Look" in answer.text
        assert str(mia.person_id) not in answer.text, address


async def test_a_hidden_message_tells_neither_photo_nor_thing(client: Client, database: Database) -> None:
    async with database.write() as db:
        mia, otto = await talking.friends(db, "Mia", "Otto")
        there = await pair_with(db, mia.person_id, otto.person_id)
        post_id = await publish(db, NewPost(mia.person_id, "words", "Good bread"))
    body = {"text": "Look", "thing": {"kind": "post", "owner_id": str(mia.person_id), "thing_id": str(post_id)}}
    said = await client.post(f"/api/v1/conversations/{there}/messages", json=body, headers=mia.headers)
    assert said.status_code == 201, said.text
    async with database.write() as db:
        await db.run("update chat.messages set photo_id = :photo", photo=post_id)
        await moderated_kind("message").hide(db, there, UUID(said.json()["message_id"]), hidden=True)
    for address in ("/api/v1/conversations", f"/api/v1/conversations/{there}/messages"):
        assert str(post_id) not in (await client.get(address, headers=otto.headers)).text, address
    assert str(post_id) in (await client.get(f"/api/v1/conversations/{there}/messages", headers=mia.headers)).text


async def test_who_is_hidden_counts_nowhere_in_a_group(client: Client, database: Database) -> None:
    async with database.write() as db:
        mia, otto, ada = await talking.friends(db, "Mia", "Otto", "Ada")
        group = await open_group(db, NewGroup("group", "Lunch", ada.person_id, (mia.person_id, otto.person_id)))
        await actions.block(db, mia.person_id, otto.person_id)
    await talking.say_many(database, group, otto.person_id, range(1, 4))
    await talking.say_many(database, group, ada.person_id, range(4, 6))
    (line,) = (await client.get("/api/v1/conversations", headers=mia.headers)).json()["conversations"]
    assert (line["unread"], line["conversation"]["members"]) == (2, 2)
    waiting = (await client.get("/api/v1/friends/waiting", headers=mia.headers)).json()
    assert waiting["counts"]["chats"] == 2
    (third,) = (await client.get("/api/v1/conversations", headers=ada.headers)).json()["conversations"]
    assert third["conversation"]["members"] == 3


async def test_a_place_is_not_told_after_the_friendship_or_after_coming_back(client: Client, database: Database) -> None:
    async with database.write() as db:
        mia, otto = await talking.friends(db, "Mia", "Otto")
        pair = f"/api/v1/conversations/{await pair_with(db, mia.person_id, otto.person_id)}"
        group = await open_group(db, NewGroup("group", "Lunch", otto.person_id, (mia.person_id,)))
    together = f"/api/v1/conversations/{group}"
    for there in (pair, together):
        assert (await client.post(f"{there}/positions", json=SPOT, headers=mia.headers)).status_code == 204
    assert (await client.delete(f"{together}/members/{mia.person_id}", headers=mia.headers)).status_code == 204
    back = await client.post(f"{together}/members", json={"people": [str(mia.person_id)]}, headers=otto.headers)
    assert back.status_code == 204
    assert (await client.get(f"{together}/positions", headers=otto.headers)).json() == []
    moved = await client.put(f"{together}/position", json={"longitude": 24.9, "latitude": 60.2}, headers=mia.headers)
    assert problem(moved) == (409, "not_sharing")
    sweep, _seconds = OFTEN["whereabouts.sweep"]
    async with database.write() as db:
        assert await sweep(db) == 1
        await actions.remove(db, otto.person_id, mia.person_id)
    await drain(database)
    assert (await client.get(f"{pair}/positions", headers=otto.headers)).json() == []
    again = await client.post(f"{pair}/positions", json=SPOT, headers=mia.headers)
    assert problem(again) == (409, "not_friends")
    async with database.read() as db:
        assert await db.value(int, "select count(*) from whereabouts.positions") == 0
