"""One code at many tills at once, through HTTP: exactly one success, and everybody else is told when and where."""

import asyncio
from uuid import uuid4

import pytest

from shuke.kit.db import Database
from tests import world
from tests.counter.counter_world import counter, press, redeem, redemptions, voucher
from tests.world import Client, problem

TILLS = 32


@pytest.mark.race
@pytest.mark.row("3.4")
async def test_one_code_at_32_tills(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await counter(db)
        code = await voucher(db, at)
        staff = [await world.staff(db, at.shop) for _ in range(TILLS)]
    call = {**at.place, "code": code}
    answers = await asyncio.gather(
        *(
            client.post("/api/v1/redemptions", json=call, headers={**one.headers, "idempotency-key": str(uuid4())})
            for one in staff
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (TILLS - 1)
    for refused in (answer for answer in answers if answer.status_code == 409):
        assert problem(refused) == (409, "already_redeemed")
        assert refused.json()["facts"]["store"] == "Kaisla Bakery Center"
        assert refused.json()["facts"]["at"]
    assert await redemptions(database, at) == 1


@pytest.mark.race
@pytest.mark.row("3.3")
async def test_one_key_many_times_is_one_use(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await counter(db)
        code = await voucher(db, at, "Ten lunches", kind="pass", uses=10)
    answers = await asyncio.gather(*(redeem(client, at, code, key="same") for _ in range(10)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["redemption_id"] for answer in answers}) == 1
    assert await redemptions(database, at) == 1
    pressed = [await press(client, at.cashier, f"{at.path}/redeem", code=code, key="drawn") for _ in range(3)]
    assert all("8 of 10 uses left" in one.text for one in pressed)
    assert await redemptions(database, at) == 2
    other = await redeem(client, at, code, key="same", bill=100)
    assert problem(other) == (409, "idempotency_key_reused")


@pytest.mark.race
@pytest.mark.row("2.5")
async def test_more_tills_than_connections_each_redeem_their_own(client: Client, database: Database) -> None:
    """Requests that wait for the batch hold no connection: else the pool would be empty and nobody could go on."""
    async with database.write() as db:
        at = await counter(db)
        codes = [await voucher(db, at) for _ in range(40)]
    answers = await asyncio.wait_for(asyncio.gather(*(redeem(client, at, code) for code in codes)), 30)
    assert {answer.status_code for answer in answers} == {201}
    assert await redemptions(database, at) == 40
