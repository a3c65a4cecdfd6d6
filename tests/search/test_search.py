"""What is found, in which order, and what follows when places change."""

import math
from uuid import UUID

import mapbox_vector_tile
import pytest

from shuke.commands.search import anew
from shuke.kit.db import Database, Db
from shuke.kit.geo import EQUATOR, Point, mercator
from shuke.kit.i18n import CHINESE, use_locale
from shuke.places import follow as follow_stores
from shuke.places.actions import write
from shuke.search import follow, search, suggest
from shuke.search.actions import rebuild, step
from shuke.search.types import Found
from tests import world
from tests.search.conftest import HERE, Town, row
from tests.world import Client, problem

MIDDLE = Point(*HERE)


def tile_of(at: tuple[float, float], zoom: int) -> str:
    """The address of the tile with this place."""
    x, y = mercator(Point(*at))
    side = 2 * math.pi * EQUATOR / 2**zoom
    return f"/api/v1/tiles/places/{zoom}/{int((x + math.pi * EQUATOR) / side)}/{int((math.pi * EQUATOR - y) / side)}.mvt"


async def _found(database: Database, words: str, near: Point | None = MIDDLE) -> list[Found]:
    async with database.read() as db:
        return await search(db, words, near, 5)


@pytest.mark.row("8.2")
@pytest.mark.parametrize(
    ("typed", "name", "reason"),
    [
        ("cafe ekberg", "Café Ekberg", "name"),
        ("CAFÉ EK", "Café Ekberg", "name"),
        ("ekberg", "Café Ekberg", "name"),
        ("kuu ravintola", "Ravintola Kuu", "name"),
        ("restaurant moon", "Ravintola Kuu", "name"),
        ("永和", "永和大王", "name"),
        ("大王", "永和大王", "name"),
        ("五道口", "一品三笑(五道口店)", "name"),
        ("yonghe da wang", "永和大王", "sound"),
        ("yhdw", "永和大王", "sound"),
        ("chongqing", "重庆小面", "sound"),
        ("勇和大王", "永和大王", "sound"),  # another character of the same sound
        ("永大王", "永和大王", "name"),
        ("yonghedawnag", "永和大王", "alike"),
        ("cafe ekbreg", "Café Ekberg", "alike"),
        ("stokcmann", "Stockmann", "alike"),
        ("理发", "", ""),
    ],
)
async def test_what_was_meant_comes_first(database: Database, town: Town, typed: str, name: str, reason: str) -> None:
    found = await _found(database, typed)
    assert [(one.place_id, one.reason) for one in found[:1]] == ([(town[name], reason)] if name else [])


@pytest.mark.row("8.2")
async def test_the_better_reason_first_and_the_nearer_among_equals(database: Database) -> None:
    rows = [row("Kahvila Aalto", 1), row("Aalto", 9), row("Aaltonen", 5), row("Aalto", 3), row("Aalot", 0)]
    async with database.write() as db:
        await write(db, rows)
        await follow(db, [one.place_id for one in rows])
    found = await _found(database, "aalto")
    assert [one.name for one in found] == ["Aalto", "Aalto", "Aaltonen", "Kahvila Aalto", "Aalot"]
    assert [one.place_id for one in found[:2]] == [rows[3].place_id, rows[1].place_id]
    assert found[0].metres == pytest.approx(166, abs=2)


@pytest.mark.row("8.2")
async def test_kinds_of_places_in_both_languages(database: Database, town: Town) -> None:
    for word in ("coffee", "咖啡"):
        found = await _found(database, word)
        assert [one.place_id for one in found] == [town[name] for name in ("Café Ekberg", "Fazer Café", "迷你站奶茶专门店")]
        assert {one.reason for one in found} == {"category"}
    both = await _found(database, "五道口 快餐")
    assert [one.place_id for one in both] == [town["一品三笑(五道口店)"]]


@pytest.mark.row("8.2")
@pytest.mark.usefixtures("town")
async def test_far_away_is_found_when_nothing_is_near(database: Database) -> None:
    assert [one.name for one in await _found(database, "stockmann", Point(116.3, 39.9))] == ["Stockmann"]
    assert [one.metres for one in await _found(database, "stockmann", None)] == [None]


@pytest.mark.row("8.2")
async def test_what_shops_sell_is_found_while_they_are_open(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        await db.run(
            "update merchants.stores set longitude = 24.94, latitude = 60.17 where merchant_id = :merchant",
            merchant=shop.merchant_id,
        )
        await db.run(
            "insert into merchants.articles (merchant_id, code, name) values (:merchant, '1', '夫妻肺片 Fuqi feipian')",
            merchant=shop.merchant_id,
        )
        await follow_stores(db, [shop.merchant_id])
        await follow(db, [shop.store_id])
    for typed in ("夫妻肺片", "肺片", "fuqi"):
        [found] = await _found(database, typed)
        assert (found.place_id, found.reason, found.shown) == (shop.store_id, "sold", "夫妻肺片 Fuqi feipian")
    async with database.write() as db:
        await db.run("update merchants.stores set closed_at = now() where merchant_id = :merchant", merchant=shop.merchant_id)
        await follow_stores(db, [shop.merchant_id])
    assert await _found(database, "夫妻肺片") == []  # gone from the map is gone from the search, at once
    async with database.write() as db:
        assert await follow(db, [shop.store_id]) == 1
        assert await db.value(int, "select count(*) from search.terms") == 0


@pytest.mark.row("8.2")
async def test_a_name_that_changes_is_found_by_the_new_one(database: Database) -> None:
    old = row("Ennen", 1)
    async with database.write() as db:
        await write(db, [old])
        assert await follow(db, [old.place_id]) == 1
        assert await follow(db, [old.place_id]) == 0  # as it was: nothing is written
        await db.run("update places.places set name = 'Uusi' where place_id = :place", place=old.place_id)
        assert await follow(db, [old.place_id]) == 1
    assert [one.place_id for one in await _found(database, "uusi")] == [old.place_id]
    assert all(one.reason == "alike" for one in await _found(database, "ennen"))


@pytest.mark.row("8.2")
async def test_an_operator_makes_the_index_anew(database: Database, town: Town) -> None:
    async with database.write() as db:
        await db.run("delete from search.terms")
    assert await _found(database, "stockmann") == []
    assert await anew(database) == len(town)
    assert [one.place_id for one in await _found(database, "stockmann")] == [town["Stockmann"]]


@pytest.mark.row("8.2")
async def test_the_walk_makes_the_index_anew(database: Database, town: Town) -> None:
    async with database.write() as db:
        await rebuild(db)
        assert await db.value(int, "select count(*) from search.terms") == 0
    done = 0
    while True:
        async with database.write() as db:
            moved = await step(db, 3)
        if not moved:
            break
        done += moved
    assert done == len(town)
    assert [one.place_id for one in await _found(database, "stockmann")] == [town["Stockmann"]]
    async with database.write() as db:
        await db.run("delete from places.places where place_id = :place", place=town["Stockmann"])
        assert [await step(db, 100), await step(db, 100)] == [0, 0]  # a step a minute from now on
        left = await db.values(UUID, "select place_id from search.places")
    assert town["Stockmann"] not in left


@pytest.mark.row("8.2")
async def test_suggestions_name_places_and_kinds(database: Database, town: Town) -> None:
    async with database.read() as db:
        typed = await suggest(db, "caf", MIDDLE)
        with use_locale(CHINESE):
            chinese = await suggest(db, "咖", MIDDLE)
            named = await suggest(db, "mini st", MIDDLE)
        assert await suggest(db, " ", MIDDLE) == []
    assert [one.text for one in typed] == ["Café Ekberg", "Café", "Fazer Café"]
    assert [(one.place_id, one.category) for one in typed][:2] == [(town["Café Ekberg"], "cafe"), (None, "cafe")]
    assert [(one.place_id, one.category) for one in chinese] == [(None, "cafe")]
    assert [one.text for one in named] == ["迷你站奶茶专门店"]


@pytest.mark.row("8.2")
async def test_over_the_api(client: Client, town: Town) -> None:
    found = await client.get("/api/v1/search", params={"q": "ekberg", "near": "24.94,60.17"})
    assert found.json()["items"][0]["place_id"] == str(town["Café Ekberg"])
    typed = await client.get("/api/v1/suggestions", params={"q": "yongh"})
    assert typed.json()["items"][0]["place_id"] == str(town["永和大王"])
    for near in ("x", "1", "999,3", "1,2,3,4", "nan,2"):
        assert problem(await client.get("/api/v1/search", params={"q": "a", "near": near})) == (422, "query_unreadable"), near
    assert (await client.get("/api/v1/search", params={"q": "%_\\'\"" * 50})).json() == {"items": []}


@pytest.mark.row("8.2")
async def test_the_page_works_without_script(client: Client, town: Town) -> None:
    empty = await client.get("/search", headers={"accept-language": "zh-CN"})
    assert "地点类型" in empty.text
    page = await client.get("/search", params={"q": "ekberg", "at": "24.94,60.17,14"})
    assert f"/places/{town['Café Ekberg']}" in page.text
    nothing = await client.get("/search", params={"q": "qqqqqqqq <b>"})
    assert "Nothing found for “qqqqqqqq &lt;b&gt;”" in nothing.text
    part = await client.get("/search/suggestions", params={"q": "咖啡"}, headers={"accept-language": "zh-CN"})
    assert "/explore?category=cafe" in part.text
    assert "<html" not in part.text


@pytest.mark.row("8.2")
@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("typed", ["ekb", "stokcmann", "kuu ravintola", "yonghedawnag"])
async def test_every_question_goes_by_the_index(database: Database, typed: str) -> None:
    async def walked(db: Db) -> int | None:
        return await db.value(
            int,
            "select sum(seq_scan)::int from pg_stat_xact_user_tables where relid in ('search.terms'::regclass, 'places.places'::regclass)",
        )

    async with database.write() as db:
        await db.run("set local enable_seqscan = off")  # a table of a few rows is read whole where an index would do
        before = await walked(db)
        assert await search(db, typed, MIDDLE, 5)
        assert await walked(db) == before


@pytest.mark.row("8.5")
async def test_places_are_served_as_vector_tiles(client: Client, town: Town) -> None:
    read = mapbox_vector_tile.decode((await client.get(tile_of(HERE, 13))).content)["places"]["features"]
    assert {one["properties"]["id"] for one in read} == {str(place) for place in town.values()}
    assert read[0]["properties"].keys() == {"id", "name", "category", "score", "deals"}
    assert (await client.get(tile_of((100.0, 10.0), 13))).status_code == 204
    for wrong in ("13/99999/1.mvt", "3/1/1.mvt", "13/1/x.mvt", "13/1/1.png"):
        assert (await client.get(f"/api/v1/tiles/places/{wrong}")).status_code == 404, wrong
