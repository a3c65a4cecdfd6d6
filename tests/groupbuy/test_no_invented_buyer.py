"""Nobody is in a group who isn't a person that sat down herself: by keys of the tables, and by every way that leads there."""

import ast
import re
from collections.abc import Iterator
from uuid import uuid4

import asyncpg
import pytest
from litestar.routes import HTTPRoute

from shuke.kit.db import Database
from shuke.main import create_app
from shuke.people import signed_in
from tests.groupbuy.together import group_sale, people, started
from tests.rules.source import Module, modules
from tests.rules.test_sql import statements

pytestmark = pytest.mark.row("4.2")

PLACES = {  # the only statements that make an order or a place
    ("groupbuy", "seats"): {"shuke.groupbuy.actions"},
    ("groupbuy", "places"): {"shuke.groupbuy.actions"},
    ("checkout", "orders"): {"shuke.checkout.take"},
}
DOORS = {"start", "join"}  # of groupbuy: the fourth value is who sits down
DOORSTEPS = {"create_group", "create_place", "start_group", "join_group"}


def test_only_one_statement_makes_a_place() -> None:
    makers: dict[tuple[str, str], set[str]] = {}
    for statement in statements():
        for schema, table in re.findall(r"insert into\s+([a-z_]+)\.([a-z_]+)", statement.sql, re.IGNORECASE):
            if (schema, table) in PLACES:
                makers.setdefault((schema, table), set()).add(statement.module.name)
                assert "from seat" in statement.sql or table != "places", "a place follows from a person's own seat"
    assert makers == PLACES


def test_nothing_else_writes_those_tables() -> None:
    loose = [
        f"{module.name}:{node.lineno}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search(r"(insert into|copy)\s+(groupbuy\.(places|seats)|checkout\.orders)\b", node.value, re.IGNORECASE)
        and module.name not in {name for names in PLACES.values() for name in names}
    ]
    assert not loose, loose


async def test_the_database_refuses_who_is_no_person(database: Database) -> None:
    async with database.write() as db:
        at = await group_sale(db)
    [guest] = await people(database, 1)
    order = await started(database, at, guest)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with database.write() as db:
            await db.run(
                "insert into groupbuy.seats (person_id, merchant_id, group_id, at) values (:nobody, :merchant, :group, now())",
                nobody=uuid4(),
                merchant=order.merchant_id,
                group=order.group_id,
            )
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with database.write() as db:
            await db.run(
                """
                insert into groupbuy.places (merchant_id, group_id, person_id, order_id, status, joined_at, paid_at)
                values (:merchant, :group, :nobody, :order, 'paid', now(), now())
                """,
                merchant=order.merchant_id,
                group=order.group_id,
                nobody=uuid4(),
                order=uuid4(),
            )
    with pytest.raises(asyncpg.UniqueViolationError):
        async with database.write() as db:
            await db.run(
                """
                insert into groupbuy.places (merchant_id, group_id, person_id, order_id, status, joined_at, paid_at)
                values (:merchant, :group, :nobody, :order, 'paid', now(), now())
                """,
                merchant=order.merchant_id,
                group=order.group_id,
                nobody=uuid4(),
                order=order.order_id,
            )


def _calls(*names: str) -> Iterator[tuple[Module, ast.Call, str]]:
    """Every call of these names, with the name of the function it stands in."""
    for module in modules():
        for function in ast.walk(module.tree):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                    yield module, node, function.name


def test_every_order_is_of_whoever_asks() -> None:
    found = set()
    for module, call, _function in _calls("OrderCall"):
        given = {word.arg: word.value for word in call.keywords}
        person = given.get("person_id") or call.args[2]
        found.add((module.name, ast.unparse(person)))
        assert "group_id" not in given or module.name == "shuke.groupbuy.actions", "only groupbuy orders for a group"
    tried = ("shuke.proof", "shuke.bench", "shuke.demo")
    made = {(name, person) for name, person in found if not name.startswith(tried)}
    assert ("shuke.groupbuy.actions", "person_id") in made
    assert {person for name, person in made if name != "shuke.groupbuy.actions"} == {"viewer.person_id"}


def test_whoever_sits_down_is_the_viewer() -> None:
    seen = set()
    for module, call, function in _calls(*DOORS):
        known = {
            alias.name
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ImportFrom) and node.module in ("shuke.groupbuy", "shuke.groupbuy.actions")
            for alias in node.names
        }
        assert isinstance(call.func, ast.Name)
        if call.func.id in known:
            assert ast.unparse(call.args[3]) == "viewer.person_id", f"{module.name}.{function}"
            seen.add(module.name)
    assert seen == {"shuke.groupbuy.routes", "shuke.groupbuy.pages"}


def test_every_way_to_a_place_asks_who_is_there() -> None:
    ways = {
        handler.fn.__name__: handler
        for route in create_app().routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if getattr(handler.fn, "__module__", "").startswith("shuke.groupbuy")
        and "POST" in handler.http_methods
        and handler.fn.__name__ != "leave_group"
    }
    assert set(ways) == DOORSTEPS
    for name, handler in ways.items():
        assert handler.resolve_guards() == [signed_in], name
