"""Attacks that once worked, or nearly: each stays closed."""

from uuid import uuid4

import pytest
from httpx import Response

from shuke.kit.db import Database
from tests import world
from tests.counter import counter_world
from tests.world import Client, problem


@pytest.mark.row("1.1")
@pytest.mark.parametrize(
    "token", ["!" * 54, "A" * 20 + "!" * 34, "=" * 54, "é" * 54, "A" * 54, "A" * 10_000, "", "\x7f", "null"]
)
async def test_a_session_of_nobody(client: Client, token: str) -> None:
    """Tokens of another make or installation are no session, whatever is in them, on hot routes and others."""
    for path in ("/api/v1/wallet", "/api/v1/me"):
        bearer = await client.get(path, headers={b"authorization": f"Bearer {token}".encode("latin-1")})
        cookie = await client.get(path, headers={b"cookie": f"shuke_session={token}".encode("latin-1")})
        assert problem(bearer) == problem(cookie) == (401, "not_signed_in")


@pytest.mark.row("1.1")
@pytest.mark.parametrize(
    "address", ["//[", "http://[", "//evil.example", "/\\evil.example", "/\t/evil.example", "https:evil.example", "\x00"]
)
async def test_a_next_page_elsewhere(client: Client, address: str) -> None:
    """Nobody is sent to another site, nor does an address that is none break the page."""
    shown = await client.get("/sign-in", params={"next": address})
    assert shown.status_code == 200
    assert "evil.example" not in shown.text
    switched = await client.post("/language", data={"locale": "en", "next": address}, follow_redirects=False)
    assert (switched.status_code, switched.headers["location"]) == (303, "/")
    part = await client.get("/wallet", headers={"hx-request": "true", "hx-current-url": address.replace("\x00", "%00")})
    assert part.status_code == 401
    assert part.headers["hx-redirect"].startswith("/sign-in?next=")


@pytest.mark.row("3.3")
@pytest.mark.row("3.4")
async def test_a_key_that_two_cashiers_thought_of(client: Client, database: Database) -> None:
    """One of them has redeemed or sold; the other is not told that she had."""
    async with database.write() as db:
        at = await counter_world.counter(db)
        second = await world.staff(db, at.shop)
        code = await counter_world.voucher(db, at)
    wish = {**at.place, "code": code, "bill": 2000}

    async def send(path: str, body: dict[str, object], headers: dict[str, str]) -> Response:
        return await client.post(path, json=body, headers={**headers, "idempotency-key": "1"})

    first = await send("/api/v1/redemptions", wish, at.cashier.headers)
    assert first.status_code == 201
    assert (await send("/api/v1/redemptions", wish, at.cashier.headers)).json() == first.json()
    reused = (409, "idempotency_key_reused")
    assert problem(await send("/api/v1/redemptions", wish, second.headers)) == reused
    assert problem(await send("/api/v1/redemptions", {**wish, "bill": 2001}, at.cashier.headers)) == reused
    assert problem(await send("/api/v1/redemptions", {**wish, "holder": str(uuid4())}, at.cashier.headers)) == reused
    assert await counter_world.redemptions(database, at) == 1
    bill = {**at.place, "total": 500}
    sold = await send("/api/v1/purchases", bill, at.cashier.headers)
    assert sold.status_code == 201
    assert (await send("/api/v1/purchases", bill, at.cashier.headers)).json() == sold.json()
    assert problem(await send("/api/v1/purchases", bill, second.headers)) == reused
