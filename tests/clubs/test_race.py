"""Many at once want the last places of an activity."""

import asyncio

import pytest

from shuke.kit.db import Database
from tests.clubs.test_clubs import comes, invited, joins, members, opened
from tests.world import Client

pytestmark = [pytest.mark.row("7.4"), pytest.mark.race]


async def test_as_many_come_as_there_is_room_for(client: Client, database: Database) -> None:
    club = await opened(client, database)
    people = [one for _times in range(4) for one in await members(database, club.shop, 4)]
    await joins(client, club, *people)
    activity = await invited(client, club, capacity=5)
    found = await asyncio.gather(*[comes(client, activity, one) for one in [*people, *people]])
    async with database.read() as db:
        coming = await db.value(int, "select coming from clubs.activities where merchant_id = :m", m=club.shop.merchant_id)
        rows = await db.value(int, "select count(*) from clubs.comings where merchant_id = :m", m=club.shop.merchant_id)
    assert (coming, rows) == (5, 5)
    assert {name for status, name in found if status != 201} == {"activity_full"}
