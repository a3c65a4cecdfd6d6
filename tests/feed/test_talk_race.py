"""What is said to a post while its author takes it back."""

import asyncio

import pytest

from shuke.feed.actions import remove, seen
from shuke.feed.talk import comment, like
from shuke.kit.db import Database
from shuke.kit.refusals import NotFound
from tests.feed import circle

pytestmark = [pytest.mark.row("7.1"), pytest.mark.race]


async def _waiting(database: Database, count: int) -> None:
    """Until so many wait for somebody else's row."""
    async with database.read() as db:
        for _look in range(1500):
            await asyncio.sleep(0.02)
            if count == await db.value(
                int, "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
            ):
                return
    raise AssertionError(f"{count} should be waiting")


async def test_a_post_that_goes_meanwhile_is_not_there(database: Database) -> None:
    mia, liu, _eve = await circle.trio(database)
    post_id = await circle.tell(database, mia.person_id)

    async def says() -> None:
        async with database.write() as db:
            await comment(db, liu.person_id, await seen(db, liu.person_id, mia.person_id, post_id), "Well said")

    async def likes() -> None:
        async with database.write() as db:
            await like(db, liu.person_id, mia.person_id, post_id)

    async with database.write() as db:
        await remove(db, mia.person_id, post_id)
        meanwhile = [asyncio.create_task(says()), asyncio.create_task(likes())]
        await _waiting(database, len(meanwhile))
    for found in await asyncio.gather(*meanwhile, return_exceptions=True):
        assert isinstance(found, NotFound), found
