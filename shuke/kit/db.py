"""The database: SQL literals with named parameters, one connection and one transaction for a request or job."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from types import TracebackType
from typing import LiteralString, Self, TypeVar
from uuid import UUID

import asyncpg
import msgspec
from asyncpg.pool import PoolConnectionProxy
from asyncpg.transaction import Transaction

from shuke.kit.refusals import Refusal

Row = TypeVar("Row", bound=msgspec.Struct)
Scalar = TypeVar("Scalar")

_NAMED = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")


@lru_cache(maxsize=2000)
def positional(sql: str) -> tuple[str, tuple[str, ...]]:
    """`:name` turned into `$1`, `$2`, ... and the names in that order; `::type` stays."""
    names: list[str] = []

    def number(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return _NAMED.sub(number, sql), tuple(names)


class Db:
    """One connection, taken from the pool at the first statement. `writes` wraps all of them in one transaction."""

    def __init__(self, database: "Database", *, writes: bool, hot: bool = False) -> None:
        self._database = database
        self._pool = database.hot_pool if hot else database.pool
        self._connection: PoolConnectionProxy | None = None
        self._transaction: Transaction | None = None
        self.committed: list[Callable[[], None]] = []  # what this process does at once after commit, such as forgetting
        self.announced = False  # events were recorded: the delivering worker is woken after commit
        self.writes = writes
        self.statements = 0  # how many were sent, for the tests that count them

    @property
    def database(self) -> "Database":
        """Where it is a connection of."""
        return self._database

    async def connection(self) -> PoolConnectionProxy:
        """The connection itself, for COPY and savepoints."""
        if self._connection is None:
            self._connection = await self._pool.acquire()
            if self.writes:
                self._transaction = self._connection.transaction()
                await self._transaction.start()
        return self._connection

    async def all(self, kind: type[Row], sql: LiteralString, /, **values: object) -> list[Row]:
        """Every row, built by position into `kind`."""
        text, names = positional(sql)
        self.statements += 1
        rows = await (await self.connection()).fetch(text, *[values[name] for name in names])
        return [kind(*row) for row in rows]

    async def grouped(self, kind: type[Row], sql: LiteralString, /, **values: object) -> dict[UUID, list[Row]]:
        """Every row by its first column, an id; the other columns are built into `kind`."""
        text, names = positional(sql)
        self.statements += 1
        groups: dict[UUID, list[Row]] = {}
        for row in await (await self.connection()).fetch(text, *[values[name] for name in names]):
            key, *columns = row
            groups.setdefault(key, []).append(kind(*columns))
        return groups

    async def one(self, kind: type[Row], sql: LiteralString, /, **values: object) -> Row | None:
        """The first row, or None."""
        text, names = positional(sql)
        self.statements += 1
        row = await (await self.connection()).fetchrow(text, *[values[name] for name in names])
        return None if row is None else kind(*row)

    async def value(self, kind: type[Scalar], sql: LiteralString, /, **values: object) -> Scalar | None:
        """The first column of the first row; None without a row or when it is null."""
        text, names = positional(sql)
        self.statements += 1
        found = await (await self.connection()).fetchval(text, *[values[name] for name in names])
        if found is not None and not isinstance(found, kind):
            raise TypeError(f"expected {kind.__name__}, the database gave {type(found).__name__}")
        return found

    async def values(self, kind: type[Scalar], sql: LiteralString, /, **values: object) -> list[Scalar]:
        """The first column of every row."""
        text, names = positional(sql)
        self.statements += 1
        rows = await (await self.connection()).fetch(text, *[values[name] for name in names])
        return [row[0] for row in rows]

    async def run(self, sql: LiteralString, /, **values: object) -> int:
        """Run for its effect; how many rows it touched."""
        text, names = positional(sql)
        self.statements += 1
        status = await (await self.connection()).execute(text, *[values[name] for name in names])
        count = status.rsplit(" ", 1)[-1]
        return int(count) if count.isdigit() else 0

    async def copy(self, schema: str, table: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> None:
        """COPY rows into a table: for bulk."""
        self.statements += 1
        connection = await self.connection()
        await connection.copy_records_to_table(table, schema_name=schema, columns=list(columns), records=rows)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """What fails inside is undone alone."""
        async with (await self.connection()).transaction():
            yield

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        keep = error is None or (isinstance(error, Refusal) and error.keeps)
        try:
            if self._transaction is not None:
                await (self._transaction.commit() if keep else self._transaction.rollback())
        finally:
            if self._connection is not None:
                await self._pool.release(self._connection)
                self._connection = None
                self._transaction = None
        if keep:
            for act in self.committed:
                act()
        if self.announced and error is None:
            self._database.wake()


class Database:
    """The pool: `write()` for one transaction, `read()` for statements that each see the latest."""

    def __init__(self, pool: asyncpg.Pool, hot_pool: asyncpg.Pool) -> None:
        self.pool = pool
        self.hot_pool = hot_pool
        self._waking: asyncio.Task[None] | None = None

    def write(self) -> Db:
        """One transaction, committed when the block ends without an error."""
        return Db(self, writes=True)

    def read(self) -> Db:
        """No transaction: each statement sees the latest, and one that writes is a transaction of its own."""
        return Db(self, writes=False)

    def hot(self, *, writes: bool) -> Db:
        """Like `write` or `read`, for the few statements that run all the time: always by index, planned once."""
        return Db(self, writes=writes, hot=True)

    def wake(self) -> None:
        """Tell the delivering worker, at most fifty times a second: not in the transaction, where NOTIFY queues up commits.

        Lost with this process, no harm is done: the worker looks by itself every second.
        """
        if self._waking is None or self._waking.done():
            self._waking = asyncio.create_task(self._notify())

    async def _notify(self) -> None:
        await asyncio.sleep(0.02)
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
            await self.pool.execute("select pg_notify('shuke_events', '')")

    async def close(self) -> None:
        """Close every connection."""
        await self.hot_pool.close()
        await self.pool.close()


class _Connection(asyncpg.Connection):
    """A connection that is not reset on return: no request leaves session state behind."""

    def get_reset_query(self) -> str:
        """Nothing to reset, one round trip saved on every request."""
        return ""


async def _prepare(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec("jsonb", encoder=_to_json, decoder=msgspec.json.decode, schema="pg_catalog")


def _to_json(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


COMMON = {"application_name": "shuke", "timezone": "UTC"}
# A statement of a hot path finds its rows by key in every table, however small that is today: a plan made over an empty
# table would scan it later, when it is full.
HOT = {
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",
}
HOT_SIZE = 8


async def connect(url: str, *, size: int = 12) -> Database:
    """Open the pool of at most `size` connections."""
    hot_size = min(HOT_SIZE, size)
    return Database(await _pool(url, size, COMMON), await _pool(url, hot_size, COMMON | HOT))


async def _pool(url: str, size: int, settings: dict[str, str]) -> asyncpg.Pool:
    return await asyncpg.create_pool(
        url,
        min_size=min(1, size),
        max_size=size,
        init=_prepare,
        connection_class=_Connection,
        max_inactive_connection_lifetime=0,
        server_settings=settings,
    )
