"""pgbench: the very statement that an action sends for a single call, run one by one by PostgreSQL's own load generator."""

import re
import subprocess
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import LiteralString, TypeVar
from uuid import UUID

import msgspec

from shuke.kit.db import Database, Db, positional
from shuke.kit.embedded_postgres import Postgres, binary

Row = TypeVar("Row", bound=msgspec.Struct)


class Caught(Exception):
    """The statement that was about to be sent."""

    def __init__(self, text: str, values: list[object]) -> None:
        super().__init__(text)
        self.text = text
        self.values = values


class Catcher(Db):
    """Sends nothing: raises the first statement it is given."""

    async def all(self, kind: type[Row], sql: LiteralString, /, **values: object) -> list[Row]:
        """Raise it."""
        text, names = positional(sql)
        raise Caught(text, [values[name] for name in names])


async def caught(database: Database, action: Callable[[Db], Awaitable[object]]) -> Caught:
    """What `action` would send first."""
    try:
        await action(Catcher(database, writes=False))
    except Caught as statement:
        return statement
    raise AssertionError("the action sent nothing")


def script(statement: Caught, expressions: Mapping[str, str]) -> str:
    """The statement for pgbench. A value that is a key of `expressions` becomes that SQL expression of pgbench's variables."""

    def written(match: re.Match[str]) -> str:
        return _literal(statement.values[int(match.group(1)) - 1], expressions)

    body = re.sub(r"\$(\d+)", written, statement.text)
    return "\\set i :i + 1\n\\set n :client_id * 1000000 + :i\n" + " ".join(body.split()) + ";\n"


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
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([0-9.]+) \(without", answer.stdout)
    failed = re.search(r"number of failed transactions: ([0-9]+)", answer.stdout)
    if answer.returncode or found is None or (failed and failed.group(1) != "0"):
        raise RuntimeError(f"pgbench: {answer.stdout}\n{answer.stderr}")
    return float(found.group(1))
