"""Numbers of a merchant: each is the count of the rows it leads to, on the merchant's own days."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from shuke.insight.spans import Span, read_span
from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.refusals import Unreadable
from tests import world
from tests.insight.test_members import member
from tests.world import Client, Shop, problem

pytestmark = pytest.mark.row("11.1")


async def bought(db: Db, at: Shop, person_id: UUID | None, paid: int, moment: datetime, *, back: bool = False) -> UUID:
    """A purchase as the till would have written it."""
    purchase_id = uuid4()
    await db.run(
        """
        insert into purchases.purchases (merchant_id, purchase_id, store_id, person_id, total, request_key, at)
        values (:merchant, :purchase, :store, :person, :paid, :key, :at)
        """,
        merchant=at.merchant_id,
        purchase=purchase_id,
        store=at.store_id,
        person=person_id,
        paid=paid,
        key=purchase_id.hex,
        at=moment,
    )
    if back:
        await db.run(
            """
            insert into purchases.reversals (merchant_id, purchase_id, staff_id, reason, request_key, at)
            values (:merchant, :purchase, :staff, 'wrong', :key, :at)
            """,
            merchant=at.merchant_id,
            purchase=purchase_id,
            staff=at.owner_id,
            key=purchase_id.hex,
            at=moment,
        )
    return purchase_id


async def test_numbers_are_the_rows_behind_them(client: Client, database: Database) -> None:
    now = clock.now()
    async with database.write() as db:
        at = await world.shop(db)
        boss = await world.staff(db, at, "manager")
        aino, bertil = await member(db, at, "Aino"), await member(db, at, "Bertil", by_scene=False)
        for person_id, paid in [(aino, 1000), (aino, 250), (bertil, 500), (None, 90)]:
            await bought(db, at, person_id, paid, now - timedelta(days=3))
        await bought(db, at, aino, 7777, now - timedelta(days=3), back=True)
        await bought(db, at, aino, 300, now - timedelta(days=40))
    numbers = (await client.get(f"/api/v1/merchants/{at.merchant_id}/numbers?span=30", headers=boss.headers)).json()
    figures = numbers["now"]
    assert (figures["joins"], figures["members"]) == (2, 2)
    assert (figures["purchases"], figures["visits"], figures["paid"]) == (4, 2, 1840)
    assert (numbers["before"]["purchases"], numbers["before"]["paid"]) == (1, 300)
    assert sum(day["paid"] for day in numbers["days"]) == figures["paid"]
    assert sum(source["joins"] for source in numbers["sources"]) == figures["joins"]
    assert sum(store["purchases"] for store in numbers["stores"]) == figures["purchases"]
    client.cookies.set("shuke_session", boss.token)
    page = await client.get(f"/console/{at.merchant_id}")
    links = [link.replace("&amp;", "&") for link in re.findall(r'<a class="stat" href="([^"]+)"', page.text)]
    assert len(links) == 6
    for link in links:
        assert (await client.get(link)).status_code == 200, link
    visits = await client.get(next(link for link in links if "rows=visits" in link))
    assert visits.text.count("<tr>") - 1 == figures["visits"]
    purchases = await client.get(next(link for link in links if "/purchases?from" in link))
    assert purchases.text.count("<tr>") - 1 - purchases.text.count("Taken back") == figures["purchases"]


async def test_a_purchase_with_its_lines(client: Client, database: Database) -> None:
    async with database.write() as db:
        at, other = await world.shop(db), await world.shop(db, "Other")
        boss = await world.staff(db, at, "support")
        purchase_id = await bought(db, at, await member(db, at, "Aino"), 999, clock.now())
        foreign = await bought(db, other, None, 5, clock.now())
    client.cookies.set("shuke_session", boss.token)
    page = await client.get(f"/console/{at.merchant_id}/purchases/{purchase_id}")
    assert page.status_code == 200
    assert "9.99" in page.text
    assert (await client.get(f"/console/{at.merchant_id}/purchases/{foreign}")).status_code == 404


async def test_everybody_begins_where_she_works(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await world.shop(db)
        people = {role: await world.staff(db, at, role) for role in ("manager", "support", "cashier")}
        stranger = await world.signed_in(db)
    ways = {"manager": f"/console/{at.merchant_id}", "support": f"/console/{at.merchant_id}/members", "cashier": "/till"}
    for role, signed in people.items():
        client.cookies.set("shuke_session", signed.token)
        chosen = await client.get("/console", follow_redirects=False)
        assert chosen.headers["location"] == f"/console/{at.merchant_id}"
        first = await client.get(chosen.headers["location"], follow_redirects=False)
        assert first.headers.get("location", f"/console/{at.merchant_id}") == ways[role]
    client.cookies.set("shuke_session", stranger.token)
    assert "/merchants/new" in (await client.get("/console")).text
    assert (await client.get(f"/console/{at.merchant_id}")).status_code == 404


def test_spans_are_whole_days_across_daylight_saving() -> None:
    span = Span("own", "Europe/Helsinki", date(2026, 3, 29), date(2026, 3, 29))
    assert span.end.astimezone(UTC) - span.start.astimezone(UTC) == timedelta(hours=23)
    autumn = Span("own", "Europe/Helsinki", date(2026, 10, 25), date(2026, 10, 25))
    assert autumn.end.astimezone(UTC) - autumn.start.astimezone(UTC) == timedelta(hours=25)
    month = read_span("Europe/Helsinki", "30", "", "2026-03-31")
    assert (month.first, month.before.first, month.before.last) == (date(2026, 3, 2), date(2026, 1, 31), date(2026, 3, 1))
    for first, last in [("2026-02-30", ""), ("x", ""), ("2026-03-02", "2026-03-01"), ("0001-01-01", "2026-01-01")]:
        with pytest.raises(Unreadable):
            read_span("Europe/Helsinki", "30", first, last)


async def test_refused(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await world.shop(db)
        boss = await world.staff(db, at, "owner")
    path = f"/api/v1/merchants/{at.merchant_id}/numbers"
    assert problem(await client.get(f"{path}?from=x", headers=boss.headers)) == (422, "day_unreadable")
    assert problem(await client.get(f"{path}?from=2026-02-02&to=2026-01-01", headers=boss.headers)) == (422, "span_unreadable")
