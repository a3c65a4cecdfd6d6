"""One PostgreSQL for the whole run, one migrated template, one database per test process made from it and emptied by each test."""

import asyncio
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import asyncpg
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from shuke.kit import embedded_postgres, migrate
from shuke.kit.db import Database, connect
from shuke.kit.embedded_postgres import Postgres
from shuke.main import create_app
from tests.chromium import CHROMIUM, FLAGS

TEMPLATE = "template_shuke"
SERVER = pytest.StashKey[Postgres]()
ENDED = """
    select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
"""
LARGE = 1_000_000  # bytes; emptying a small table by truncating takes thirty times as long as deleting its rows
TABLES = """
    select format('%I.%I', schemaname, tablename) from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema') and tablename <> 'shuke_migrations' order by 1
"""


class Node(Protocol):
    """One of xdist's processes, as its controller sees it."""

    config: pytest.Config
    workerinput: dict[str, str]


def pytest_configure() -> None:
    """Clear away the server too when a build machine ends the run."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Node) -> None:
    """Give the controller's server to each of its processes."""
    node.workerinput["server_directory"] = str(_server(node.config).directory)


def pytest_unconfigure(config: pytest.Config) -> None:
    server = config.stash.get(SERVER, None)
    if server is not None:
        embedded_postgres.stop(server)
        shutil.rmtree(server.directory.parent, ignore_errors=True)
        shutil.rmtree(server.socket_directory, ignore_errors=True)


@pytest.fixture(scope="session")
def test_server(request: pytest.FixtureRequest) -> Postgres:
    """The server of this run, with the migrated template in it."""
    given: dict[str, str] = getattr(request.config, "workerinput", {})
    if not given:
        return _server(request.config)
    found = embedded_postgres.find(Path(given["server_directory"]))
    assert found is not None, "the controller's PostgreSQL is gone"
    return found


@pytest.fixture(scope="session")
def db_url(test_server: Postgres) -> Iterator[str]:
    """This process's migrated database. Tests roll back, or clear away what they commit."""
    yield from _database(test_server, TEMPLATE)


@pytest.fixture(scope="session")
def broom(db_url: str) -> Iterator["Broom"]:
    """What empties this process's database."""
    made = Broom(db_url)
    yield made
    made.close()


@pytest.fixture
def own_db_url(db_url: str, broom: "Broom") -> Iterator[str]:
    """This process's database without a row, for what commits: emptied afterwards, which takes a hundredth of making one."""
    yield db_url
    broom.sweep()


@pytest.fixture
def empty_db_url(test_server: Postgres) -> Iterator[str]:
    """A database of the test's own without a table."""
    yield from _database(test_server, "template1")


def _server(config: pytest.Config) -> Postgres:
    server = config.stash.get(SERVER, None)
    if server is None:
        folder = Path(tempfile.mkdtemp(prefix="shuke-tests-"))
        server = config.stash[SERVER] = embedded_postgres.start(folder / "postgres", durable=False)
        _wait_for(_statement(server, f"create database {TEMPLATE}"))
        _wait_for(migrate.migrate(server.database_url(TEMPLATE)))
    return server


def _database(server: Postgres, template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    _wait_for(_statement(server, f"create database {name} template {template} strategy file_copy"))
    yield server.database_url(name)
    _wait_for(_statement(server, f"drop database {name} with (force)"))


async def _statement(server: Postgres, sql: str) -> None:
    connection = await asyncpg.connect(server.database_url("postgres"))
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


class Broom:
    """One connection in a thread of its own that ends what still works in a database and empties the tables that hold anything.

    It is kept, since a fresh connection takes ten times as long to get to know all tables."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.thread = ThreadPoolExecutor(1)
        self.loop = asyncio.Runner()
        self.connection: asyncpg.Connection[asyncpg.Record] | None = None

    def sweep(self) -> None:
        """Once more if a test has ended this connection too."""
        try:
            self.thread.submit(self.loop.run, self._swept()).result()
        except (asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError, asyncpg.InterfaceError, OSError):
            self.connection = None
            self.thread.submit(self.loop.run, self._swept()).result()

    def close(self) -> None:
        self.thread.submit(self.loop.run, self._closed()).result()
        self.thread.submit(self.loop.close).result()
        self.thread.shutdown()

    async def _swept(self) -> None:
        if self.connection is None or self.connection.is_closed():
            self.connection = await asyncpg.connect(self.url)
            tables = [row[0] for row in await self.connection.fetch(TABLES)]
            await self.connection.execute(_sweeping(tables))
        await self.connection.execute(ENDED)
        await self.connection.execute("select pg_temp.swept()")

    async def _closed(self) -> None:
        if self.connection is not None:
            await self.connection.close()


def _sweeping(tables: list[str]) -> str:
    """A function of the connection whose plans stay."""
    emptied = [
        f"""
        if exists (select from {table}) then
          if pg_relation_size('{table}') < {LARGE} then delete from {table}; else truncate {table} cascade; end if;
        end if;
        """
        for table in tables
    ]
    return f"""
        create or replace function pg_temp.swept() returns void language plpgsql as $$
        begin
          perform set_config('session_replication_role', 'replica', true);  -- no trigger and no foreign key asks why rows go
          {"".join(emptied)}
        end $$
    """


def _wait_for(work: Coroutine[object, None, object]) -> None:
    """In a thread with a loop of its own, so that the tests' loop is left alone."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


@pytest.fixture
async def database(own_db_url: str) -> AsyncIterator[Database]:
    """A pool on a database of the test's own."""
    opened = await connect(own_db_url, size=20)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def application() -> Litestar:
    """The whole application, wired once: what lives as long as a process is made and ended by each test's client."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHUKE_DEV", "1")
        return create_app()


@pytest.fixture
async def client(
    application: Litestar, own_db_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[AsyncTestClient[Litestar]]:
    """The whole application over its own database."""
    monkeypatch.setenv("SHUKE_DATABASE_URL", own_db_url)
    monkeypatch.setenv("SHUKE_DEV", "1")
    async with AsyncTestClient(application, base_url="http://testserver.local") as opened:
        yield opened


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """Playwright itself, one for the process, for a browser with flags of its own."""
    expect.set_options(timeout=30_000)  # ms: other work may run on the machine
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(driver: Playwright) -> Iterator[Browser]:
    """Debian's Chromium."""
    opened = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield opened
    opened.close()
