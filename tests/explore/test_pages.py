"""Pages of the map: the list without script, filters in the address, one place, what friends like."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from shuke.cards import JoinCall, join
from shuke.commands.places import read
from shuke.explore.place import ways
from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.deliver import drain
from shuke.kit.geo import Point
from shuke.kit.installation import InstallationRefused
from shuke.merchants import NewSpell, StoreDraft, change_store, set_hours
from shuke.places import Offer, Wanted, import_places, near, place_of, set_deals
from shuke.places.actions import write
from shuke.search import follow
from shuke.visits import set_audience
from tests import world
from tests.places.test_index import ALL_DAY, HELSINKI, rows
from tests.world import Client, Shop

HAIDIAN = Path("../shared/data/osm-beijing-haidian/pois.csv")
AT = f"at={HELSINKI.longitude},{HELSINKI.latitude},15"


async def placed(db: Db, name: str = "Kaisla", point: Point = HELSINKI, hours: list[NewSpell] = ALL_DAY) -> Shop:
    """A shop with its store on the map once its events are delivered."""
    shop = await world.shop(db, name)
    draft = StoreDraft(
        name=name,
        zone="Europe/Helsinki",
        longitude=point.longitude,
        latitude=point.latitude,
        category="cafe",
        phone="+358401234567",
    )
    await change_store(db, shop.merchant_id, shop.store_id, draft)
    await set_hours(db, shop.merchant_id, shop.store_id, hours)
    return shop


async def sells(db: Db, shop: Shop) -> None:
    """The index knows of a deal for a day from now on."""
    now = clock.now()
    await set_deals(db, shop.merchant_id, [Offer(shop.merchant_id, now, now + timedelta(days=1), [])])


async def befriend(db: Db, one: UUID, other: UUID) -> None:
    await db.run(
        "insert into friends.friends (person_id, friend_id, since) values (:one, :other, :now), (:other, :one, :now)",
        one=one,
        other=other,
        now=clock.now(),
    )


async def went(db: Db, person_id: UUID, shop: Shop) -> None:
    await db.run(
        """
        insert into visits.visits (person_id, merchant_id, place_id, kind, reference, at)
        values (:person, :merchant, :place, 'purchase', uuidv7(), :at)
        """,
        person=person_id,
        merchant=shop.merchant_id,
        place=shop.store_id,
        at=clock.now() - timedelta(days=2),
    )


async def praises(db: Db, person_id: UUID, shop: Shop, stars: int) -> None:
    """A review that stands."""
    await db.run(
        """
        with written as (
          insert into reviews.reviews (merchant_id, place_id, person_id, visit_id, visit_kind, visited_at, overall, text, incentive, at)
          values (:merchant, :place, :person, uuidv7(), 'purchase', :now, :stars, 'Good', 'none', :now) returning review_id
        )
        insert into reviews.own (person_id, review_id, merchant_id, place_id) select :person, review_id, :merchant, :place from written
        """,
        merchant=shop.merchant_id,
        place=shop.store_id,
        person=person_id,
        stars=stars,
        now=clock.now(),
    )


@pytest.mark.row("8.1")
async def test_the_list_works_without_script(client: Client, database: Database) -> None:
    async with database.write() as db:
        await write(db, rows(30))
        await placed(db)
    await drain(database)
    page = (await client.get(f"/explore?{AT}")).text
    assert "Kaisla" in page
    assert "Open now" in page
    more = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = (await client.get(more)).text
    assert "Place 25" in second
    assert "Place 3<" not in second
    bars = (await client.get(f"/explore?{AT}&category=bar&open=1")).text
    assert "Nothing here" in bars
    assert "2 deals" not in page
    assert (await client.get("/explore?at=here")).status_code == 422


@pytest.mark.row("8.1")
async def test_the_page_of_a_place(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await placed(db)
        mia = await world.signed_in(db)
        liu = await world.person(db, "Liu")
        await befriend(db, mia.person_id, liu)
        await went(db, liu, shop)
        [nobodys] = rows(1)
        await write(db, [nobodys])
    await drain(database)
    path = f"/places/{shop.store_id}"
    page = (await client.get(path, headers=mia.headers)).text
    for part in (
        "Kaisla",
        "Liu went here",
        f"/check-in/{shop.store_id}",
        "around the clock",
        f"/share/place/{shop.store_id}",
        "/s/",
    ):
        assert part in page, part
    assert "Liu" not in (await client.get(path)).text
    async with database.write() as db:
        await set_audience(db, liu, "me")
        await join(db, [JoinCall(shop.merchant_id, mia.person_id, None)])
    page = (await client.get(path, headers=mia.headers)).text
    assert "Liu" not in page
    assert f"/cards/{shop.merchant_id}" in page
    assert "Nobody runs this place" in (await client.get(f"/places/{nobodys.place_id}")).text
    assert (await client.get(f"/explore/places/{nobodys.place_id}")).status_code == 200
    assert (await client.get(f"/places/{uuid4()}")).status_code == 404


@pytest.mark.row("8.6")
async def test_what_friends_like_with_who_and_why(client: Client, database: Database) -> None:
    async with database.write() as db:
        near_by, elsewhere = await placed(db, "Kaisla"), await placed(db, "Meri", Point(24.99, 60.2))
        mia = await world.signed_in(db)
        liu, ann, eve = [await world.person(db, name) for name in ("Liu", "Ann", "Eve")]
        for friend in (liu, ann):
            await befriend(db, mia.person_id, friend)
        for person, shop in ((liu, near_by), (liu, elsewhere), (liu, elsewhere), (ann, elsewhere), (eve, near_by)):
            await went(db, person, shop)
    await drain(database)
    page = (await client.get("/explore/friends", headers=mia.headers)).text
    assert page.index("Meri") < page.index("Kaisla")
    assert "were here, 3 visits" in page
    assert "Liu was here" in page
    assert "Eve" not in page
    async with database.write() as db:
        await praises(db, ann, near_by, 5)
        await praises(db, eve, near_by, 5)
    page = (await client.get("/explore/friends", headers=mia.headers)).text
    assert "Ann gives 5 stars" in page
    assert "Eve" not in page
    found = (await client.get("/api/v1/places", params={"near": "24.99,60.2", "friends": "1"}, headers=mia.headers)).json()
    assert [(one["properties"]["name"], one["properties"]["friends"]) for one in found["features"]] == [("Meri", 2)]
    assert (await client.get("/api/v1/places", params={"near": "24.99,60.2", "friends": "1"})).json()["features"] == []
    async with database.write() as db:
        await db.run(
            "insert into friends.hidden (person_id, other_id, mine, theirs, at) values (:a, :b, true, false, :now), (:b, :a, false, true, :now)",
            a=mia.person_id,
            b=liu,
            now=clock.now(),
        )
        await set_audience(db, ann, "me")
    page = (await client.get("/explore/friends", headers=mia.headers)).text
    assert "Meri" not in page
    assert "Ann gives 5 stars" in page  # a review is for everybody
    async with database.write() as db:
        await db.run("update reviews.reviews set hidden_at = :now", now=clock.now())
    page = (await client.get("/explore/friends", headers=mia.headers)).text
    assert "Nothing from friends yet" in page


@pytest.mark.row("8.1")
async def test_ways_to_a_place_in_china_are_shifted(database: Database) -> None:
    async with database.write() as db:
        [row] = rows(1, start=Point(116.3278572, 39.99114))
        [other] = rows(1)
        await write(db, [row, other])
        there, here = await place_of(db, row.place_id), await place_of(db, other.place_id)
    assert there is not None
    assert here is not None
    links = {way.name: way.href for way in ways(there)}
    assert "position=116.334001%2C39.992454" in links["Amap"]
    assert "geo:39.991140,116.327857" in links["Map app of this phone"]
    assert {way.name for way in ways(here)} == {"Map app of this phone", "OpenStreetMap"}


SAMPLE = """osm_type,osm_id,name,name_en,kind,value,cuisine,opening_hours,phone,street,housenumber,brand,lon,lat
node,1,面馆,Noodles,amenity,restaurant,noodle;chinese,Mo-Su 10:00-02:00,010 1234,成府路,3,,116.33,39.99
node,2,图书馆,,amenity,library,,sometimes,,,,,116.3301,39.99
node,3,,,amenity,cafe,,,,,,,116.3302,39.99
node,4,长椅,,amenity,bench,,,,,,,116.3303,39.99
node,5,无处,,amenity,cafe,,,,,,,x,39.99
"""


@pytest.mark.row("8.1")
async def test_places_of_nobody_are_brought_in_once(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "pois.csv"
    file.write_text(SAMPLE, "utf-8")
    found = read(file, "", "北京")
    assert [row.name for row in found] == ["面馆", "图书馆"]
    async with database.write() as db:
        assert await import_places(db, found) == 2
        assert await import_places(db, read(file, "", "北京")) == 0
        with clock.at(clock.now().replace(hour=17, minute=30)):  # half past one at night there
            [noodles, library] = (await near(db, Wanted(point=Point(116.33, 39.99)))).items
    assert (noodles.place.category, noodles.place.kind, noodles.place.open) == ("restaurant", "noodle, chinese", True)
    assert (noodles.place.called("en"), noodles.place.called("zh_CN")) == ("Noodles", "面馆")
    assert (library.place.category, library.place.kind, library.place.open) == ("other", "library", None)
    assert library.place.hours_text == "sometimes"
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InstallationRefused):
        read(tmp_path / "other.csv", "", "")


@pytest.mark.row("8.1")
@pytest.mark.skipif(not HAIDIAN.exists(), reason="the file of Haidian's places is not here")
async def test_a_real_district_is_brought_in(database: Database) -> None:
    found = read(HAIDIAN, "", "北京")
    async with database.write() as db:
        assert await import_places(db, found) == len(found) > 250
        cafes = await near(db, Wanted(point=Point(116.328, 39.991), category="cafe"))
    assert len(cafes.items) > 5


@pytest.mark.row("8.2")
async def test_a_place_is_chosen_on_another_page(client: Client, database: Database) -> None:
    async with database.write() as db:
        every = rows(3)
        await write(db, every)
        await follow(db, [row.place_id for row in every])
        mia = await world.signed_in(db)
    found = (await client.get("/explore/choices?q=plac", headers=mia.headers)).text
    assert found.count("<button") == 3
    assert f"/explore/choices/{every[1].place_id}" in found
    assert "<button" not in (await client.get("/explore/choices?q=", headers=mia.headers)).text
    chosen = (await client.get(f"/explore/choices/{every[1].place_id}", headers=mia.headers)).text
    assert f'<option value="{every[1].place_id}" selected>Place 1' in chosen
    assert (await client.get(f"/explore/choices/{uuid4()}", headers=mia.headers)).status_code == 404
    assert (await client.get("/explore/choices?q=plac")).url.path == "/sign-in"
