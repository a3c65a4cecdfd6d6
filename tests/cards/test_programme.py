"""Programmes by the API, welcomes, and vouchers for points."""

import asyncio
from uuid import uuid4

import pytest

from shuke.cards import ProgrammeDraft, lasts, rules_of_card, set_programme
from shuke.kit.db import Database
from shuke.ledger import Earning, balance_of, earn, invariants
from tests import world
from tests.purchases.test_record import bill, member
from tests.world import Client, problem

RULES = {
    "name": "Bakers",
    "zone": "Europe/Helsinki",
    "earn_points": 2,
    "earn_per": 100,
    "visit_points": 5,
    "birthday_factor": "2",
    "daily_cap": 100,
    "pending_days": 3,
    "expiry_days": 365,
    "tiers": [{"name": "Guest"}, {"name": "Friend", "threshold": 5000, "percent_off": 5, "points_factor": "1.5"}],
    "articles": [{"code": "bun", "points": 3}],
}


@pytest.mark.row("2.2")
async def test_the_rules_of_a_card_are_set_and_used(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        owner = await world.session_of(db, shop.owner_id)
        cashier, guest = await world.staff(db, shop), await member(db, shop)
    address = f"/api/v1/merchants/{shop.merchant_id}/programme"
    done = await client.put(address, json=RULES, headers=owner.headers)
    assert done.status_code == 200, done.text
    assert [tier["name"] for tier in done.json()["tiers"]] == ["Guest", "Friend"]
    assert (await client.get(address, headers=owner.headers)).json() == done.json()
    assert problem(await client.put(address, json=RULES, headers=cashier.headers)) == (403, "not_allowed")
    assert problem(await client.get(address, headers=guest.headers)) == (404, "not_found")
    lines = [{"article": "bun", "quantity": 2, "amount": 600}]
    bought = await client.post(
        "/api/v1/purchases", json=bill(shop, 1250, holder=str(guest.person_id), lines=lines), headers=cashier.headers
    )
    assert bought.json()["points"] == 24 + 5 + 6
    async with database.read() as db:
        assert (await balance_of(db, shop.merchant_id, guest.person_id)).pending == 35
        assert "365" in lasts((await rules_of_card(db, shop.merchant_id)).programme)


@pytest.mark.row("2.2")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"zone": "Mars/Base"}, "zone"),
        ({"colour": "red"}, "colour"),
        ({"earn_per": 0}, "earn_per"),
        ({"earn_points": -1}, "earn_points"),
        ({"birthday_factor": "NaN"}, "birthday_factor"),
        ({"birthday_factor": "1.005"}, "birthday_factor"),
        ({"daily_cap": 0}, "daily_cap"),
        ({"tiers": [{"name": "A", "threshold": 1}]}, "tiers"),
        ({"tiers": [{"name": "A"}, {"name": "A", "threshold": 1}]}, "tiers"),
        ({"tiers": [{"name": "A"}, {"name": "B", "threshold": 9}, {"name": "C", "threshold": 9}]}, "tiers"),
        ({"tiers": [{"name": "A", "percent_off": 101}]}, "tiers"),
        ({"tiers": [{"name": f"T{n}", "threshold": n} for n in range(11)]}, "tiers"),
        ({"articles": [{"code": "a", "points": 1}, {"code": "a", "points": 2}]}, "articles"),
    ],
)
async def test_rules_that_make_no_sense(client: Client, database: Database, change: dict[str, object], field: str) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        owner = await world.session_of(db, shop.owner_id)
    answer = await client.put(
        f"/api/v1/merchants/{shop.merchant_id}/programme", json={**RULES, **change}, headers=owner.headers
    )
    assert problem(answer) == (422, "programme_unreadable"), answer.text
    assert list(answer.json()["facts"]) == [field]
    async with database.read() as db:
        assert (await rules_of_card(db, shop.merchant_id)).programme.name == "Regulars"


@pytest.mark.row("2.2")
async def test_fewer_tiers_bring_members_down_to_the_last(database: Database) -> None:
    from_two = ProgrammeDraft(name="Plain", zone="UTC")
    async with database.write() as db:
        shop = await world.shop(db)
        await member(db, shop)
        await db.run("update cards.memberships set tier = 1")
    async with database.write() as db:
        await set_programme(db, shop.merchant_id, from_two)
        assert await db.value(int, "select tier::int from cards.memberships") == 0


@pytest.mark.row("2.2")
async def test_what_new_members_get(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop, other = await world.shop(db), await world.shop(db, "Elsewhere")
        owner = await world.session_of(db, shop.owner_id)
        one, two, foreign = await world.template(db, shop), await world.template(db, shop), await world.template(db, other)
    address = f"/api/v1/merchants/{shop.merchant_id}/welcomes"

    async def put(*welcomes: tuple[object, str, int]) -> tuple[int, str]:
        body = {"welcomes": [{"template_id": str(t), "manner": manner, "weight": w} for t, manner, w in welcomes]}
        return problem(await client.put(address, json=body, headers=owner.headers)) if welcomes else (0, "")

    body = {
        "welcomes": [
            {"template_id": str(one), "manner": "welcome"},
            {"template_id": str(two), "manner": "draw", "weight": 400_000},
        ]
    }
    done = await client.put(address, json=body, headers=owner.headers)
    assert done.status_code == 200, done.text
    assert [gift["manner"] for gift in done.json()] == ["welcome", "draw"]
    assert await put((one, "draw", 600_001), (two, "draw", 400_000)) == (409, "odds_above_certain")
    assert await put((one, "draw", 1), (one, "welcome", 1)) == (409, "welcome_twice")
    assert await put((one, "welcome", 1), (foreign, "welcome", 1)) == (404, "not_found")
    assert await put((one, "draw", 0)) == (422, "unreadable")
    assert (await client.get(address, headers=owner.headers)).json() == done.json()


@pytest.mark.row("2.3")
@pytest.mark.race
async def test_points_for_a_voucher_only_as_far_as_they_go(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        owner, guest = await world.session_of(db, shop.owner_id), await member(db, shop)
        template = await world.template(db, shop, "Free bun", kind="reward", value=0, gives="a bun", stock=3)
        await earn(db, [Earning(shop.merchant_id, guest.person_id, 250, "purchase", None, None, None)])
    address = f"/api/v1/merchants/{shop.merchant_id}/rewards"
    offer = [{"template_id": str(template), "points": 100}]
    assert (await client.put(address, json=offer, headers=owner.headers)).status_code == 200
    assert problem(await client.put(address, json=offer, headers=guest.headers)) == (404, "not_found")
    assert problem(await client.put(address, json=offer * 2, headers=owner.headers)) == (409, "reward_twice")
    assert [reward["points"] for reward in (await client.get(address)).json()["rewards"]] == [100]
    call = {"merchant_id": str(shop.merchant_id), "template_id": str(template)}
    answers = await asyncio.gather(*(client.post("/api/v1/rewards", json=call, headers=guest.headers) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201, 201] + [409] * 6
    assert {answer.json()["name"] for answer in answers if answer.status_code == 409} == {"not_enough_points"}
    wrong = await client.post("/api/v1/rewards", json={**call, "template_id": str(uuid4())}, headers=guest.headers)
    assert problem(wrong) == (404, "no_such_reward")
    async with database.read() as db:
        assert (await balance_of(db, shop.merchant_id, guest.person_id)).active == 50
        assert await db.value(int, "select stock from vouchers.templates where stock is not null") == 1
        assert await invariants(db) == []
