"""Friends stand as telephones sort them, page by page and letter by letter, by the name that I gave them."""

import re
from uuid import UUID

import pytest

from shuke.friends import queries
from shuke.friends.own import set_remark
from shuke.kit.db import Database
from tests import world
from tests.feed.circle import befriend
from tests.world import Client, Signed

pytestmark = pytest.mark.row("1.2")


async def known(database: Database, *names: str) -> tuple[Signed, dict[str, UUID]]:
    """Somebody with friends of these names."""
    async with database.write() as db:
        mia = await world.signed_in(db)
        friends = {name: await world.person(db, name) for name in names}
        for friend in friends.values():
            await befriend(db, mia.person_id, friend)
    return mia, friends


async def test_chinese_and_latin_names_in_one_order(
    client: Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    mia, friends = await known(database, "Zoë", "张三", "anna", "李娜", "Иван", "Bo", "王五")
    async with database.write() as db:
        await set_remark(db, mia.person_id, friends["王五"], "阿五")
    monkeypatch.setattr(queries, "PAGE", 3)
    path, seen, after = "/api/v1/friends", [], ""
    while True:
        page = (await client.get(path, params={"after": after} if after else {}, headers=mia.headers)).json()
        assert page["letters"] == ["A", "B", "L", "Z", "#"]
        seen += [(one["letter"], one["name"]) for one in page["friends"]]
        if not page["next"]:
            break
        after = page["next"]
    assert seen == [("A", "阿五"), ("A", "anna"), ("B", "Bo"), ("L", "李娜"), ("Z", "张三"), ("Z", "Zoë"), ("#", "Иван")]
    later = (await client.get(path, params={"letter": "L"}, headers=mia.headers)).json()
    assert [one["name"] for one in later["friends"]] == ["李娜", "张三", "Zoë"]
    found = (await client.get(path, params={"text": "王"}, headers=mia.headers)).json()
    assert [one["name"] for one in found["friends"]] == ["阿五"]


async def test_the_page_has_a_heading_and_a_way_for_each_letter(client: Client, database: Database) -> None:
    mia, friends = await known(database, "Zoë", "张三", "anna", "李娜", "Иван", "Bo", "Cai", "Dan")
    page = (await client.get("/friends", headers=mia.headers)).text
    assert re.findall(r'<h2 [^>]*id="letter-(\w+)"', page) == ["A", "B", "C", "D", "L", "Z", "other"]
    assert 'href="#letter-L"' in page
    later = (await client.get("/friends?letter=L", headers=mia.headers)).text
    assert re.findall(r'<h2 [^>]*id="letter-(\w+)"', later) == ["L", "Z", "other"]
    assert 'href="/friends?letter=A#letter-A"' in later
    group = (
        await client.post(
            "/api/v1/friends/groups",
            json={"name": "Club", "members": [str(one) for one in friends.values()]},
            headers=mia.headers,
        )
    ).json()
    picked = (await client.get(f"/friends/groups/{group['group_id']}", headers=mia.headers)).text
    assert picked.index("anna") < picked.index("李娜") < picked.index("张三") < picked.index("Zoë") < picked.index("Иван")
