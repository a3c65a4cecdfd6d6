"""`shuke doctor`: what is wrong with this installation, and what to do; ends with 1 when something is."""

import argparse
import asyncio
import os
import pwd
import shutil
import socket
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import asyncpg
import msgspec

from shuke.commands.database import database, postgres_directory
from shuke.kit import embedded_postgres
from shuke.kit.installation import InstallationRefused, data_directory, given_database_url, is_served, secret_key
from shuke.kit.migrate import connect, state
from shuke.payments import in_use
from shuke.providers import NEEDED, is_complete, missing, unreadable

LEAST_SPACE = 2 * 2**30
MOST_SKEW_SECONDS = 2.0
MOST_WAITING = 10_000


class Finding(msgspec.Struct, frozen=True):
    """What was looked at, what was found, and what to do about it when it is a problem."""

    what: str
    found: str
    advice: str = ""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("shuke doctor", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000, help="the port that `shuke serve` is to use")
    parser.add_argument("--data", help="the installation's folder (SHUKE_DATA, .shuke)")
    options = parser.parse_args(arguments)
    data = data_directory(options.data)
    problems = 0
    for finding in _findings(data, options.host, options.port):
        problems += bool(finding.advice)
        print(f"{'problem' if finding.advice else 'ok':8} {finding.what}: {finding.found}")
        if finding.advice:
            print(f"{'':8} -> {finding.advice}")
    return 1 if problems else 0


def _findings(data: Path, host: str, port: int) -> Iterator[Finding]:
    yield _python()
    yield _folder(data)
    yield _space(data)
    yield _key(data)
    yield _static()
    yield _port(data, host, port)
    yield from _payments()
    try:
        if given_database_url() is None:
            yield Finding("embedded PostgreSQL", str(embedded_postgres.binary("postgres").parent))
            if not postgres_directory(data).exists():
                yield Finding("database", "not made yet: the first `shuke serve` makes it")
                return
        with database(data) as url:
            yield from asyncio.run(_database(url))
    except InstallationRefused as refusal:
        yield Finding("database", "out of reach", str(refusal))


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    advice = "" if sys.version_info >= (3, 11) else "install Python 3.11 or newer"
    return Finding("Python", f"{version} on {sys.platform}", advice)


def _payments() -> Iterator[Finding]:
    for name in NEEDED:
        gaps, lost = missing(name), unreadable(name)
        if gaps:
            yield Finding(f"payments by {name}", "not in use", f"set {', '.join(gaps)} too, or unset the others")
        elif lost:
            yield Finding(f"payments by {name}", "keys out of reach", f"let this user read the files of {', '.join(lost)}")
        elif name in in_use():
            yield Finding(f"payments by {name}", "set up")
        elif is_complete(name):
            yield Finding(f"payments by {name}", "not in use", "set SHUKE_URL: providers tell us there what was paid")


def _folder(data: Path) -> Finding:
    if not data.exists():
        above = next(folder for folder in data.parents if folder.exists())
        advice = "" if os.access(above, os.W_OK) else f"make {data} writable for this user, or choose another --data"
        return Finding("folder", f"{data} is not made yet", advice)
    if not os.access(data, os.W_OK | os.X_OK):
        return Finding("folder", f"{data} is not writable", "run Shuke as the folder's owner, or hand it over with chown")
    owner = data.stat().st_uid
    mine = owner == os.geteuid()
    advice = "" if mine else "run Shuke always as the same user: chown the folder, or change to its owner"
    return Finding("folder", f"{data}, owned by {_name(owner)}", advice)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _space(data: Path) -> Finding:
    folder = next(place for place in (data, *data.parents) if place.exists())
    free = shutil.disk_usage(folder).free
    advice = "" if free > LEAST_SPACE else "free some space, or move the folder: PostgreSQL stops when the disk is full"
    return Finding("disk", f"{free / 2**30:.1f} GiB free", advice)


def _key(data: Path) -> Finding:
    if os.environ.get("SHUKE_SECRET") is None and not (data / "secret.key").exists():
        fresh = not postgres_directory(data).exists()
        advice = "" if fresh else "bring secret.key back from a backup; a new one ends all sessions and codes"
        return Finding("secret key", "not made yet" if fresh else "missing", advice)
    try:
        secret_key(data)
    except (InstallationRefused, OSError) as problem:
        return Finding("secret key", "not usable", str(problem))
    path = data / "secret.key"
    if path.exists() and path.stat().st_mode & 0o077:
        return Finding("secret key", "readable by others", f"chmod 600 {path}")
    return Finding("secret key", "present")


def _static() -> Finding:
    built = resources.files("shuke") / "static"
    if built.is_dir() and any(built.iterdir()):
        return Finding("pages", "styles and scripts are built")
    return Finding("pages", "styles and scripts are missing", "make web (it needs Node 20 or newer)")


def _port(data: Path, host: str, port: int) -> Finding:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            advice = "" if is_served(data) else "another program has it: stop that, or serve with another --port"
            return Finding("port", f"{port}: {problem.strerror}{'' if advice else ' (Shuke serves here)'}", advice)
    return Finding("port", f"{port} is free")


async def _database(url: str) -> list[Finding]:
    connection = await connect(url)
    try:
        findings = [Finding("database", str(await connection.fetchval("select split_part(version(), ' on ', 1)")))]
        skew = abs((datetime.now(UTC) - await connection.fetchval("select clock_timestamp()")).total_seconds())
        advice = "" if skew < MOST_SKEW_SECONDS else "let both machines keep time by NTP: codes and windows depend on it"
        findings.append(Finding("clock", f"{skew:.2f} s from the database's", advice))
        migrated = await state(connection)
        advice = migrated.problem or ("shuke migrate, or start `shuke serve`" if migrated.pending else "")
        findings.append(Finding("migrations", f"{migrated.applied} applied, {migrated.pending} pending", advice))
        if await connection.fetchval("select to_regclass('kit.deliveries') is not null"):
            findings += await _events(connection)
        return findings
    finally:
        await connection.close()


async def _events(connection: asyncpg.Connection) -> list[Finding]:
    waiting = await connection.fetchval("select count(*) from kit.events")
    oldest = await connection.fetchval("select extract(epoch from now() - min(at))::float8 from kit.events") or 0.0
    late = waiting > MOST_WAITING or (waiting and oldest > 600)
    dead = await connection.fetchval("select count(*) from kit.deliveries where dead_at is not null")
    retried = await connection.fetchval("select count(*) from kit.deliveries where dead_at is null")
    return [
        Finding(
            "events",
            f"{waiting} wait, the oldest for {oldest:.0f} s; {retried} are tried again",
            "see that `shuke serve` or `shuke work` runs, and read what it prints" if late else "",
        ),
        Finding(
            "dead letters", str(dead), "look at them in the platform office, mend the cause, send them again" if dead else ""
        ),
    ]
