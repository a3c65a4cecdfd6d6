"""Meetups near a position: the nearest first, page by page."""

import re

import pytest

from shuke.kit.db import Database
from shuke.meetups import lists, propose
from tests.meetups.gathering import HERE, dinner, people, places
from tests.world import Client, problem

pytestmark = pytest.mark.row("7.5")


async def test_near_me_the_nearest_come_first(client: Client, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "PAGE", 2)
    mia, *hosts = await people(database, 6)
    async with database.write() as db:
        venues = await places(db, 6)
        proposed = [("Far", venues[5:]), ("Near", venues[:1]), ("Vote", [venues[4], venues[1]]), ("Middle", venues[3:4])]
        for host, (title, chosen) in zip(hosts[1:], proposed, strict=True):
            await propose(db, host.person_id, dinner(chosen, title=title))
        await propose(db, hosts[0].person_id, dinner([venues[2]], title="Friends", audience="friends"))
    seen, cursor = [], ""
    while True:
        asked = {"listed": "near", "longitude": str(HERE[0]), "latitude": str(HERE[1])} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/api/v1/meetups", params=asked, headers=mia.headers)).json()
        seen += [(one["title"], one["metres"]) for one in page["meetups"]]
        if not page["next"]:
            break
        cursor = page["next"]
    assert [title for title, _metres in seen] == ["Near", "Vote", "Middle", "Far"]
    assert seen[0][1] == 0
    assert 50 < seen[1][1] < 60
    shown = (
        await client.get("/meetups", params={"listed": "near", "longitude": HERE[0], "latitude": HERE[1]}, headers=mia.headers)
    ).text
    assert re.findall(r">(\d+)\sm<", shown) == ["10", "60"]
    wrong = {"listed": "near", "longitude": str(HERE[0]), "latitude": str(HERE[1]), "cursor": "x"}
    assert problem(await client.get("/api/v1/meetups", params=wrong, headers=mia.headers)) == (422, "cursor_unreadable")
