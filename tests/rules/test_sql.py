"""Every statement in the source is prepared on the migrated schema; its columns are named like its Struct's fields."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module

import asyncpg
import msgspec

from shuke.kit.db import positional
from tests.rules.source import GROUND, WIRING, Module, modules

METHODS = frozenset({"one", "all", "grouped", "value", "values", "run"})
WRITES = re.compile(r"\b(?:insert into|update|delete from)\s+(?:only\s+)?([a-z_]+)\.([a-z_]+)", re.IGNORECASE)


class Statement(msgspec.Struct, frozen=True):
    """A statement where it stands; `kind` is the name of its Struct, empty for scalars."""

    module: Module
    line: int
    method: str
    kind: str
    sql: str


def statements() -> Iterator[Statement]:
    """Every literal handed to db.one, db.all, db.value, db.values or db.run."""
    for module in modules():
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in METHODS:
                continue
            place = 0 if node.func.attr == "run" else 1
            if len(node.args) <= place:
                continue
            argument = node.args[place]
            if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
                continue
            kind = node.args[0].id if node.func.attr in ("one", "all", "grouped") and isinstance(node.args[0], ast.Name) else ""
            yield Statement(module, node.lineno, node.func.attr, kind, argument.value)


async def test_statements_fit_the_schema(db_url: str) -> None:
    connection = await asyncpg.connect(db_url)
    wrong = []
    try:
        for statement in statements():
            where = f"{statement.module.name}:{statement.line}"
            try:
                prepared = await connection.prepare(positional(statement.sql)[0])
            except asyncpg.PostgresError as error:
                wrong.append(f"{where}: {error}")
                continue
            columns = tuple(attribute.name for attribute in prepared.get_attributes())[statement.method == "grouped" :]
            if statement.kind:
                fields = getattr(import_module(statement.module.name), statement.kind).__struct_fields__
                if columns != fields[: len(columns)] or len(columns) < _required(statement):
                    wrong.append(f"{where}: {statement.kind} has {fields}, the statement gives {columns}")
    finally:
        await connection.close()
    assert not wrong, "\n".join(wrong)


def _required(statement: Statement) -> int:
    """How many fields of the Struct have no default."""
    kind = getattr(import_module(statement.module.name), statement.kind)
    return len(kind.__struct_fields__) - len(kind.__struct_defaults__)


def test_a_room_writes_only_its_own_tables() -> None:
    foreign = []
    for statement in statements():
        room = statement.module.room
        if room in GROUND or room in WIRING or room == "demo":
            continue
        for schema, table in WRITES.findall(statement.sql):
            if schema != room and (schema, table) != ("kit", "events"):
                foreign.append(f"{statement.module.name}:{statement.line} writes {schema}.{table}")
    assert not foreign, "\n".join(foreign)
