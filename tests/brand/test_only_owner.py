"""An open shop keeps an owner: her account can't be erased before she hands over, also not when two go at once."""

import asyncio
from uuid import UUID

import pytest

from shuke.kit.db import Database
from shuke.kit.refusals import Refusal
from shuke.merchants import Acting, end_job
from shuke.merchants.actions import decide, employ, found
from shuke.people.erase import erase
from tests import world
from tests.people.test_account import code_for
from tests.world import Client, Shop, problem

pytestmark = pytest.mark.row("1.4")


async def outcome(database: Database, person_id: UUID) -> str:
    """What erasing her says."""
    try:
        async with database.write() as db:
            await erase(db, person_id)
    except Refusal as refusal:
        return refusal.name
    return "erased"


async def test_the_page_and_the_api_say_what_to_do_first(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await world.shop(db)
        boss = await world.session_of(db, at.owner_id)
        email = await db.value(str, "select value from people.contacts where person_id = :person", person=at.owner_id)
    assert email is not None
    client.cookies.set("shuke_session", boss.token)
    page = await client.get("/me/erasure")
    token = page.text.split('name="csrf" value="')[1].split('"')[0]
    asked = await client.post("/me/erasure", data={"contact": email, "csrf": token})
    assert asked.status_code == 409
    assert "You are the only owner of Kaisla Bakery. Make somebody else an owner there" in asked.text
    assert 'href="/console"' in asked.text
    client.cookies.clear()
    await client.post("/api/v1/me/erasure-codes", json={"contact": email}, headers=boss.headers)
    body = {"contact": email, "code": await code_for(client, email)}
    gone = await client.request("DELETE", "/api/v1/me", json=body, headers=boss.headers)
    assert problem(gone) == (409, "only_owner")
    async with database.write() as db:
        await employ(db, at.merchant_id, await world.person(db), "owner", at.owner_id, None)
    gone = await client.request("DELETE", "/api/v1/me", json=body, headers=boss.headers)
    assert gone.status_code == 204, gone.text


async def test_who_may_go(database: Database) -> None:
    async with database.write() as db:
        at = await world.shop(db)
        cashier = await world.staff(db, at)
        founder = await world.person(db)
        await found(db, "A draft", "EUR", "bakery", founder)
    assert await outcome(database, cashier.person_id) == "erased"
    assert await outcome(database, founder) == "erased"  # nobody has a card of a draft
    assert await outcome(database, at.owner_id) == "only_owner"
    async with database.write() as db:
        await decide(db, at.merchant_id, "suspended", "closed by its owner's wish", at.owner_id)
    assert await outcome(database, at.owner_id) == "erased"


@pytest.mark.race
async def test_two_owners_at_once_leave_one(database: Database) -> None:
    async with database.write() as db:
        shops = [await world.shop(db, f"Shop {n}") for n in range(10)]
        seconds = [await world.staff(db, at, "owner") for at in shops]

    async def ended(at: Shop, person_id: UUID) -> str:
        acting = Acting(person_id, at.merchant_id, at.tag, "Shop", "EUR", "owner", None)
        try:
            async with database.write() as db:
                await end_job(db, acting, person_id)
        except Refusal as refusal:
            return refusal.name
        return "ended"

    for number, (at, second) in enumerate(zip(shops, seconds, strict=True)):
        other = outcome(database, second.person_id) if number % 2 else ended(at, second.person_id)
        said = await asyncio.gather(outcome(database, at.owner_id), other)
        assert len({"erased", "ended"} & set(said)) == 1, said
        assert {"only_owner", "last_owner"} & set(said), said
        async with database.read() as db:
            left = await db.value(
                int,
                """
                select count(*) from merchants.staff s join people.people p using (person_id)
                where s.merchant_id = :merchant and s.role = 'owner' and s.ended_at is null and p.erased_at is null
                """,
                merchant=at.merchant_id,
            )
        assert left == 1, said
