"""Once one blocks the other, neither stands on any list or page of the other: every address that needs no id is looked at."""

from datetime import timedelta

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from shuke.friends import actions
from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from tests import world
from tests.world import Client, Signed

pytestmark = [pytest.mark.row("1.2"), pytest.mark.slow]

STREAMS = ("/live", "/feed/live")
OWN = ("/api/v1/me/export", "/api/v1/friends/blocks", "/friends/blocked")  # what she did herself, the block among it
NAMES = {"one": "Aurelia Zweig", "other": "Bartholomew Quist"}


def plain_addresses(application: Litestar) -> list[str]:
    """Every GET without an id in it."""
    return sorted(
        {
            route.path
            for route in application.routes
            if isinstance(route, HTTPRoute) and "{" not in route.path
            for handler in route.route_handlers
            if "GET" in handler.http_methods
        }
        - set(STREAMS)
        - set(OWN)
    )


async def live_a_little(client: Client, one: Signed, other: Signed) -> list[str]:
    """Both do what others may see, with each other and alone; the addresses of what the other made."""
    found = []
    soon = clock.now() + timedelta(days=2)
    for person, friend in ((one, other), (other, one)):
        made = await client.post("/api/v1/posts", json={"words": "Hello", "audience": "everyone"}, headers=person.headers)
        assert made.status_code == 201, made.text
        found.append(f"/posts/{person.person_id}/{made.json()['post_id']}")
        tribe = {"name": f"Tribe of {person.person_id.hex[-12:]}", "interest": "food", "longitude": 24.9, "latitude": 60.2}
        assert (await client.post("/api/v1/tribes", json=tribe, headers=person.headers)).status_code == 201
        meetup = {
            "kind": "meal",
            "title": "Dinner",
            "starts_at": soon.isoformat(),
            "ends_at": (soon + timedelta(hours=2)).isoformat(),
            "audience": "everyone",
            "spot": "At the harbour",
        }
        proposed = await client.post("/api/v1/meetups", json=meetup, headers=person.headers)
        assert proposed.status_code == 201, proposed.text
        here = {"longitude": 24.94, "latitude": 60.17}
        assert (await client.put("/api/v1/around/position", json=here, headers=person.headers)).status_code == 200
        talk = await client.post("/api/v1/conversations", json={"people": [str(friend.person_id)]}, headers=person.headers)
        assert talk.status_code == 201, talk.text
        found += [f"/api/v1/people/{person.person_id}{path}" for path in ("", "/posts")]
        found += [f"/people/{person.person_id}", f"/friends/{person.person_id}"]
    return found


async def test_no_list_and_no_page_shows_who_is_hidden(client: Client, database: Database, application: Litestar) -> None:
    async with database.write() as db:
        one, other = await world.signed_in(db, NAMES["one"]), await world.signed_in(db, NAMES["other"])
        await actions.ask(db, one.person_id, other.person_id)
        await actions.ask(db, other.person_id, one.person_id)
    pages = await live_a_little(client, one, other)
    await drain(database)
    seen = [await looked(client, address, one) for address in plain_addresses(application)]
    assert sum(NAMES["other"] in text for text in seen) >= 4, "before the block she is there"
    async with database.write() as db:
        await actions.block(db, one.person_id, other.person_id)
    await drain(database)
    told = []
    for viewer, hidden, name in ((one, other, NAMES["other"]), (other, one, NAMES["one"])):
        for address in plain_addresses(application):
            text = await looked(client, address, viewer)
            if name in text or str(hidden.person_id) in text:
                told.append(address)
        for address in pages:
            if str(hidden.person_id) in address:
                answer = await client.get(address, headers=viewer.headers, follow_redirects=False)
                if answer.status_code != 404 or name in answer.text:
                    told.append(f"{answer.status_code} {address}")
    assert told == []


async def looked(client: Client, address: str, viewer: Signed) -> str:
    answer = await client.get(address, headers=viewer.headers, follow_redirects=False)
    assert answer.status_code < 500, (address, answer.text)
    return answer.text
