"""The embedded server: made, adopted, killed and recovered, refused, stopped."""

import asyncio
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest

from shuke.kit import embedded_postgres, migrate
from shuke.kit.embedded_postgres import Postgres
from shuke.kit.installation import InstallationRefused

pytestmark = pytest.mark.slow  # each starts servers of its own

STARTER = """
import sys, time
from pathlib import Path
from shuke.kit import embedded_postgres
print(embedded_postgres.start(Path(sys.argv[1])).pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "postgres"
    yield folder
    left = embedded_postgres.find(folder)
    if left is not None:
        embedded_postgres.stop(left)


async def value(server: Postgres, sql: str) -> object:
    connection = await asyncpg.connect(server.url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def run(server: Postgres, sql: str) -> None:
    connection = await asyncpg.connect(server.url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def test_starts_from_nothing_private_and_checksummed(directory: Path) -> None:
    server = embedded_postgres.start(directory)
    assert await value(server, "show data_checksums") == "on"
    assert await value(server, "show fsync") == "on"
    assert await value(server, "show jit") == "off"
    assert await value(server, "show listen_addresses") == ""
    assert await value(server, "show server_encoding") == "UTF8"
    assert await value(server, "select lower('ÀÉ') ") == "àé"
    assert await value(server, "select '熟客' ~ '^\\w+$'") is True
    assert stat.S_IMODE(server.socket_directory.stat().st_mode) == 0o700
    embedded_postgres.stop(server)
    assert not embedded_postgres.alive(server)
    assert embedded_postgres.find(directory) is None


def test_a_running_server_is_adopted_even_when_its_starter_was_killed(directory: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", STARTER, str(directory)], stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        starter.kill()
    server = embedded_postgres.start(directory)
    assert server.pid == pid
    embedded_postgres.stop(server)
    assert embedded_postgres.find(directory) is None


@pytest.mark.parametrize("pause", [0, 0.5])
async def test_survives_kill_of_the_postmaster(directory: Path, pause: float) -> None:
    server = embedded_postgres.start(directory)
    await run(server, "create table kept (a int); insert into kept values (7)")
    os.kill(server.pid, signal.SIGKILL)
    await asyncio.sleep(pause)  # at once it may still be dying; later it is a zombie of ours
    again = embedded_postgres.start(directory)
    assert again.pid != server.pid
    assert await value(again, "select a from kept") == 7


def test_a_zombie_of_somebody_else_is_seen_through(directory: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", STARTER, str(directory)], stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        os.kill(pid, signal.SIGKILL)  # its parent sleeps, and does not reap it
        time.sleep(0.5)
        assert embedded_postgres.start(directory).pid != pid
        starter.kill()


def test_a_pid_file_naming_another_program_is_seen_through(directory: Path) -> None:
    server = embedded_postgres.start(directory)
    embedded_postgres.stop(server)
    (directory / "postmaster.pid").write_text(f"{os.getpid()}\n{directory}\n1\n5432\n{server.socket_directory}\n\n\nready\n")
    assert embedded_postgres.find(directory) is None
    assert embedded_postgres.start(directory).pid != os.getpid()


def test_a_copied_folder_gets_a_server_of_its_own(directory: Path, tmp_path: Path) -> None:
    server = embedded_postgres.start(directory)
    copy = tmp_path / "copy"
    shutil.copytree(directory, copy, ignore=shutil.ignore_patterns("pg_wal"))
    shutil.copytree(directory / "pg_wal", copy / "pg_wal")
    other = embedded_postgres.start(copy)
    assert other.pid != server.pid
    assert other.socket_directory != server.socket_directory
    embedded_postgres.stop(other)


def test_two_starts_at_once_share_one_server(directory: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        servers = list(pool.map(lambda _: embedded_postgres.start(directory), range(3)))
    assert len({server.pid for server in servers}) == 1


def test_another_major_version_is_refused_and_left_untouched(directory: Path) -> None:
    directory.mkdir()
    (directory / "PG_VERSION").write_text("17\n")
    with pytest.raises(InstallationRefused, match=r"PostgreSQL 17.*shuke backup FILE.*shuke restore FILE"):
        embedded_postgres.start(directory)
    assert [path.name for path in directory.iterdir()] == ["PG_VERSION"]


def test_a_folder_with_other_things_in_it_is_refused(directory: Path) -> None:
    directory.mkdir()
    (directory / "letters.txt").write_text("mine")
    with pytest.raises(InstallationRefused, match="not empty"):
        embedded_postgres.start(directory)


def test_a_first_start_that_was_cut_off_begins_again(directory: Path) -> None:
    draft = directory.with_name(".postgres.draft")
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    assert embedded_postgres.alive(embedded_postgres.start(directory))


def test_a_deep_folder_does_not_make_the_socket_too_long(tmp_path: Path) -> None:
    directory = tmp_path / ("deep" * 20) / ("deeper" * 10) / "postgres"
    server = embedded_postgres.start(directory)
    assert len(str(server.socket_directory)) < 90
    embedded_postgres.stop(server)


def test_a_machine_without_the_wheel_is_told_about_the_other_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)
    with pytest.raises(InstallationRefused, match="SHUKE_DATABASE_URL"):
        embedded_postgres.binary("postgres")


async def test_an_older_server_elsewhere_is_refused(monkeypatch: pytest.MonkeyPatch, db_url: str) -> None:
    monkeypatch.setattr(migrate, "OLDEST_SERVER", 990000)
    with pytest.raises(InstallationRefused, match="needs PostgreSQL 18"):
        await migrate.connect(db_url)


def test_starts_again_with_what_is_there(directory: Path) -> None:
    embedded_postgres.stop(embedded_postgres.start(directory))
    made = (directory / "PG_VERSION").stat()
    begun = time.process_time()
    server = embedded_postgres.start(directory)
    assert time.process_time() - begun < 2  # ours of it; half a second in all, on an idle machine
    assert (directory / "PG_VERSION").stat() == made
    embedded_postgres.stop(server)
