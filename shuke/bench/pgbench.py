"""pgbench: the very statement that an action sends for a single call, run one by one by PostgreSQL's own load generator."""

import contextlib
import re
import subprocess
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import LiteralString, TypeVar
from uuid import UUID

import msgspec

from shuke.kit.db import Database, Db, positional
from shuke.kit.embedded_postgres import Postgres, binary

Row = TypeVar("Row", bound=msgspec.Struct)

LONGEST = 300  # seconds of one run


class Caught(msgspec.Struct, frozen=True):
    """A statement that an action sent, with its values."""

    text: str
    values: list[object]


class Catcher(Db):
    """Sends nothing: notes the statements it is given, and finds no rows."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, writes=False)
        self.sent: list[Caught] = []

    async def all(self, kind: type[Row], sql: LiteralString, /, **values: object) -> list[Row]:
        """Note it."""
        text, names = positional(sql)
        self.sent.append(Caught(text, [values[name] for name in names]))
        return []

    async def grouped(self, kind: type[Row], sql: LiteralString, /, **values: object) -> dict[UUID, list[Row]]:
        """Note it."""
        await self.all(kind, sql, **values)
        return {}


async def caught(database: Database, action: Callable[[Db], Awaitable[object]], most: int = 1) -> list[Caught]:
    """The first statements that `action` would send; what it does when it finds nothing does not matter."""
    catcher = Catcher(database)
    with contextlib.suppress(AssertionError, IndexError, KeyError):
        await action(catcher)
    if not catcher.sent:
        raise RuntimeError("the action sent nothing")
    return catcher.sent[:most]


def script(statements: Sequence[Caught], expressions: Mapping[str, str]) -> str:
    """The statements for pgbench. A value that is a key of `expressions` becomes that SQL expression of pgbench's variables."""
    lines = ["\\set i :i + 1", "\\set n :client_id * 1000000 + :i"]
    for statement in statements:

        def written(match: re.Match[str], statement: Caught = statement) -> str:
            return _literal(statement.values[int(match.group(1)) - 1], expressions)

        lines.append(" ".join(re.sub(r"\$(\d+)", written, statement.text).split()) + ";")
    return "\n".join(lines) + "\n"


def _literal(value: object, expressions: Mapping[str, str]) -> str:
    if isinstance(value, list):
        return f"array[{', '.join(_literal(item, expressions) for item in value)}]"
    if value is None:
        return "null"
    if str(value) in expressions:
        return expressions[str(value)]
    if isinstance(value, bool | int):
        return str(value)
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'::bytea"
    if isinstance(value, datetime):
        return "now()"
    if isinstance(value, UUID):
        return f"'{value}'::uuid"
    return "'" + str(value).replace("'", "''") + "'"


def rate(postgres: Postgres, text: str, *, clients: int, each: int) -> float:
    """Transactions a second of this script, prepared, each client `each` times."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql", prefix="shuke-bench-") as file:
        file.write(text)
        file.flush()
        command = [
            str(binary("pgbench")), "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-t", str(each), "-D", "i=0",
            "-h", str(postgres.socket_directory), "-p", str(postgres.port), "-U", "shuke", "-f", file.name, "shuke",
        ]  # fmt: skip
        answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST)
    found = re.search(r"tps = ([0-9.]+) \(without", answer.stdout)
    failed = re.search(r"number of failed transactions: ([0-9]+)", answer.stdout)
    if answer.returncode or found is None or (failed and failed.group(1) != "0"):
        raise RuntimeError(f"pgbench: {answer.stdout}\n{answer.stderr}")
    return float(found.group(1))
