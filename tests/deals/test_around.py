"""Everything on sale in one list: only what can be bought now, in pages that neither skip nor repeat, and of one's own shops."""

from datetime import timedelta
from uuid import UUID

import pytest

from shuke.cards import JoinCall, join
from shuke.deals import deals_around, stop
from shuke.kit import clock
from shuke.kit.cursor import Cursor
from shuke.kit.db import Database
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
