"""Ways to become friends: by code, link and phone number; faces, badges, erasure and export."""

import re
from uuid import UUID

import pytest

from shuke.friends import actions, faces, own_face, queries, set_face
from shuke.friends.own import MOST_NUMBERS
from shuke.friends.reactions import forget
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.people import PersonErased
from shuke.people.actions import add_contact
from shuke.people.contacts import Contact
from tests import world
from tests.friends.test_relations import accept, ask, names, received, sent, two
from tests.world import Client, Signed, problem

pytestmark = pytest.mark.row("1.2")

NUMBERS = ("+8613800138000", "+8613900139000")


async def with_phones(database: Database) -> tuple[Signed, Signed]:
    mia, liu = await two(database)
    async with database.write() as db:
        for person, number in ((mia, NUMBERS[0]), (liu, NUMBERS[1])):
            await add_contact(db, person.person_id, Contact("phone", number))
    return mia, liu


async def allow(client: Client, person: Signed, *, findable: bool = True) -> None:
    body = {"findable_by_phone": findable}
    assert (await client.put("/api/v1/friends/settings", json=body, headers=person.headers)).status_code == 200


async def by_phone(client: Client, person: Signed, number: str) -> tuple[int, dict[str, object]]:
    answer = await client.post("/api/v1/friends/requests/by-phone", json={"phone": number}, headers=person.headers)
    return answer.status_code, answer.json()


async def test_a_number_reaches_only_who_allows_it_and_tells_nothing(client: Client, database: Database) -> None:
    mia, liu = await with_phones(database)
    assert (await by_phone(client, mia, NUMBERS[1]))[1]["name"] == "not_findable_yourself"
    await allow(client, mia)
    closed = await by_phone(client, mia, NUMBERS[1])
    nobody = await by_phone(client, mia, "+8613700137000")
    await drain(database)
    assert (closed[0], nobody[0]) == (202, 202)
    assert (await received(client, liu), await sent(client, mia)) == ([], [])
    await allow(client, liu)
    assert await by_phone(client, mia, NUMBERS[1]) == closed
    await drain(database)
    assert await received(client, liu) == ["Mia"]
    assert await sent(client, mia) == [], "the list of sent requests would tell whose number it is"
    relation = await client.get(f"/api/v1/friends/{liu.person_id}/relation", headers=mia.headers)
    assert relation.json()["standing"] == "none", "so would the person's page"
    assert await ask(client, mia, liu) == (201, "asked")
    assert await accept(client, liu, mia) == (201, "friends")
    await drain(database)


async def test_numbers_are_asked_slowly(client: Client, database: Database) -> None:
    mia, _liu = await with_phones(database)
    await allow(client, mia)
    for n in range(MOST_NUMBERS):
        assert (await by_phone(client, mia, f"+86137001370{n:02d}"))[0] == 202
    assert (await by_phone(client, mia, NUMBERS[1]))[0] == 429
    assert (await by_phone(client, mia, "mia@example.org"))[0] == 422


async def test_a_code_leads_to_its_person_until_it_is_renewed(client: Client, database: Database) -> None:
    mia, liu = await two(database)
    code = (await client.get("/api/v1/friends/code", headers=mia.headers)).json()
    assert code == (await client.get("/api/v1/friends/code", headers=mia.headers)).json()
    asked = await client.post("/api/v1/friends/requests", json={"code": code["code"].lower()}, headers=liu.headers)
    assert asked.json()["standing"] == "asked"
    requests = (await client.get("/api/v1/friends/requests", headers=mia.headers)).json()["received"]
    assert [request["via"] for request in requests] == ["code"]
    assert "Mia" in (await client.get(code["address"])).text, "also for who is not signed in"
    scanned = await client.post("/scan", data={"code": f"https://elsewhere.example{code['address']}"}, follow_redirects=False)
    assert (scanned.status_code, scanned.headers["location"]) == (303, code["address"])
    fresh = (await client.post("/api/v1/friends/code/renewal", headers=mia.headers)).json()
    assert fresh["code"] != code["code"]
    old = await client.post("/api/v1/friends/requests", json={"code": code["code"]}, headers=liu.headers)
    assert problem(old) == (404, "not_found")
    assert (await client.get(code["address"])).status_code == 404


async def test_who_is_blocked_finds_no_code(client: Client, database: Database) -> None:
    mia, liu = await two(database)
    code = (await client.get("/api/v1/friends/code", headers=mia.headers)).json()
    async with database.write() as db:
        await actions.block(db, mia.person_id, liu.person_id)
    page = await client.get(code["address"], headers=liu.headers)
    assert page.status_code == 404
    assert "Mia" not in page.text
    asked = await client.post("/api/v1/friends/requests", json={"code": code["code"]}, headers=liu.headers)
    assert problem(asked) == (404, "not_found")
    await drain(database)


async def test_pages_and_forms(client: Client, database: Database) -> None:
    mia, liu = await two(database)
    assert 'hx-get="/waiting"' not in (await client.get("/")).text
    code = (await client.get("/api/v1/friends/code", headers=liu.headers)).json()
    client.cookies.set("shuke_session", mia.token)

    async def post(path: str, **form: str | list[str]) -> str:
        found = re.search(r'name="csrf" content="(\w+)"', (await client.get("/friends/add")).text)
        assert found is not None
        answer = await client.post(path, data={**form, "csrf": found[1]}, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        return answer.text

    assert 'hx-get="/waiting"' in (await client.get("/friends")).text
    assert "/friends/code" in (await client.get("/friends")).text
    assert code["code"] not in (await client.get("/friends/code")).text
    assert "Your request waits" in await post(code["address"])
    assert "Liu" in (await client.get("/friends")).text
    assert "taken back" in await post(f"/friends/{liu.person_id}/withdraw")
    async with database.write() as db:
        await actions.ask(db, liu.person_id, mia.person_id)
    assert ">1<" in (await client.get("/waiting")).text
    await post(f"/friends/{liu.person_id}/accept", next="/friends")
    assert ">1<" not in (await client.get("/waiting")).text
    await post("/friends/groups", name="Yoga")
    async with database.read() as db:
        group = await db.value(UUID, "select group_id from friends.groups where person_id = :person", person=mia.person_id)
    assert "Liu" in (await client.get(f"/friends/groups/{group}")).text
    await post(f"/friends/groups/{group}", name="Yoga people", members=[str(liu.person_id), "nonsense"])
    assert "Yoga people" in (await client.get("/friends")).text
    assert "checked" in (await client.get(f"/friends/{liu.person_id}")).text
    assert "Liu" in (await client.get(f"/friends?group={group}")).text
    assert "Nobody" not in await post(f"/friends/{liu.person_id}/block")
    assert (await client.get(f"/friends/{liu.person_id}")).status_code == 404
    assert "lifted" in await post(f"/friends/{liu.person_id}/unblock")
    await post(f"/friends/groups/{group}/remove")
    await drain(database)


async def test_faces_show_the_remark_first(database: Database) -> None:
    async with database.write() as db:
        mia, liu, nobody = await world.person(db, "Mia"), await world.person(db, "Liu"), await world.person(db, "")
        await actions.ask(db, mia, liu)
        await actions.ask(db, liu, mia)
        await db.run("update friends.friends set remark = 'Xiao Liu' where person_id = :mia", mia=mia)
        shown = await faces(db, mia, [liu, nobody, mia])
        assert [shown[person].name for person in (liu, nobody, mia)] == ["Xiao Liu", "Somebody", "Mia"]
        assert (await faces(db, None, [liu]))[liu].name == "Liu"
        assert (await set_face(db, liu, " I cook\0 ", None)).about == "I cook"
        assert await queries.about(db, liu) == "I cook"


async def test_erasing_leaves_nothing_on_either_side(client: Client, database: Database) -> None:
    mia, liu = await two(database)
    await ask(client, mia, liu)
    await accept(client, liu, mia)
    async with database.write() as db:
        other = await world.person(db)
        await actions.ask(db, mia.person_id, other)
        await actions.block(db, other, liu.person_id)
        await set_face(db, mia.person_id, "Hello", None)
    await client.get("/api/v1/friends/code", headers=mia.headers)
    draft = {"name": "Yoga", "members": [str(mia.person_id)]}
    assert (await client.post("/api/v1/friends/groups", json=draft, headers=liu.headers)).status_code == 201
    held = (await client.get("/api/v1/me/export", headers=mia.headers)).json()["held"]
    assert held["friends.friends"][0]["friend_id"] == str(liu.person_id)
    assert held["friends.requests"][0]["incoming"] is False
    assert held["friends.faces"][0]["about"] == "Hello"
    await drain(database)
    async with database.write() as db:
        await db.run("update people.people set erased_at = now(), name = '' where person_id = :mia", mia=mia.person_id)
        await forget(db, PersonErased(mia.person_id))
        left = await db.value(
            int,
            """
            select (select count(*) from friends.friends) + (select count(*) from friends.requests)
              + (select count(*) from friends.group_members) + (select count(*) from friends.faces)
              + (select count(*) from friends.codes where person_id = :mia)
              + (select count(*) from friends.pairs where :mia in (person_id, other_id))
            """,
            mia=mia.person_id,
        )
        assert left == 0
        assert (await own_face(db, mia.person_id)).about == ""
        assert (await faces(db, liu.person_id, [mia.person_id]))[mia.person_id].name == "Somebody"
    assert await names(client, liu) == []
