"""Hot routes answer as the framework's way does, whatever is sent to them."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest
from httpx import Response
from litestar.types import HTTPDisconnectEvent, HTTPReceiveMessage, HTTPRequestEvent

from shuke.kit import hot
from shuke.kit.db import Database
from shuke.kit.refusals import Unreadable
from shuke.kit.web import SESSION_COOKIE
from shuke.people.tokens import read_token
from tests.counter import counter_world
from tests.world import Client, problem

PATHS = ["/api/v1/redemptions", "/api/v1/identifications", "/api/v1/memberships", "/api/v1/purchases"]
BODIES = [
    b"",
    b"{}",
    b"null",
    b"[]",
    b"\xff\xfe",
    b'{"merchant_id": 1}',
    b'{"code": "\\ud800"}',
    b"[" * 5000,
    b'{"a": ' * 5000,
    b"9" * 5000,
    b'{"merchant_id": "x", "merchant_id": "y"}',
]


def both(answers: list[Response]) -> None:
    """The same status, kind and name from either way."""
    told = [(answer.status_code, answer.headers["content-type"], answer.json().get("name")) for answer in answers]
    assert told[0] == told[1], told


@pytest.mark.row("3.3")
@pytest.mark.row("11.6")
@pytest.mark.parametrize("path", PATHS)
async def test_bad_bodies_are_refused_alike(client: Client, database: Database, path: str) -> None:
    """By the hot way, and by the framework's, which a slash at the end leads to."""
    async with database.write() as db:
        at = await counter_world.counter(db)
    for body in BODIES:
        for kind in ("application/json", "text/plain", "application/xml", ""):
            headers = {**at.cashier.headers, "content-type": kind}
            answers = [await client.post(one, content=body, headers=headers) for one in (path, f"{path}/")]
            both(answers)
            assert answers[0].status_code == 422, (body[:40], kind, answers[0].text)
    long = await client.post(path, content=b'"' + b"x" * 2_000_000 + b'"', headers=at.cashier.headers)
    assert long.status_code in (413, 422)
    for method in ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"):
        answers = [await client.request(method, one, headers=at.cashier.headers) for one in (path, f"{path}/")]
        assert answers[0].status_code == answers[1].status_code
        assert answers[0].status_code < 500


@pytest.mark.row("3.3")
@pytest.mark.row("3.4")
async def test_a_redeem_in_any_shape_is_one_redeem(client: Client, database: Database) -> None:
    """By the other way, by cookie, with a key too long, by a form: the same answers, one use."""
    async with database.write() as db:
        at = await counter_world.counter(db)
        code = await counter_world.voucher(db, at)
    wish = {**at.place, "code": code}
    headers = {**at.cashier.headers, "idempotency-key": str(uuid4())}
    path = "/api/v1/redemptions"

    long = {**headers, "idempotency-key": "k" * 201}
    both([await client.post(one, json=wish, headers=long) for one in (path, f"{path}/")])
    client.cookies.set(SESSION_COOKIE, at.cashier.token)
    token = read_token(at.cashier.token)
    assert token is not None
    bare = await client.post(path, json=wish)
    form = await client.post(path, data={**wish, "csrf": token.csrf})
    client.cookies.clear()
    assert problem(bare) == (403, "form_token_missing")
    assert form.status_code == 422
    assert await counter_world.redemptions(database, at) == 0
    first = await client.post(path, json=wish, headers=headers)
    assert first.status_code == 201
    for one in (path, f"{path}/", f"{path}?x=1"):
        again = await client.post(one, json=wish, headers=headers)
        assert (again.status_code, again.json()) == (201, first.json())
    assert await counter_world.redemptions(database, at) == 1


@pytest.mark.row("3.4")
async def test_a_till_that_goes_away_in_the_middle(client: Client, database: Database) -> None:
    """What it asked for is done once or not at all, and its key tells which."""
    async with database.write() as db:
        at = await counter_world.counter(db)
        codes = [await counter_world.voucher(db, at, f"No. {number}") for number in range(6)]
    for number, code in enumerate(codes):
        asking = asyncio.create_task(counter_world.redeem(client, at, code, key=code))
        await asyncio.sleep(0.002 * number)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        again = await counter_world.redeem(client, at, code, key=code)
        assert again.status_code == 201
    assert await counter_world.redemptions(database, at) == len(codes)


@pytest.mark.row("3.3")
async def test_a_body_in_pieces() -> None:
    """However it comes it is one body; more than a megabyte is not read to its end."""

    def arriving(parts: list[HTTPReceiveMessage]) -> Callable[[], Awaitable[HTTPReceiveMessage]]:
        async def receive() -> HTTPReceiveMessage:
            return parts.pop(0)

        return receive

    def part(body: bytes, *, more: bool) -> HTTPRequestEvent:
        return {"type": "http.request", "body": body, "more_body": more}

    gone: HTTPDisconnectEvent = {"type": "http.disconnect"}
    assert await hot._read(arriving([part(b"a", more=True), part(b"", more=True), part(b"b", more=False)])) == b"ab"
    assert await hot._read(arriving([part(b"a", more=True), gone])) == b"a"
    parts: list[HTTPReceiveMessage] = [part(b"x" * 400_000, more=True) for _ in range(10)]
    with pytest.raises(Unreadable, match="too_large"):
        await hot._read(arriving(parts))
    assert len(parts) == 7
