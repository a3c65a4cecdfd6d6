"""Every door by every wrong person: nobody signed in, another merchant's people, a role without the right, a foreign form."""

import re
from collections.abc import Iterator
from inspect import getclosurevars
from uuid import uuid4

import msgspec
import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from shuke.kit.db import Database
from shuke.kit.web import SESSION_COOKIE
from shuke.merchants.types import RIGHTS
from shuke.people import anyone, signed_in
from tests import world
from tests.world import Client, problem

SCENES = {
    "code": "0000000000",
    "kind": "email",
    "value": "a@example.org",
    "credential_id": "AAAA",
    "reaction": "x",
    "day": "2026-01-01",
    "event_id": "1",
    "number": "1",
    "act": "retry",
}


class Door(msgspec.Struct, frozen=True):
    """One handler at one address."""

    method: str
    path: str
    right: str | None
    open: bool
    own: bool

    @property
    def api(self) -> bool:
        """For programs, not for people."""
        return self.path.startswith("/api/")

    def address(self, **known: str) -> str:
        """With ids in it: those given, else ones that nobody has."""
        return re.sub(r"\{(\w+)\}", lambda found: known.get(found[1]) or SCENES.get(found[1]) or str(uuid4()), self.path)


def doors(client: Client) -> Iterator[Door]:
    """All of them, but for files and the like that are no room's."""
    for route in client.app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            guards = handler.resolve_guards()
            for method in handler.http_methods if guards else ():
                yield Door(method, route.path_format, _right(handler), anyone in guards, signed_in in guards)


def _right(handler: HTTPRouteHandler) -> str | None:
    for guard in handler.resolve_guards():
        right = getclosurevars(guard).nonlocals.get("right")
        if isinstance(right, str):
            return right
    return None


@pytest.mark.row("1.1")
@pytest.mark.row("11.6")
async def test_without_a_session(client: Client) -> None:
    """Programs get 401, people go to sign in; a form is refused before it is read."""
    closed = [door for door in doors(client) if not door.open]
    assert len(closed) > 100
    for door in closed:
        answer = await client.request(door.method, door.address(), follow_redirects=False)
        if door.api:
            assert problem(answer) == (401, "not_signed_in"), door
        elif door.method == "GET":
            assert answer.status_code == 303, door
            assert answer.headers["location"].startswith("/sign-in?next="), door
        else:
            assert answer.status_code == 401, door


@pytest.mark.row("1.4")
@pytest.mark.row("11.6")
async def test_another_merchants_people(client: Client, database: Database) -> None:
    """What is another merchant's does not exist, wherever its ids are put."""
    async with database.write() as db:
        mine, theirs = await world.shop(db), await world.shop(db, "Elsewhere")
        owner, template = await world.session_of(db, mine.owner_id), await world.template(db, theirs)
    foreign = {"merchant_id": str(theirs.merchant_id), "store_id": str(theirs.store_id), "template_id": str(template)}
    guarded = [door for door in doors(client) if "{merchant_id}" in door.path and not door.open and "platform" not in door.path]
    assert len(guarded) > 60
    for door in guarded:
        answer = await client.request(door.method, door.address(**foreign), headers=owner.headers)
        if door.path.startswith("/till/") and door.method == "POST" and answer.status_code == 422:
            continue  # the form is read first: it says nothing about the shop
        if door.own and answer.status_code != 404:
            assert answer.status_code < 500, door
            assert str(template) not in answer.text, door
            continue  # it answers about the caller herself, who is a guest there like anybody else
        assert answer.status_code == 404, door
        inside = {**foreign, "merchant_id": str(mine.merchant_id)}
        if door.method == "GET" and len(re.findall(r"_id\}", door.path)) > 1:
            answer = await client.request(door.method, door.address(**inside), headers=owner.headers)
            assert answer.status_code == 404, (door, "inside my own", answer.text[:200])
    bodies: dict[str, dict[str, object]] = {
        "withdrawal": {"reason": "x"},
        "stock": {"more": 1, "count": 1},
        "pause": {},
        "resume": {},
        "end": {},
        "claims": {"template_id": str(template)},
        "batches": {"template_id": str(template), "members": ["x@example.org"]},
    }
    for door in guarded:
        body = bodies.get(door.path.rsplit("/", 1)[-1])
        if door.api and door.method == "POST" and body is not None and "redemptions" not in door.path:
            answer = await client.post(
                door.address(**{**foreign, "merchant_id": str(mine.merchant_id)}), json=body, headers=owner.headers
            )
            assert answer.status_code in (404, 422), (door, answer.text[:300])
    async with database.read() as db:
        assert await db.value(
            int, "select count(*) from vouchers.template_steps where template_id = :template", template=template
        ) in (0, None)


@pytest.mark.row("1.4")
@pytest.mark.row("11.6")
@pytest.mark.parametrize("role", list(RIGHTS))
async def test_a_role_without_the_right(client: Client, database: Database, role: str) -> None:
    """403 before anything is read."""
    async with database.write() as db:
        shop = await world.shop(db)
        signed = await world.staff(db, shop, role)
    barred = [door for door in doors(client) if door.right is not None and door.right not in RIGHTS[role]]
    for door in barred:
        answer = await client.request(door.method, door.address(merchant_id=str(shop.merchant_id)), headers=signed.headers)
        assert answer.status_code == 403, door
    assert barred or role == "owner" or len(RIGHTS[role]) == len(RIGHTS["owner"])


@pytest.mark.row("1.1")
@pytest.mark.row("11.6")
async def test_a_form_without_its_token(client: Client, database: Database) -> None:
    """A session that comes by cookie needs the page's token with everything that writes; half a token is none."""
    async with database.write() as db:
        shop = await world.shop(db)
        owner = await world.session_of(db, shop.owner_id)
    client.cookies.set(SESSION_COOKIE, owner.token)
    where = {"merchant_id": str(shop.merchant_id), "store_id": str(shop.store_id)}
    writing = [door for door in doors(client) if not door.open and door.method != "GET"]
    assert len(writing) > 60
    for door in writing:
        for fields in ({}, {"csrf": "0" * 32}, {"csrf": "é"}):
            answer = await client.request(door.method, door.address(**where), data=fields, follow_redirects=False)
            assert answer.status_code == 403, (door, answer.text[:200])
    client.cookies.clear()
    for door in doors(client):
        if door.open and door.method == "POST":
            answer = await client.request("POST", door.address(), headers={"sec-fetch-site": "cross-site"})
            assert answer.status_code == 403, door
