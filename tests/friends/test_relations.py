"""Asking, accepting, refusing, removing, blocking: both sides always agree, and a refusal is told to nobody."""

from datetime import timedelta
from uuid import uuid4

import pytest

from shuke.friends import actions, faces, friend_ids, hidden_from, queries
from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from tests import world
from tests.world import Client, Signed, problem

pytestmark = pytest.mark.row("1.2")


async def two(database: Database) -> tuple[Signed, Signed]:
    async with database.write() as db:
        return await world.signed_in(db, "Mia"), await world.signed_in(db, "Liu")


async def ask(client: Client, one: Signed, other: Signed) -> tuple[int, str]:
    answer = await client.post("/api/v1/friends/requests", json={"person_id": str(other.person_id)}, headers=one.headers)
    return answer.status_code, answer.json().get("standing") or answer.json().get("name")


async def accept(client: Client, one: Signed, other: Signed) -> tuple[int, str]:
    answer = await client.post(f"/api/v1/friends/requests/{other.person_id}/acceptance", headers=one.headers)
    return answer.status_code, answer.json().get("standing") or answer.json().get("name")


async def refuse(client: Client, one: Signed, other: Signed) -> int:
    return (await client.post(f"/api/v1/friends/requests/{other.person_id}/refusal", headers=one.headers)).status_code


async def block(client: Client, one: Signed, other: Signed) -> int:
    body = {"person_id": str(other.person_id)}
    return (await client.post("/api/v1/friends/blocks", json=body, headers=one.headers)).status_code


async def received(client: Client, one: Signed) -> list[str]:
    return [r["name"] for r in (await client.get("/api/v1/friends/requests", headers=one.headers)).json()["received"]]


async def sent(client: Client, one: Signed) -> list[str]:
    return [r["name"] for r in (await client.get("/api/v1/friends/requests", headers=one.headers)).json()["sent"]]


async def names(client: Client, one: Signed) -> list[str]:
    return [f["name"] for f in (await client.get("/api/v1/friends", headers=one.headers)).json()["friends"]]


async def waiting(client: Client, one: Signed) -> int:
    return int((await client.get("/api/v1/friends/waiting", headers=one.headers)).json()["counts"]["friends"])


async def test_asked_and_accepted(client: Client, database: Database) -> None:
    mia, liu = await two(database)
    assert await ask(client, mia, liu) == (201, "asked")
    assert await ask(client, mia, liu) == (201, "asked")
    assert (await received(client, liu), await sent(client, mia), await waiting(client, liu)) == (["Mia"], ["Liu"], 1)
    assert await accept(client, mia, liu) == (404, "no_request")
    assert await accept(client, liu, mia) == (201, "friends")
    assert await accept(client, liu, mia) == (201, "friends")
    assert (await names(client, mia), await names(client, liu)) == (["Liu"], ["Mia"])
    assert (await received(client, liu), await sent(client, mia), await waiting(client, liu)) == ([], [], 0)
    assert await ask(client, liu, mia) == (201, "friends")
    await drain(database)
    gone = await client.delete(f"/api/v1/friends/{mia.person_id}", headers=liu.headers)
    assert gone.status_code == 204
    assert (await names(client, mia), await names(client, liu)) == ([], [])
    assert problem(await client.delete(f"/api/v1/friends/{mia.person_id}", headers=liu.headers)) == (404, "not_found")
    await drain(database)


async def test_who_asks_each_other_are_friends(client: Client, database: Database) -> None:
    mia, liu = await two(database)
    await ask(client, mia, liu)
    assert await ask(client, liu, mia) == (201, "friends")
    assert await names(client, mia) == ["Liu"]


async def test_a_refusal_is_told_to_nobody_and_lasts_a_while(client: Client, database: Database) -> None:
    mia, liu = await two(database)
    await ask(client, mia, liu)
    assert await refuse(client, liu, mia) == 204
    assert (await received(client, liu), await sent(client, mia), await waiting(client, liu)) == ([], ["Liu"], 0)
    assert await ask(client, mia, liu) == (201, "asked")
    assert (await client.delete(f"/api/v1/friends/requests/{liu.person_id}", headers=mia.headers)).status_code == 204
    assert await ask(client, mia, liu) == (201, "asked")
    assert (await received(client, liu), await sent(client, mia)) == ([], ["Liu"])
    with clock.at(clock.now() + timedelta(days=31)):
        async with database.write() as db:
            await actions.ask(db, mia.person_id, liu.person_id)
    assert await received(client, liu) == ["Mia"]
    assert await refuse(client, liu, mia) == 204
    with clock.at(clock.now() + timedelta(days=70)):
        async with database.write() as db:
            assert await actions.sweep(db) == 1
            await actions.ask(db, mia.person_id, liu.person_id)
    assert await received(client, liu) == ["Mia"]


async def test_who_refused_may_ask_herself(client: Client, database: Database) -> None:
    mia, liu = await two(database)
    await ask(client, mia, liu)
    await refuse(client, liu, mia)
    assert (await client.delete(f"/api/v1/friends/requests/{liu.person_id}", headers=mia.headers)).status_code == 204
    assert await ask(client, liu, mia) == (201, "asked"), "Mia took hers back: Liu's is a new one"
    assert await received(client, mia) == ["Liu"]
    assert await accept(client, mia, liu) == (201, "friends")


async def test_blocked_people_do_not_exist_for_each_other(client: Client, database: Database) -> None:
    mia, liu = await two(database)
    await ask(client, mia, liu)
    await accept(client, liu, mia)
    assert await block(client, mia, liu) == 204
    assert await block(client, mia, liu) == 204
    assert (await names(client, mia), await names(client, liu)) == ([], [])
    assert await ask(client, liu, mia) == (404, "not_found")
    assert await ask(client, mia, liu) == (409, "you_block_her")
    relation = await client.get(f"/api/v1/friends/{mia.person_id}/relation", headers=liu.headers)
    assert problem(relation) == problem(await client.get(f"/api/v1/friends/{uuid4()}/relation", headers=liu.headers))
    async with database.read() as db:
        assert await hidden_from(db, liu.person_id, [mia.person_id]) == {mia.person_id}
        assert await hidden_from(db, mia.person_id, [liu.person_id]) == {liu.person_id}
        assert (await faces(db, liu.person_id, [mia.person_id]))[mia.person_id].name == "Somebody"
    assert await block(client, liu, mia) == 204
    blocks = await client.get("/api/v1/friends/blocks", headers=mia.headers)
    assert [one["name"] for one in blocks.json()] == ["Liu"]
    lifted = await client.delete(f"/api/v1/friends/blocks/{liu.person_id}", headers=mia.headers)
    assert lifted.status_code == 204
    assert await ask(client, mia, liu) == (404, "not_found"), "Liu still blocks"
    await client.delete(f"/api/v1/friends/blocks/{mia.person_id}", headers=liu.headers)
    assert await ask(client, mia, liu) == (201, "asked")
    await drain(database)


async def test_nobody_asks_herself_or_who_is_not_there(client: Client, database: Database) -> None:
    mia, _liu = await two(database)
    assert await ask(client, mia, mia) == (409, "yourself")
    assert await ask(client, mia, Signed(uuid4(), "")) == (404, "not_found")
    assert await block(client, mia, Signed(uuid4(), "")) == 404
    assert await block(client, mia, mia) == 409
    assert problem(await client.post("/api/v1/friends/requests", json={}, headers=mia.headers)) == (404, "not_found")


async def test_open_requests_are_limited(client: Client, database: Database) -> None:
    async with database.write() as db:
        mia = await world.signed_in(db)
        others = [await world.person(db, f"P{n}") for n in range(actions.MOST_OPEN + 1)]
        for other in others[:-1]:
            await actions.ask(db, mia.person_id, other)
    body = {"person_id": str(others[-1])}
    assert problem(await client.post("/api/v1/friends/requests", json=body, headers=mia.headers)) == (409, "too_many_open")


async def test_remarks_and_groups_are_one_s_own(client: Client, database: Database) -> None:
    mia, liu = await two(database)
    await ask(client, mia, liu)
    await accept(client, liu, mia)
    path = f"/api/v1/friends/{liu.person_id}"
    assert (await client.put(path, json={"remark": " Liu from\nyoga "}, headers=mia.headers)).json()[
        "remark"
    ] == "Liu from yoga"
    assert await names(client, mia) == ["Liu from yoga"]
    assert (await client.get("/api/v1/friends?text=YOGA", headers=mia.headers)).json()["friends"][0]["own_name"] == "Liu"
    assert (await client.get("/api/v1/friends?text=nobody", headers=mia.headers)).json()["friends"] == []
    draft = {"name": "Yoga", "members": [str(liu.person_id), str(uuid4())]}
    made = (await client.post("/api/v1/friends/groups", json=draft, headers=mia.headers | {"idempotency-key": "g"})).json()
    again = (await client.post("/api/v1/friends/groups", json=draft, headers=mia.headers | {"idempotency-key": "g"})).json()
    assert made == again
    assert made["members"] == [str(liu.person_id)]
    assert problem(await client.post("/api/v1/friends/groups", json=draft, headers=mia.headers)) == (409, "group_there")
    found = await client.get(f"/api/v1/friends?group={made['group_id']}", headers=mia.headers)
    assert [friend["name"] for friend in found.json()["friends"]] == ["Liu from yoga"]
    changed = await client.put(f"/api/v1/friends/groups/{made['group_id']}", json={"name": "Gym"}, headers=mia.headers)
    assert (changed.json()["name"], changed.json()["members"]) == ("Gym", [])
    foreign = await client.delete(f"/api/v1/friends/groups/{made['group_id']}", headers=liu.headers)
    assert problem(foreign) == (404, "not_found")
    assert (await client.delete(f"/api/v1/friends/groups/{made['group_id']}", headers=mia.headers)).status_code == 204
    assert (await client.get("/api/v1/friends/groups", headers=mia.headers)).json() == []


async def test_a_long_list_comes_in_pages_by_name(client: Client, database: Database) -> None:
    async with database.write() as db:
        mia = await world.signed_in(db)
        for n in range(queries.PAGE + 5):
            other = await world.person(db, f"Friend {n % 60:03d}")
            await actions.ask(db, other, mia.person_id)
            await actions.accept(db, mia.person_id, other)
        assert len(await friend_ids(db, mia.person_id)) == queries.PAGE + 5
    first = (await client.get("/api/v1/friends", headers=mia.headers)).json()
    second = (await client.get(f"/api/v1/friends?after={first['next']}", headers=mia.headers)).json()
    both = [friend["person_id"] for friend in first["friends"] + second["friends"]]
    assert len(set(both)) == queries.PAGE + 5
    shown = [friend["name"] for friend in first["friends"] + second["friends"]]
    assert (shown, second["next"]) == (sorted(shown), None)
