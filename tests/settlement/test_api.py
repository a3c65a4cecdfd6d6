"""Statements and earnings by the API: they add up, as files and on paper too, and nobody sees another's."""

import csv
import io
from datetime import date

import pytest

from shuke.agreements import link_person
from shuke.kit.db import Database
from shuke.settlement import correct
from tests import world
from tests.settlement.settle_world import agents, bought, market, run, soon, used
from tests.world import Client, problem

pytestmark = pytest.mark.row("4.6")


async def test_a_statement_adds_up(client: Client, database: Database) -> None:
    at = await market(database, price=1999)
    async with database.write() as db:
        await agents(db, at)
    none = await client.get(f"{at.api}/statements", headers=at.owner.headers)
    assert none.json() == {"currency": "EUR", "balance": 0, "due": {"uses": 0, "gross": 0, "net": 0}, "days": []}
    vouchers = await bought(database, at, 3)
    for voucher in vouchers:
        await used(database, at, voucher)
    shown = (await client.get(f"{at.api}/statements", headers=at.owner.headers)).json()
    assert shown["due"] == {"uses": 3, "gross": 5997, "net": 3 * 1832}
    await run(database, soon())
    shown = (await client.get(f"{at.api}/statements", headers=at.owner.headers)).json()
    assert shown["balance"] == 3 * 1832
    [day] = shown["days"]
    assert (day["opening"], day["closing"], day["lines"], day["closed_at"]) == (0, 5496, 3, None)
    await run(database, soon(60 * 26))
    path = f"{at.api}/statements/{day['day']}"
    statement = (await client.get(path, headers=at.owner.headers)).json()
    assert statement["closed_at"]
    assert statement["opening"] + sum(total["net"] for total in statement["totals"]) == statement["closing"] == 5496
    lines = (await client.get(f"{path}/lines?most=2", headers=at.owner.headers)).json()
    rest = (await client.get(f"{path}/lines?most=2&after={lines['next']}", headers=at.owner.headers)).json()
    every = lines["lines"] + rest["lines"]
    assert len(every) == 3
    assert rest["next"] is None
    for line in every:
        assert line["gross"] == line["platform"] + line["agent"] + line["operator"] + line["net"]
    months = (await client.get(f"{at.api}/statement-months", headers=at.owner.headers)).json()
    assert (months[0]["uses"], months[0]["commission"], months[0]["net"]) == (3, 3 * 167, 5496)

    rows = list(
        csv.reader(io.StringIO((await client.get(f"{path}/lines.csv", headers=at.owner.headers)).text.lstrip("\ufeff")))
    )
    assert rows[1][1:] == ["opening", "", "", "", "", "", "", "0.00", "EUR", ""]
    assert [row[7] for row in rows[2:5]] == ["18.32"] * 3
    assert [row[8] for row in rows[2:]] == ["18.32", "36.64", "54.96", "54.96"]
    async with database.write() as db:
        await correct(db, at.owner.person_id, at.merchant_id, -1250, "Rented a card reader")
    today = (await client.get(f"{at.api}/statements", headers=at.owner.headers)).json()["days"][0]["day"]
    file = (await client.get(f"{at.api}/statements/{today}/lines.csv", headers=at.owner.headers)).text
    assert ",12.50,0.00,0.00,-12.50,42.46," in file, "amounts below zero are numbers too"
    for language in ("en", "zh-CN"):
        paper = await client.get(f"{path}/statement.pdf", headers=at.owner.headers | {"accept-language": language})
        assert paper.content.startswith(b"%PDF")


async def test_whose_statement(client: Client, database: Database) -> None:
    at = await market(database)
    today = date(2026, 1, 1)
    paths = (
        "statements",
        "statement-months",
        f"statements/{today}",
        f"statements/{today}/lines",
        f"statements/{today}/lines.csv",
    )
    for path in paths:
        assert problem(await client.get(f"{at.api}/{path}", headers=at.guest.headers)) == (404, "not_found")
        assert problem(await client.get(f"{at.api}/{path}", headers=at.cashier.headers)) == (403, "not_allowed")
    assert problem(await client.get(f"{at.api}/statements/{today}", headers=at.owner.headers)) == (404, "not_found")


@pytest.mark.row("1.6")
async def test_earnings_are_the_partys_own(client: Client, database: Database) -> None:
    at = await market(database, price=1999)
    async with database.write() as db:
        agent, operator = await agents(db, at)
        person = await world.signed_in(db, "Agnes")
        contact = await db.value(str, "select value from people.contacts where person_id = :p", p=person.person_id)
        await link_person(db, at.owner.person_id, agent, contact or "")
    for voucher in await bought(database, at, 2):
        await used(database, at, voucher)
    await run(database, soon())
    assert [party["party_id"] for party in (await client.get("/api/v1/earnings", headers=person.headers)).json()] == [
        str(agent)
    ]
    assert (await client.get("/api/v1/earnings", headers=at.guest.headers)).json() == []
    shown = (await client.get(f"/api/v1/earnings/{agent}", headers=person.headers)).json()
    [day] = shown["days"]
    assert (day["lines"], day["gross"], day["amount"], day["closed"]) == (2, 3998, 38, False)
    await run(database, soon(60 * 26))
    [closed] = (await client.get(f"/api/v1/earnings/{agent}", headers=person.headers)).json()["days"]
    assert closed == day | {"closed": True}
    path = f"/api/v1/earnings/{agent}/{at.merchant_id}/{day['day']}/lines"
    lines = (await client.get(path, headers=person.headers)).json()["lines"]
    assert sum(line["amount"] for line in lines) == 38
    assert not {"agent", "operator", "platform", "net", "operator_id", "voucher_id", "note"} & set(lines[0]), "what is others'"
    for told in (shown["party"], (await client.get("/api/v1/earnings", headers=person.headers)).json()[0]):
        assert told["account"] == "FI •••• 0785"
    for other in (f"/api/v1/earnings/{operator}", path.replace(str(agent), str(operator))):
        assert problem(await client.get(other, headers=person.headers)) == (404, "not_found")
    assert problem(await client.get(path, headers=at.guest.headers)) == (404, "not_found")
    page = await client.get("/earnings", headers={**person.headers, "accept": "text/html"})
    assert "Kaisla Bakery" in page.text
    inside = await client.get(
        path.removeprefix("/api/v1").removesuffix("/lines"), headers={**person.headers, "accept": "text/html"}
    )
    assert inside.text.count("data-line") == 2
    assert (await client.get("/earnings", headers={**at.guest.headers, "accept": "text/html"})).status_code == 404


@pytest.mark.row("1.6")
async def test_all_that_was_earned_is_summed(client: Client, database: Database) -> None:
    at = await market(database)
    async with database.write() as db:
        agent, _operator = await agents(db, at)
        person = await world.signed_in(db, "Agnes")
        contact = await db.value(str, "select value from people.contacts where person_id = :p", p=person.person_id)
        await link_person(db, at.owner.person_id, agent, contact or "")
        for made in (
            """
            insert into settlement.statements
            select :m, date '2024-01-01' + n, 'UTC', 'EUR', 0, 0, 1, now() from generate_series(1, :days::int) n where :p::uuid is not null
            """,
            """
            insert into settlement.earnings
            select :m, :p, date '2024-01-01' + n, 'agent', 'EUR', 1, 1000, 100 from generate_series(1, :days::int) n
            """,
            """
            insert into payouts.payouts (merchant_id, bundle_id, party_id, day, currency, amount, account_holder, account, at)
            select :m, uuidv7(), :p, date '2024-01-01' + n, 'EUR', 10, 'Agnes', 'FI2112345600000785', now() from generate_series(1, :days::int) n
            """,
        ):
            await db.run(made, m=at.merchant_id, p=agent, days=700)
    page = await client.get("/earnings", headers={**person.headers, "accept": "text/html"})
    assert [amount for amount in ("€700.00", "€70.00", "€630.00") if amount not in page.text] == []
