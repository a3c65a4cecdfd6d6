"""What nobody asks for any more is swept away; what may still be asked for stays."""

import pytest

from shuke.kit.db import Database, Db
from shuke.kit.jobs import run_jobs
from shuke.rooms import reactions
from tests import world

TABLES = ["kit.attempts", "kit.answers", "kit.letters", "people.sign_in_codes", "people.challenges", "people.sessions"]


async def counts(db: Db) -> list[int]:
    """Rows in each table."""
    connection = await db.connection()
    return [await connection.fetchval(f"select count(*) from {table}") for table in TABLES]


@pytest.mark.row("1.1")
async def test_only_what_is_past_its_time_goes(database: Database) -> None:
    reactions()
    async with database.write() as db:
        person_id = await world.person(db)
        connection = await db.connection()
        for days in (0, 40):
            begun = f"now() - interval '{days} days'"
            later = f"{begun} + interval '1 minute'"
            await connection.execute(f"insert into kit.attempts (subject, count, resets_at) values ('s{days}', 1, {later})")
            await connection.execute(
                f"insert into kit.answers (person_id, key, fingerprint, at) values ('{person_id}', 'k{days}', '', {begun})"
            )
            await connection.execute(
                f"insert into kit.letters (channel, target, subject, body, at, sent_at) values ('email', 'a', '', '', {begun}, {begun})"
            )
            await connection.execute(
                f"insert into people.sign_in_codes (target, code_hash, expires_at, at) values ('t{days}', '', {later}, {begun})"
            )
            await connection.execute(f"insert into people.challenges (challenge, expires_at) values ('', {later})")
            await connection.execute(
                f"""insert into people.sessions (person_id, token_hash, created_at, seen_at, expires_at)
                values ('{person_id}', '{days}', {begun}, {begun}, {later})"""
            )
        await connection.execute(
            "insert into kit.letters (channel, target, subject, body, at) values ('email', 'b', '', '', now() - interval '40 days')"
        )
        assert await counts(db) == [2, 2, 3, 2, 2, 2]
    await run_jobs(database)
    async with database.read() as db:
        assert await counts(db) == [1, 1, 2, 1, 1, 1]
    assert await run_jobs(database) == 0
