"""Everything on sale in one list: only what can be bought now, in pages that neither skip nor repeat, and of one's own shops."""

from datetime import timedelta
from uuid import UUID

import pytest

from shuke.cards import JoinCall, join
from shuke.deals import deals_around, stop
from shuke.kit import clock
from shuke.kit.cursor import Cursor
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.rooms import reactions
from tests import world
from tests.deals.test_deals import on_sale
from tests.world import Client

pytestmark = pytest.mark.row("4.1")


async def test_pages_of_what_is_on_now(database: Database) -> None:
    async with database.write() as db:
        shops = [await world.shop(db, name) for name in ("Kaisla Bakery", "Haven Cafe")]
        end = clock.now() + timedelta(days=7)
        made = [await on_sale(db, shop, ends_at=end, title=f"Deal {number}") for number in range(4) for shop in shops]
        later = await on_sale(db, shops[0], starts_at=clock.now() + timedelta(days=1), ends_at=end)
        stopped = await on_sale(db, shops[1])
        await stop(db, shops[1].merchant_id, stopped, shops[1].owner_id, "not now")
        seen: list[UUID] = []
        after: Cursor | None = None
        while page := await deals_around(db, after, 3):
            seen += [deal.deal_id for deal in page]
            after = Cursor(page[-1].ends_at, page[-1].deal_id)
        assert sorted(seen) == sorted(made)
        assert later not in seen
        with clock.at(clock.now() + timedelta(days=8)):
            assert await deals_around(db) == []


async def test_everybody_finds_deals_and_a_member_those_of_her_shops(client: Client, database: Database) -> None:
    async with database.write() as db:
        mine, other = await world.shop(db, "Kaisla Bakery"), await world.shop(db, "Haven Cafe")
        await on_sale(db, mine, title="Rye bread")
        await on_sale(db, other, title="Five coffees")
        mia = await world.signed_in(db)
        await join(db, [JoinCall(mine.merchant_id, mia.person_id, None)])
    page = await client.get("/deals")
    assert page.status_code == 200
    assert "Rye bread" in page.text
    assert "Five coffees" in page.text
    own = await client.get("/deals?mine=true", headers=mia.headers)
    assert "Rye bread" in own.text
    assert "Five coffees" not in own.text
    assert [deal["title"] for deal in (await client.get("/api/v1/deals?mine=true", headers=mia.headers)).json()["items"]] == [
        "Rye bread"
    ]
    assert (await client.get("/api/v1/deals?mine=true")).json() == {"items": [], "next": ""}
    assert len((await client.get("/api/v1/deals")).json()["items"]) == 2
    assert world.problem(await client.get("/api/v1/deals?after=nonsense")) == (422, "cursor_unreadable")
    for place in ("/wallet", "/me"):
        shown = (await client.get(place, headers=mia.headers)).text
        assert 'href="/deals"' in shown
        assert 'href="/orders"' in shown


async def test_what_is_sold_out_is_marked_and_the_nearest_store_told(client: Client, database: Database) -> None:
    assert reactions()
    async with database.write() as db:
        near, far = await world.shop(db, "Kaisla Bakery"), await world.shop(db, "Haven Cafe")
        gone, _left = await on_sale(db, near, title="Rye bread", stock=5), await on_sale(db, far, title="Five coffees", stock=5)
        await on_sale(db, far, title="Ten coffees")
    await drain(database)
    async with database.write() as db:
        await db.run("update checkout.stocks set free = 0 where deal_id = :deal", deal=gone)
        for shop, longitude in ((near, 24.95), (far, 24.75)):
            await db.run(
                "update merchants.stores set longitude = :longitude, latitude = 60.17 where merchant_id = :merchant",
                merchant=shop.merchant_id,
                longitude=longitude,
            )
    plain = (await client.get("/deals")).text
    assert (plain.count("Sold out"), plain.count("data-away")) == (1, 0)
    assert (await client.get(f"/deals/{near.merchant_id}")).text.count("Sold out") == 1
    told = (await client.get("/deals?longitude=24.94&latitude=60.17")).text
    assert [told.count(f"data-away>{away}<") for away in ("550 m", "11 km")] == [1, 2]
    assert "data-away" not in (await client.get("/deals?longitude=400&latitude=60.17")).text
