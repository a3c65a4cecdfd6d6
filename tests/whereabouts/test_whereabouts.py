"""Sharing one's place: who sees it, until when, and that nothing of it is left; agreeing on a place."""

from uuid import UUID, uuid4

import pytest

from shuke.chat import NewGroup, open_group, pair_with
from shuke.friends.actions import block
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.kit.jobs import OFTEN
from shuke.places.actions import write
from shuke.places.types import Row
from shuke.whereabouts import positions_of, stop
from tests.chat import talking
from tests.world import Client, Signed, problem

pytestmark = pytest.mark.row("7.3")
LONGITUDE = 24.9412345


async def _pair(database: Database) -> tuple[Signed, Signed, str]:
    async with database.write() as db:
        mia, otto = await talking.friends(db, "Mia", "Otto")
        there = await pair_with(db, mia.person_id, otto.person_id)
    return mia, otto, f"/api/v1/conversations/{there}"


async def _share(client: Client, person: Signed, there: str, minutes: int = 15) -> None:
    body = {"longitude": LONGITUDE, "latitude": 60.17, "minutes": minutes}
    assert (await client.post(f"{there}/positions", json=body, headers=person.headers)).status_code == 204


async def _kept(database: Database) -> list[str]:
    """Every table of the database in which the position stands, in any column."""
    async with database.read() as db:
        tables = await db.values(
            str,
            """
            select format('%I.%I', schemaname, tablename) from pg_tables
            where schemaname not in ('pg_catalog', 'information_schema') order by 1
            """,
        )
        connection = await db.connection()
        return [
            table
            for table in tables
            if await connection.fetchval(f"select exists (select from {table} t where position('24.94123' in t::text) > 0)")
        ]


async def test_it_is_told_until_its_time_and_no_table_keeps_it(client: Client, database: Database) -> None:
    mia, otto, there = await _pair(database)
    await _share(client, mia, there)
    (seen,) = (await client.get(f"{there}/positions", headers=otto.headers)).json()
    assert (seen["person_id"], seen["longitude"]) == (str(mia.person_id), LONGITUDE)
    assert await _kept(database) == ["whereabouts.positions"]
    moved = {"longitude": LONGITUDE, "latitude": 60.18}
    assert (await client.put(f"{there}/position", json=moved, headers=mia.headers)).status_code == 204
    assert [one["latitude"] for one in (await client.get(f"{there}/positions", headers=otto.headers)).json()] == [60.18]
    async with database.write() as db:  # a quarter of an hour later
        await db.run(
            """
            update whereabouts.positions set started_at = started_at - interval '15 minutes', until = until - interval '15 minutes'
            """
        )
    for person in (mia, otto):  # before any sweep
        assert (await client.get(f"{there}/positions", headers=person.headers)).json() == []
    assert problem(await client.put(f"{there}/position", json=moved, headers=mia.headers)) == (409, "not_sharing")
    job, seconds = OFTEN["whereabouts.sweep"]
    assert seconds <= 15
    async with database.write() as db:
        assert await job(db) == 1
    assert await _kept(database) == []


async def test_stopping_leaves_nothing(client: Client, database: Database) -> None:
    mia, otto, there = await _pair(database)
    await _share(client, mia, there, 0)
    (seen,) = (await client.get(f"{there}/positions", headers=otto.headers)).json()
    assert seen["until"] > seen["at"]
    assert (await client.delete(f"{there}/position", headers=mia.headers)).status_code == 204
    assert await _kept(database) == []
    said = (await client.get(f"{there}/messages", headers=otto.headers)).json()["messages"]
    assert [one["kind"] for one in said] == ["sharing"]


async def test_who_is_out_or_blocked_neither_sees_nor_is_seen(client: Client, database: Database) -> None:
    async with database.write() as db:
        mia, otto, ada = await talking.friends(db, "Mia", "Otto", "Ada")
        group = await open_group(db, NewGroup("group", "Lunch", ada.person_id, (mia.person_id, otto.person_id)))
    there = f"/api/v1/conversations/{group}"
    for person in (mia, otto):
        await _share(client, person, there)
    async with database.write() as db:
        await block(db, mia.person_id, otto.person_id)
    await drain(database)
    async with database.read() as db:
        assert [one.person_id for one in await positions_of(db, otto.person_id, group)] == [otto.person_id]
        assert len(await positions_of(db, ada.person_id, group)) == 2
    assert (await client.delete(f"{there}/members/{mia.person_id}", headers=mia.headers)).status_code == 204
    assert problem(await client.get(f"{there}/positions", headers=mia.headers)) == (404, "not_found")
    async with database.write() as db:
        assert [one.person_id for one in await positions_of(db, ada.person_id, group)] == [otto.person_id]
        await stop(db, otto.person_id, group)
    stranger = problem(await client.post(f"{there}/proposals", json={"place_id": str(uuid4())}, headers=mia.headers))
    assert stranger == (404, "not_found")


async def test_two_agree_on_a_place(client: Client, database: Database) -> None:
    mia, otto, there = await _pair(database)
    place = uuid4()
    async with database.write() as db:
        row = Row(
            place_id=place,
            merchant_id=None,
            name="Noodles",
            category="restaurant",
            zone="Europe/Helsinki",
            longitude=24.94,
            latitude=60.17,
            source="test",
            source_id="1",
        )
        await write(db, [row])
    body = {"place_id": str(place)}
    assert problem(await client.post(f"{there}/agreements", json=body, headers=otto.headers)) == (404, "not_found")
    for _turn in range(2):
        assert (await client.post(f"{there}/proposals", json=body, headers=mia.headers)).status_code == 204
        assert (await client.post(f"{there}/agreements", json=body, headers=otto.headers)).status_code == 204
    found = (await client.get(f"{there}/agreements", headers=mia.headers)).json()
    assert [(UUID(one["person_id"]), one["proposed"]) for one in found] == [(mia.person_id, True), (otto.person_id, False)]
    said = (await client.get(f"{there}/messages", headers=mia.headers)).json()["messages"]
    assert [(one["kind"], one["text"]) for one in said] == [("place", ""), ("notice", "agreed")]
    page = await client.get(f"{there.replace('/api/v1/conversations', '/chats')}/map", headers=mia.headers)
    assert f"/meetups/new?place={place}" in page.text
