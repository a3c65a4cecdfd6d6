"""Many who ask for places at once without saying where."""

import asyncio

import pytest

from shuke.explore.asked import Asked
from shuke.explore.queries import collection
from shuke.explore.routes import get_places
from shuke.explore.types import FeatureCollection
from shuke.kit.db import HOT_SIZE, Database, Db
from shuke.kit.hot import Hot
from shuke.people import Viewer
from shuke.places import Nearest
from shuke.places.actions import write
from tests.places.test_index import rows


@pytest.mark.row("8.5")
async def test_who_waits_for_the_common_answer_holds_nothing_that_it_needs(database: Database) -> None:
    async with database.write() as db:
        await write(db, rows(3))
    route, together = Hot[Viewer]("/api/v1", get_places), Nearest(database)

    async def ask() -> FeatureCollection:
        async with Db(database, writes=route.writes, hot=not route.patient) as db:
            return await collection(db, Asked(), None, together)

    async with asyncio.timeout(60):  # each looks first where the map begins
        answers = await asyncio.gather(*(ask() for _one in range(3 * HOT_SIZE)))
    assert [len(answer.features) for answer in answers] == [3] * len(answers)
