"""Posts on a person's page: as far as the viewer may see them, page after page, none twice."""

import re

import pytest

from shuke.feed import NewPost, publish
from shuke.friends import Audience
from shuke.friends.actions import block
from shuke.kit.db import Database
from tests.feed.circle import path, trio
from tests.feed.circle import post as write
from tests.world import Client, Signed

pytestmark = pytest.mark.row("1.3")
WORDS = re.compile(r'whitespace-pre-line break-words">([^<]+)<')
AUDIENCES: tuple[Audience, ...] = ("everyone", "friends", "me")


async def walked(client: Client, viewer: Signed, person: Signed) -> list[list[str]]:
    """The words of her posts as the viewer reads on, page by page."""
    pages, address = [], f"/people/{person.person_id}"
    while True:
        answer = await client.get(address, headers=viewer.headers)
        assert answer.status_code == 200, answer.text
        pages.append(WORDS.findall(answer.text))
        older = re.search(r'id="older" href="([^"]+)"', answer.text)
        if older is None:
            return pages
        address = older[1]


async def test_who_sees_which_posts_on_her_page(client: Client, database: Database) -> None:
    mia, liu, eve = await trio(database)
    async with database.write() as db:
        for number in range(30):
            await publish(db, NewPost(mia.person_id, "words", f"Told {number}", audience=AUDIENCES[number % 3]))
    own = [f"Told {number}" for number in range(29, -1, -1)]
    pages = await walked(client, mia, mia)
    assert [len(page) for page in pages] == [5, 20, 5]
    assert [words for page in pages for words in page] == own
    assert [words for page in await walked(client, liu, mia) for words in page] == [
        words for words in own if int(words[5:]) % 3 != 2
    ]
    assert [words for page in await walked(client, eve, mia) for words in page] == [
        words for words in own if int(words[5:]) % 3 == 0
    ]
    signed_out = (await client.get(f"/people/{mia.person_id}")).text
    assert "Told" not in signed_out
    api = (await client.get(f"/api/v1/people/{mia.person_id}/posts", headers=eve.headers)).json()
    assert [one["words"] for one in api["posts"]] == [f"Told {number}" for number in range(27, -1, -3)]
    async with database.write() as db:
        await block(db, mia.person_id, eve.person_id)
    for address in (f"/people/{mia.person_id}", f"/people/{mia.person_id}/posts", f"/api/v1/people/{mia.person_id}/posts"):
        assert (await client.get(address, headers=eve.headers)).status_code == 404


async def test_what_was_taken_back_is_not_on_her_page(client: Client, database: Database) -> None:
    mia, liu, _eve = await trio(database)
    made = await write(client, mia, "Gone soon")
    assert "Gone soon" in (await client.get(f"/people/{mia.person_id}", headers=liu.headers)).text
    assert (await client.delete(path(made), headers=mia.headers)).status_code == 204
    assert "Gone soon" not in (await client.get(f"/people/{mia.person_id}", headers=liu.headers)).text
    assert "Nothing older." in (await client.get(f"/people/{mia.person_id}/posts", headers=liu.headers)).text
