"""Migrations: order, repetition, races, changed files, newer databases, locks that are held."""

import asyncio

import asyncpg
import pytest

from shuke.kit import migrate
from shuke.kit.installation import InstallationRefused
from shuke.kit.migrate import Migration

ONE = Migration(1, "one", "create table t (a int); insert into t values (1);")
TWO = Migration(2, "two", "alter table t add column b int;")


async def test_applies_in_order_once_and_records_it(empty_db_url: str) -> None:
    assert await migrate.migrate(empty_db_url, [ONE, TWO]) == [ONE, TWO]
    assert await migrate.migrate(empty_db_url, [ONE, TWO]) == []
    connection = await asyncpg.connect(empty_db_url)
    try:
        assert [tuple(row) for row in await connection.fetch("select a, b from t")] == [(1, None)]
        assert await migrate.state(connection, [ONE, TWO]) == migrate.MigrationState(2, 0)
        assert (await migrate.state(connection, [ONE, TWO, Migration(3, "three", "")])).pending == 1
    finally:
        await connection.close()


async def test_two_servers_starting_at_once_do_not_clash(empty_db_url: str) -> None:
    results = await asyncio.gather(*(migrate.migrate(empty_db_url, [ONE, TWO]) for _ in range(4)))
    assert sorted(len(applied) for applied in results) == [0, 0, 0, 2]


async def test_a_failing_file_leaves_nothing_behind(empty_db_url: str) -> None:
    broken = Migration(2, "broken", "create table half (a int); select 1 / 0;")
    with pytest.raises(InstallationRefused, match="0002_broken failed: division by zero"):
        await migrate.migrate(empty_db_url, [ONE, broken])
    connection = await asyncpg.connect(empty_db_url)
    try:
        assert await connection.fetchval("select to_regclass('half')") is None
    finally:
        await connection.close()
    assert await migrate.migrate(empty_db_url, [ONE, TWO]) == [TWO]


async def test_a_changed_file_is_refused(empty_db_url: str) -> None:
    await migrate.migrate(empty_db_url, [ONE])
    with pytest.raises(InstallationRefused, match="0001_one was changed after it ran"):
        await migrate.migrate(empty_db_url, [Migration(1, "one", "create table other (a int);"), TWO])


async def test_a_newer_database_is_refused(empty_db_url: str) -> None:
    await migrate.migrate(empty_db_url, [ONE, TWO])
    with pytest.raises(InstallationRefused, match=r"newer than this code.*0002_two"):
        await migrate.migrate(empty_db_url, [ONE])


async def test_a_number_below_the_newest_is_refused(empty_db_url: str) -> None:
    await migrate.migrate(empty_db_url, [ONE, Migration(3, "three", "select 1;")])
    with pytest.raises(InstallationRefused, match="0002_two came after 0003 had run"):
        await migrate.migrate(empty_db_url, [ONE, TWO, Migration(3, "three", "select 1;")])


@pytest.mark.slow
async def test_a_held_lock_is_waited_for_in_turns(empty_db_url: str) -> None:
    await migrate.migrate(empty_db_url, [ONE])
    connection = await asyncpg.connect(empty_db_url)
    try:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("lock table t in access share mode")
        running = asyncio.create_task(migrate.migrate(empty_db_url, [ONE, TWO]))
        await asyncio.sleep(5.7)  # past one lock_timeout
        assert not running.done()
        await transaction.rollback()
        assert await running == [TWO]
    finally:
        await connection.close()


async def test_a_server_that_is_not_there_is_said_in_words() -> None:
    with pytest.raises(InstallationRefused, match="PostgreSQL does not let us in"):
        await migrate.migrate("postgresql://nobody@127.0.0.1:1/nothing", [ONE])


def test_the_project_brings_its_migrations() -> None:
    brought = migrate.migrations()
    assert [migration.number for migration in brought] == sorted({migration.number for migration in brought})
