"""Conversations over HTTP: who may do what, what each sees, and what is left when somebody goes."""

import asyncio
from uuid import UUID

import pytest

from shuke.chat import pair_id, unread
from shuke.friends.actions import block, remove
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.kit.events import record
from shuke.moderation import MODERATED
from shuke.people import PersonErased
from tests.chat import talking
from tests.world import Client, Signed, problem

pytestmark = pytest.mark.row("7.3")
HERE = "/api/v1/conversations"


async def _start(client: Client, person: Signed, *people: Signed, title: str = "") -> str:
    body = {"people": [str(one.person_id) for one in people], "title": title}
    answer = await client.post(HERE, json=body, headers=person.headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["conversation_id"])


async def _say(client: Client, person: Signed, there: str, text: str, key: str = "") -> int:
    headers = {**person.headers, **({"idempotency-key": key} if key else {})}
    answer = await client.post(f"{HERE}/{there}/messages", json={"text": text}, headers=headers)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["number"])


async def _texts(client: Client, person: Signed, there: str, query: str = "") -> list[str]:
    answer = await client.get(f"{HERE}/{there}/messages{query}", headers=person.headers)
    assert answer.status_code == 200, answer.text
    return [one["text"] for one in answer.json()["messages"]]


@pytest.mark.race
async def test_both_open_the_pair_at_once(client: Client, database: Database) -> None:
    async with database.write() as db:
        mia, otto = await talking.friends(db, "Mia", "Otto")
    both = await asyncio.gather(*(_start(client, *((mia, otto) if turn % 2 else (otto, mia))) for turn in range(8)))
    assert set(both) == {str(pair_id(mia.person_id, otto.person_id))}


async def test_a_pair_is_for_friends_who_let_each_other(client: Client, database: Database) -> None:
    async with database.write() as db:
        mia, otto = await talking.friends(db, "Mia", "Otto")
        (stranger,) = await talking.friends(db, "Eve")
    body = {"people": [str(stranger.person_id)]}
    assert problem(await client.post(HERE, json=body, headers=mia.headers)) == (409, "not_friends")
    there = await _start(client, mia, otto)
    assert await _say(client, mia, there, "Hi", "k") == await _say(client, mia, there, "Hi again", "k") == 1
    assert problem(await client.get(f"{HERE}/{there}", headers=stranger.headers)) == (404, "not_found")
    assert problem(await client.post(f"{HERE}/{there}/messages", json={"text": "?"}, headers=stranger.headers)) == (
        404,
        "not_found",
    )
    async with database.write() as db:
        await remove(db, mia.person_id, otto.person_id)
    assert problem(await client.post(f"{HERE}/{there}/messages", json={"text": "?"}, headers=otto.headers)) == (
        409,
        "not_friends",
    )
    assert await _texts(client, otto, there) == ["Hi"]
    async with database.write() as db:
        await block(db, mia.person_id, otto.person_id)
    for person in (mia, otto):
        assert problem(await client.get(f"{HERE}/{there}/messages", headers=person.headers)) == (404, "not_found")
        assert problem(await client.post(f"{HERE}/{there}/messages", json={"text": "?"}, headers=person.headers)) == (
            404,
            "not_found",
        )
        assert (await client.get(HERE, headers=person.headers)).json()["conversations"] == []


async def test_a_group_from_founding_to_leaving(client: Client, database: Database) -> None:
    async with database.write() as db:
        mia, otto, ada, eve = await talking.friends(db, "Mia", "Otto", "Ada", "Eve")
    there = await _start(client, mia, otto, ada, title="Lunch")
    await _say(client, mia, there, "Before Eve")
    people = f"{HERE}/{there}/members"
    body = {"people": [str(eve.person_id)]}
    assert (await client.post(people, json=body, headers=otto.headers)).status_code == 204
    assert (await client.post(people, json=body, headers=otto.headers)).status_code == 204
    assert await _texts(client, eve, there) == ["joined"]
    assert await _texts(client, ada, there) == ["opened", "Before Eve", "joined"]
    async with database.write() as db:
        await block(db, ada.person_id, otto.person_id)
    await _say(client, otto, there, "Otto here")
    assert (await _texts(client, ada, there))[-1] == "joined"
    assert (await _texts(client, eve, there))[-1] == "Otto here"
    assert str(otto.person_id) not in (await client.get(people, headers=ada.headers)).text
    assert problem(await client.put(f"{HERE}/{there}/title", json={"title": "X"}, headers=otto.headers)) == (403, "not_allowed")
    assert problem(await client.delete(f"{people}/{ada.person_id}", headers=otto.headers)) == (403, "not_allowed")
    assert (await client.delete(f"{people}/{otto.person_id}", headers=mia.headers)).status_code == 204
    assert problem(await client.get(f"{HERE}/{there}", headers=otto.headers)) == (404, "not_found")
    assert (await client.delete(f"{people}/{mia.person_id}", headers=mia.headers)).status_code == 204
    assert (await client.put(f"{HERE}/{there}/title", json={"title": "Dinner"}, headers=ada.headers)).status_code == 204
    found = (await client.get(f"{HERE}/{there}", headers=ada.headers)).json()
    assert (found["title"], found["members"], found["role"]) == ("Dinner", 2, "founder")


async def test_what_waits_and_what_was_read(client: Client, database: Database) -> None:
    async with database.write() as db:
        mia, otto = await talking.friends(db, "Mia", "Otto")
    there = await _start(client, mia, otto)
    for text in ("1", "2", "3"):
        await _say(client, mia, there, text)
    (line,) = (await client.get(HERE, headers=otto.headers)).json()["conversations"]
    assert (line["unread"], line["last"]["text"]) == (3, "3")
    assert (await client.put(f"{HERE}/{there}/reading", json={"number": 2}, headers=otto.headers)).status_code == 204
    async with database.read() as db:
        assert await unread(db, otto.person_id) == 1
    assert (await client.put(f"{HERE}/{there}/muting", json={"muted": True}, headers=otto.headers)).status_code == 204
    async with database.read() as db:
        assert await unread(db, otto.person_id) == 0
    reads = (await client.get(f"{HERE}/{there}/messages?after=1", headers=mia.headers)).json()
    assert [one["number"] for one in reads["messages"]] == [2, 3]
    assert {one["person_id"]: one["number"] for one in reads["reads"]} == {str(mia.person_id): 3, str(otto.person_id): 2}
    assert await _texts(client, mia, there, "?before=3") == ["1", "2"]


async def test_taken_back_hidden_and_erased(client: Client, database: Database) -> None:
    async with database.write() as db:
        mia, otto = await talking.friends(db, "Mia", "Otto")
    there = await _start(client, mia, otto)
    for text in ("oops", "rude"):
        await _say(client, mia, there, text)
    await _say(client, otto, there, "fine")
    assert problem(await client.delete(f"{HERE}/{there}/messages/1", headers=otto.headers)) == (404, "not_found")
    assert (await client.delete(f"{HERE}/{there}/messages/1", headers=mia.headers)).status_code == 204
    async with database.write() as db:
        message = await db.value(UUID, "select message_id from chat.messages where number = 2")
        assert message is not None
        shown = await MODERATED["message"].shown(db, UUID(there), message)
        assert shown is not None
        assert shown.text == "rude"
        await MODERATED["message"].hide(db, UUID(there), message, hidden=True)
    assert await _texts(client, otto, there) == ["", "", "fine"]
    assert await _texts(client, mia, there) == ["", "rude", "fine"]
    async with database.write() as db:
        await record(db, PersonErased(mia.person_id))
    await drain(database)
    assert await _texts(client, otto, there) == ["fine"]
    async with database.read() as db:
        assert await db.value(int, "select count(*) from chat.messages where person_id = :p", p=mia.person_id) == 0
