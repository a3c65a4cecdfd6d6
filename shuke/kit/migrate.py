"""Migrations: plain SQL files in order, forward only, each in one transaction; two servers that start at once don't clash."""

import asyncio
import hashlib
import re
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import asyncpg
import msgspec

from shuke.kit.installation import InstallationRefused

LOCK = 7236485301  # one number for all servers of one database
TRIES = 6
OLDEST_SERVER = 180000
NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")


class Migration(msgspec.Struct, frozen=True):
    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


class MigrationState(msgspec.Struct, frozen=True):
    """How far a database is. `problem` says why this code must not run on it."""

    applied: int
    pending: int
    problem: str | None = None


def migrations(folder: Traversable | None = None) -> list[Migration]:
    """The files this code brings, in order."""
    files = sorted(
        (file for file in (folder or _shipped()).iterdir() if file.name.endswith(".sql")), key=lambda file: file.name
    )
    found = []
    for file in files:
        match = NAME.fullmatch(file.name)
        if match is None:
            raise InstallationRefused(f"migrations/{file.name}: the name must look like 0007_vouchers.sql")
        found.append(Migration(int(match[1]), match[2], file.read_text(encoding="utf-8")))
    numbers = [migration.number for migration in found]
    if len(set(numbers)) != len(numbers):
        raise InstallationRefused("Two migrations have the same number")
    return found


async def migrate(url: str, brought: list[Migration] | None = None) -> list[Migration]:
    """Bring the database at `url` up to this code. Returns what was applied now."""
    connection = await connect(url)
    try:
        await connection.execute("select pg_advisory_lock($1)", LOCK)
        return await _apply_all(connection, migrations() if brought is None else brought)
    finally:
        await connection.close()


async def state(connection: asyncpg.Connection, brought: list[Migration] | None = None) -> MigrationState:
    """How far the database is, without changing anything."""
    wanted = migrations() if brought is None else brought
    if await connection.fetchval("select to_regclass('public.shuke_migrations')") is None:
        return MigrationState(0, len(wanted))
    rows = await connection.fetch("select number, name, sha256 from public.shuke_migrations order by number")
    applied: dict[int, tuple[str, str]] = {row["number"]: (row["name"], row["sha256"]) for row in rows}
    pending = [migration for migration in wanted if migration.number not in applied]
    return MigrationState(len(applied), len(pending), _problem(wanted, applied))


async def connect(url: str) -> asyncpg.Connection:
    """A plain connection to a server that is new enough; everything that can be wrong said in words."""
    try:
        connection: asyncpg.Connection = await asyncpg.connect(url, timeout=15)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as problem:
        raise InstallationRefused(f"PostgreSQL does not let us in: {str(problem) or type(problem).__name__}") from problem
    number = int(await connection.fetchval("show server_version_num"))
    if number < OLDEST_SERVER:
        await connection.close()
        raise InstallationRefused(f"Shuke needs PostgreSQL 18 or newer; this server is {number // 10000}.{number % 10000}")
    return connection


def _shipped() -> Traversable:
    """Inside the installed package, or beside it in a checkout that has no symbolic links."""
    inside = resources.files("shuke") / "migrations"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "migrations"


def _problem(wanted: list[Migration], applied: dict[int, tuple[str, str]]) -> str | None:
    known = {migration.number: migration for migration in wanted}
    for number, (name, sha256) in applied.items():
        if number not in known:
            return (
                f"The database is newer than this code: it has migration {number:04}_{name}, which this version does not know. "
                f"Start the newer version, or restore a backup that was taken before it"
            )
        if known[number].sha256 != sha256:
            return (
                f"Migration {number:04}_{known[number].name} was changed after it ran on this database. "
                f"Put the file back as it was and write a new migration for the change"
            )
    newest = max(applied, default=-1)
    for migration in wanted:
        if migration.number < newest and migration.number not in applied:
            return f"Migration {migration.number:04}_{migration.name} came after {newest:04} had run: give it a new number"
    return None


async def _apply_all(connection: asyncpg.Connection, wanted: list[Migration]) -> list[Migration]:
    await connection.execute("""
        create table if not exists public.shuke_migrations (
          number  int primary key,
          name    text not null,
          sha256  text not null,
          at      timestamptz not null default now()
        )""")
    await connection.execute("comment on table public.shuke_migrations is 'owner: here'")
    found = await state(connection, wanted)
    if found.problem is not None:
        raise InstallationRefused(found.problem)
    rows = await connection.fetch("select number from public.shuke_migrations")
    applied = {row["number"] for row in rows}
    pending = [migration for migration in wanted if migration.number not in applied]
    for migration in pending:
        await _apply(connection, migration)
    return pending


async def _apply(connection: asyncpg.Connection, migration: Migration) -> None:
    """One file, one transaction; a lock that a running server holds is waited for in short turns, so that it isn't blocked."""
    for turn in range(TRIES):
        try:
            async with connection.transaction():
                await connection.execute("set local lock_timeout = '5s'")
                await connection.execute(migration.sql)
                await connection.execute(
                    "insert into public.shuke_migrations (number, name, sha256) values ($1, $2, $3)",
                    migration.number,
                    migration.name,
                    migration.sha256,
                )
        except asyncpg.LockNotAvailableError as problem:
            if turn == TRIES - 1:
                raise InstallationRefused(
                    f"Migration {migration.number:04}_{migration.name} did not get its lock in {TRIES} turns of 5 seconds: "
                    f"try again when the server is less busy"
                ) from problem
            await asyncio.sleep(0.5 * 2**turn)
        except asyncpg.PostgresError as problem:
            raise InstallationRefused(f"Migration {migration.number:04}_{migration.name} failed: {problem}") from problem
        else:
            return
