"""The place watch: what is told near here, of which shops, how often, and that it keeps no position."""

from datetime import timedelta

import pytest

from shuke.cards import JoinCall, join
from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.kit.geo import Point
from shuke.places import set_deals
from tests import world
from tests.explore.test_pages import befriend, placed, sells, went
from tests.places.test_index import HELSINKI
from tests.world import Client, Signed, problem


async def told(client: Client, signed: Signed) -> list[tuple[str, str]]:
    here = {"longitude": HELSINKI.longitude, "latitude": HELSINKI.latitude}
    answer = await client.post("/api/v1/place-watch/offers", json=here, headers=signed.headers)
    assert answer.status_code == 200, answer.text
    return [(one["place"]["properties"]["name"], one["why"]) for one in answer.json()["items"]]


@pytest.mark.row("8.4")
async def test_offers_near_me_keep_to_their_budget(client: Client, database: Database) -> None:
    async with database.write() as db:
        mia = await world.signed_in(db)
        liu = await world.person(db, "Liu")
        await befriend(db, mia.person_id, liu)
        shops = [await placed(db, f"Shop {n}", Point(HELSINKI.longitude + n * 0.0005, HELSINKI.latitude)) for n in range(7)]
        await went(db, liu, shops[0])
        for shop in shops[1:6]:
            await join(db, [JoinCall(shop.merchant_id, mia.person_id, None)])
    await drain(database)
    async with database.write() as db:
        for shop in shops:
            await sells(db, shop)
        await set_deals(db, shops[1].merchant_id, [])
    here = {"longitude": HELSINKI.longitude, "latitude": HELSINKI.latitude}
    off = await client.post("/api/v1/place-watch/offers", json=here, headers=mia.headers)
    assert problem(off) == (409, "not_watching")
    assert problem(await client.put("/api/v1/place-watch", json={"metres": 5}, headers=mia.headers)) == (
        422,
        "metres_unreadable",
    )
    assert (await client.put("/api/v1/place-watch", json={"metres": 1000}, headers=mia.headers)).status_code == 200
    first = [("Shop 0", "friends"), ("Shop 2", "card"), ("Shop 3", "card")]
    assert await told(client, mia) == first
    assert await told(client, mia) == first, "loading the page again tells the same and nothing more"
    assert "Shop 2" in (await client.get("/explore/watch", headers=mia.headers)).text
    with clock.at(clock.now() + timedelta(hours=20)):
        async with database.write() as db:
            for shop in shops:
                await sells(db, shop)
        assert await told(client, mia) == []
    with clock.at(clock.now() + timedelta(hours=26)):
        async with database.write() as db:
            for shop in shops:
                await sells(db, shop)
        assert await told(client, mia) == [("Shop 1", "card"), ("Shop 4", "card"), ("Shop 5", "card")]
        assert (await client.delete("/api/v1/place-watch", headers=mia.headers)).status_code == 204
        assert problem(await client.get("/api/v1/place-watch", headers=mia.headers)) == (404, "not_found")
    async with database.read() as db:
        columns = await db.values(
            str, "select column_name::text from information_schema.columns where table_schema = 'explore'"
        )
        assert not [name for name in columns if "lat" in name or "lon" in name or "spot" in name]
