"""The map's API: places as GeoJSON by point, by view, by what they are, page by page; one place."""

from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest

from shuke.deals import publish, stop
from shuke.deals.actions import create_deal
from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.kit.geo import Point, to_gcj
from shuke.merchants import StoreDraft, change_store
from shuke.places.actions import write
from tests import world
from tests.deals.test_deals import draft
from tests.places.test_index import HELSINKI, rows
from tests.world import Client, problem

NEAR = {"near": f"{HELSINKI.longitude},{HELSINKI.latitude}"}


@pytest.mark.row("8.5")
async def test_places_are_geojson(client: Client, database: Database) -> None:
    every = rows(30)
    async with database.write() as db:
        await write(db, every)
    answer = await client.get("/api/v1/places", params=NEAR | {"limit": 10})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["type"] == "FeatureCollection"
    assert [one["properties"]["name"] for one in body["features"]] == [row.name for row in every[:10]]
    first = body["features"][0]
    assert first["type"] == "Feature"
    assert first["geometry"] == {"type": "Point", "coordinates": [HELSINKI.longitude, HELSINKI.latitude]}
    assert first["properties"]["metres"] == 0
    assert first["properties"]["href"] == f"/places/{every[0].place_id}"
    seen = list(body["features"])
    while body["next"]:
        body = (await client.get("/api/v1/places", params=NEAR | {"limit": 10, "cursor": body["next"]})).json()
        seen += body["features"]
    assert [one["id"] for one in seen] == [str(row.place_id) for row in every]
    view = {"bbox": "24.94,60.16,24.9435,60.18", "category": "bar"}
    found = (await client.get("/api/v1/places", params=view)).json()["features"]
    assert {one["properties"]["name"] for one in found} == {"Place 0", "Place 3"}
    one = await client.get(f"/api/v1/places/{every[4].place_id}")
    assert (one.status_code, one.json()["properties"]["name"]) == (200, "Place 4")
    assert problem(await client.get(f"/api/v1/places/{uuid4()}")) == (404, "not_found")


@pytest.mark.row("8.5")
@pytest.mark.parametrize(
    "wrong",
    [
        {"near": "24.9"},
        {"near": "nan,60"},
        {"near": "24.9,91"},
        {"bbox": "1,2,3"},
        {"bbox": "24,61,25,60"},
        {"category": "castle"},
        {"limit": "0"},
        {"limit": "501"},
        {"radius": "-1"},
        {"radius": "nan"},
        {"order": "beauty"},
        {"price": "9"},
        {"cursor": "x"},
        {"coordinates": "bd09"},
        {"coordinates": "gcj02", "bbox": "1,2,3"},
    ],
)
async def test_what_cannot_be_read_is_refused(client: Client, wrong: dict[str, str]) -> None:
    answer = await client.get("/api/v1/places", params=NEAR | wrong)
    assert problem(answer) == (422, "query_unreadable")


@pytest.mark.row("8.5")
async def test_positions_of_chinese_maps_are_understood(client: Client, database: Database) -> None:
    place = msgspec.structs.replace(rows(1)[0], longitude=116.3103, latitude=39.9927)
    async with database.write() as db:
        await write(db, [place])
    there = to_gcj(Point(place.longitude, place.latitude))
    asked = {"near": f"{there.longitude},{there.latitude}", "radius": "50"}
    assert (await client.get("/api/v1/places", params=asked)).json()["features"] == []  # half a kilometre off
    [found] = (await client.get("/api/v1/places", params=asked | {"coordinates": "gcj02"})).json()["features"]
    assert found["geometry"]["coordinates"] == [place.longitude, place.latitude]
    assert found["properties"]["metres"] == 0
    view = f"{there.longitude - 0.001},{there.latitude - 0.001},{there.longitude + 0.001},{there.latitude + 0.001}"
    seen = (await client.get("/api/v1/places", params={"bbox": view, "coordinates": "gcj02"})).json()["features"]
    assert [one["id"] for one in seen] == [str(place.place_id)]
    page = await client.get("/explore", params={"at": f"{there.longitude},{there.latitude},15", "coordinates": "gcj02"})
    assert 'data-map-at="116.31030,39.99270,15"' in page.text


@pytest.mark.row("8.5")
async def test_whose_data_it_is_is_said(client: Client, database: Database) -> None:
    assert (await client.get("/api/v1/places", params=NEAR)).json()["attribution"] == ""
    async with database.write() as db:
        await write(db, [msgspec.structs.replace(row, source="OpenStreetMap") for row in rows(2)])
    assert (await client.get("/api/v1/places", params=NEAR)).json()["attribution"] == "© OpenStreetMap contributors"


@pytest.mark.row("8.1")
async def test_a_deal_shows_on_the_map_while_it_is_sold(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        store = StoreDraft(
            name="Kaisla", zone="Europe/Helsinki", longitude=HELSINKI.longitude, latitude=HELSINKI.latitude, category="cafe"
        )
        await change_store(db, shop.merchant_id, shop.store_id, store)
        deal = await create_deal(db, shop.merchant_id, shop.owner_id, draft(starts_at=clock.now() + timedelta(hours=1)))
        await publish(db, shop.merchant_id, deal, shop.owner_id)
    await drain(database)

    async def sold() -> list[int]:
        found = (await client.get("/api/v1/places", params=NEAR | {"deals": 1})).json()["features"]
        return [one["properties"]["deals"] for one in found]

    assert await sold() == []
    async with database.write() as db:
        await db.run("update deals.deals set starts_at = :now", now=clock.now() - timedelta(minutes=1))
        await stop(db, shop.merchant_id, deal, shop.owner_id, "for now")
    await drain(database)
    assert await sold() == []
    async with database.write() as db:
        await db.run("update deals.deals set status = 'on'")
        await change_store(db, shop.merchant_id, shop.store_id, store)  # any change of its stores brings its deals too
    await drain(database)
    assert await sold() == [1]
    async with database.write() as db:
        await stop(db, shop.merchant_id, deal, shop.owner_id, "enough")
    await drain(database)
    assert await sold() == []
