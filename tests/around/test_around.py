"""People near me: who wants, for a while, roughly; gone at once, and not there for whom one blocked."""

from datetime import timedelta

import pytest

from shuke.around import actions
from shuke.friends import actions as friends
from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from tests import world
from tests.world import Client, Signed, problem

pytestmark = pytest.mark.row("7.7")

HELSINKI = {"longitude": 24.9414, "latitude": 60.1719}


async def people(database: Database, *names: str) -> list[Signed]:
    async with database.write() as db:
        return [await world.signed_in(db, name) for name in names]


async def put(client: Client, person: Signed, **moved: float) -> tuple[int, list[str]]:
    answer = await client.put("/api/v1/around/position", json=HELSINKI | moved, headers=person.headers)
    return answer.status_code, [one["name"] for one in answer.json().get("people", [])]


async def seen(client: Client, person: Signed) -> list[str]:
    answer = await client.get("/api/v1/around", headers=person.headers)
    assert answer.status_code == 200, answer.text
    return sorted(one["name"] for one in answer.json()["people"])


async def test_who_shows_herself_sees_who_else_does(client: Client, database: Database) -> None:
    mia, liu, far = await people(database, "Mia", "Liu", "Far")
    assert problem(await client.get("/api/v1/around", headers=mia.headers)) == (409, "not_shown")
    assert await put(client, mia) == (200, [])
    assert await put(client, far, latitude=61.5) == (200, [])
    assert await put(client, liu) == (200, ["Mia"])
    assert (await seen(client, mia), await seen(client, far)) == (["Liu"], [])
    shown = (await client.get("/api/v1/around", headers=mia.headers)).json()["people"][0]
    assert set(shown) == {"person_id", "name", "photo", "friend", "within"}
    assert shown["within"] in (2000, 5000)
    gone = await client.delete("/api/v1/around/position", headers=liu.headers)
    assert gone.status_code == 204
    assert await seen(client, mia) == []
    async with database.read() as db:
        assert await db.value(int, "select count(*) from around.shown where person_id = :liu", liu=liu.person_id) == 0
        assert await db.value(int, "select count(*) from around.looking where person_id = :liu", liu=liu.person_id) == 0


async def test_moving_leaves_one_row(client: Client, database: Database) -> None:
    [mia] = await people(database, "Mia")
    for latitude in (60.17, 61.5, 45.0):
        assert (await put(client, mia, latitude=latitude))[0] == 200
    async with database.read() as db:
        assert await db.value(int, "select count(*) from around.shown") == 1


async def test_it_ends_after_two_hours(client: Client, database: Database) -> None:
    mia, liu = await people(database, "Mia", "Liu")
    await put(client, mia)
    with clock.at(clock.now() + timedelta(hours=2, minutes=1)):
        assert await put(client, liu) == (200, [])
        async with database.write() as db:
            assert await actions.sweep(db) == 2
    async with database.read() as db:
        assert await db.value(int, "select count(*) from around.looking") == 1


async def test_nothing_of_the_position_itself_is_kept(client: Client, database: Database) -> None:
    [mia] = await people(database, "Mia")
    rows = set()
    for n in range(3):  # within one square
        await put(client, mia, longitude=24.9414 + n * 1e-5)
        async with database.read() as db:
            rows.add(
                await db.value(
                    str,
                    "select format('%s %s %s', longitude, latitude, spot) from around.looking join around.shown using (cell, person_id)",
                )
            )
    assert len(rows) == 1


async def test_blocked_people_are_not_near(client: Client, database: Database) -> None:
    mia, liu = await people(database, "Mia", "Liu")
    await put(client, mia)
    await put(client, liu)
    async with database.write() as db:
        await friends.block(db, mia.person_id, liu.person_id)
    assert (await seen(client, mia), await seen(client, liu)) == ([], [])
    await drain(database)


async def test_moving_oneself_is_limited(client: Client, database: Database) -> None:
    [mia] = await people(database, "Mia")
    for n in range(actions.MOVES_AN_HOUR):
        assert (await put(client, mia, latitude=60 + n / 100))[0] == 200
    assert (await put(client, mia, latitude=59.0))[0] == 429
    assert (await put(client, mia, latitude=60 + (actions.MOVES_AN_HOUR - 1) / 100))[0] == 200, "where she is already"
    assert (await put(client, mia, latitude=89.0))[0] == 422


async def test_the_page_and_the_export(client: Client, database: Database) -> None:
    mia, liu = await people(database, "Mia", "Liu")
    await put(client, liu)
    client.cookies.set("shuke_session", mia.token)
    assert "Show me for two hours" in (await client.get("/around")).text
    await put(client, mia)
    assert "Liu" in (await client.get("/around")).text
    held = (await client.get("/api/v1/me/export")).json()["held"]
    assert (len(held["around.looking"]), "secret" in held["around.secrets"][0]) == (1, False)
