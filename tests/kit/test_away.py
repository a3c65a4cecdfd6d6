"""A database that is away is told as such: 503 with a word that asking again is safe."""

import asyncpg
import pytest

from shuke.kit.db import Database
from shuke.kit.web import away
from tests import world
from tests.world import Client, problem

pytestmark = pytest.mark.row("11.6")


async def test_a_lost_database_is_unavailable_and_comes_back(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        guest = await world.signed_in(db)
    body = {"scene": shop.scene}
    assert (await client.post("/api/v1/memberships", json=body, headers=guest.headers)).status_code == 201
    async with database.write() as db:
        await db.run(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        )
    answers = [await client.post("/api/v1/memberships", json=body, headers=guest.headers) for _try in range(20)]
    assert {problem(answer) for answer in answers} <= {(503, "unavailable"), (201, "")}
    assert answers[-1].status_code == 201


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (asyncpg.CannotConnectNowError(), True),
        (asyncpg.ConnectionDoesNotExistError(), True),
        (ConnectionRefusedError(), True),
        (asyncpg.InterfaceError("connection is closed"), True),
        (asyncpg.InterfaceError("another operation is in progress"), False),
        (asyncpg.UniqueViolationError(), False),
        (ValueError(), False),
    ],
)
def test_what_counts_as_away(error: Exception, told: object) -> None:
    assert away(error) is told
