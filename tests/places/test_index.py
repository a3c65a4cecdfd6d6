"""The index holds the open stores of approved merchants as they are, after each kind of change; what it says of hours is what stores say."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest

from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.deliver import drain
from shuke.kit.geo import Box, Point, metres
from shuke.merchants import (
    NewSpecialDay,
    NewSpell,
    StoreDraft,
    change_store,
    close_store,
    create_store,
    decide,
    drop_special_day,
    hours_of,
    open_at,
    set_hours,
    set_special_day,
    special_hours_of,
)
from shuke.places import Offer, Wanted, looking_at, near, place_of, places_of, set_deals, set_score, within
from shuke.places.actions import write
from shuke.places.reactions import tidy, walk
from shuke.places.types import Row
from tests import world
from tests.world import Shop

HELSINKI = Point(24.9414, 60.1699)


def draft(name: str = "Kaisla", point: Point = HELSINKI, category: str = "cafe") -> StoreDraft:
    return StoreDraft(
        name=name,
        zone="Europe/Helsinki",
        street="Kaisaniemenkatu 1",
        city="Helsinki",
        longitude=point.longitude,
        latitude=point.latitude,
        category=category,
    )


async def a_store(db: Db, point: Point = HELSINKI) -> tuple[Shop, UUID]:
    """A shop with its one store at a point; the index knows nothing of it before its events are delivered."""
    shop = await world.shop(db)
    await change_store(db, shop.merchant_id, shop.store_id, draft(point=point))
    return shop, shop.store_id


async def same(db: Db) -> list[tuple[UUID, str, str, float, float]]:
    """What the index holds, after a look that it is what the stores say."""
    index = await db.connection()
    held = await index.fetch(
        "select place_id, name, category, longitude, latitude, zone, street, city, merchant_id from places.places order by place_id"
    )
    stores = await index.fetch(
        """
        select store_id, s.name, case when s.category = 'other' then m.category else s.category end, longitude, latitude, zone, street,
          city, merchant_id
        from merchants.stores s join merchants.merchants m using (merchant_id)
        where m.status = 'approved' and s.closed_at is null and s.longitude is not null order by store_id
        """
    )
    assert [tuple(row) for row in held] == [tuple(row) for row in stores]
    return [tuple(row)[:5] for row in held]


Change = Callable[[Db, Shop], Awaitable[object]]


async def _another(db: Db, shop: Shop) -> None:
    await create_store(db, shop.merchant_id, draft("Second", Point(24.95, 60.17)))


CHANGES: dict[str, tuple[Change, int]] = {
    "nothing": (lambda db, shop: db.run("select 1"), 1),
    "renamed": (lambda db, shop: change_store(db, shop.merchant_id, shop.store_id, draft("Other")), 1),
    "moved": (lambda db, shop: change_store(db, shop.merchant_id, shop.store_id, draft(point=Point(116.3, 40.0))), 1),
    "of another kind": (lambda db, shop: change_store(db, shop.merchant_id, shop.store_id, draft(category="other")), 1),
    "closed": (lambda db, shop: close_store(db, shop.merchant_id, shop.store_id), 0),
    "one more": (_another, 2),
    "suspended": (lambda db, shop: decide(db, shop.merchant_id, "suspended", "", shop.owner_id), 0),
}


@pytest.mark.row("8.1")
@pytest.mark.parametrize("name", CHANGES)
async def test_the_index_follows_the_stores(database: Database, name: str) -> None:
    change, many = CHANGES[name]
    async with database.write() as db:
        shop, _store = await a_store(db)
        await world.shop(db, "Without a position")
    await drain(database)
    async with database.write() as db:
        assert len(await same(db)) == 1
        await set_score(db, shop.store_id, 4.5, 12)
        await change(db, shop)
    await drain(database)
    async with database.read() as db:
        assert len(await same(db)) == many
        place = await place_of(db, shop.store_id)
        assert place is None if many == 0 else place is not None and (place.score, place.reviews) == (4.5, 12)


@pytest.mark.row("8.1")
async def test_the_walk_mends_what_was_missed(database: Database) -> None:
    async with database.write() as db:
        await a_store(db)
        await db.run("delete from kit.events")
    async with database.write() as db:
        assert await walk(db) == 1
        assert await walk(db) == 0
        assert len(await same(db)) == 1
        await db.run("update merchants.merchants set status = 'suspended'")
        for _step in range(2):
            await walk(db)
        assert await same(db) == []


WEEKDAYS = [NewSpell(day, time(18), time(2)) for day in range(1, 8)]
SUNDAY_NIGHT = [NewSpell(7, time(20), time(4))]
ALL_DAY = [NewSpell(day, time(0), time(0)) for day in range(1, 8)]
LUNCH = [NewSpell(day, time(11), time(14)) for day in range(1, 6)] + [NewSpell(day, time(17), time(22)) for day in range(1, 6)]
TUESDAY = date(2026, 3, 24)  # the clock goes forward in the night to Sunday the 29th, in Helsinki at 3:00
CLOSED = NewSpecialDay()
LATE = NewSpecialDay([(time(12), time(3))])
SKIPPED = [
    spell for day in range(1, 8) for spell in (NewSpell(day, time(3, 30), time(9)), NewSpell(day, time(20), time(3, 15)))
]
WEEKS = {"past midnight": WEEKDAYS, "into Monday": SUNDAY_NIGHT, "around the clock": ALL_DAY, "twice a day": LUNCH}


@pytest.mark.row("8.1")
@pytest.mark.slow
@pytest.mark.parametrize("name", WEEKS)
@pytest.mark.parametrize("special", [None, CLOSED, LATE], ids=["ordinary", "closed on a day", "late on a day"])
async def test_open_is_what_the_store_says(database: Database, name: str, special: NewSpecialDay | None) -> None:
    async with database.write() as db:
        shop, store = await a_store(db)
        await set_hours(db, shop.merchant_id, store, WEEKS[name])
        with clock.at(datetime(2026, 3, 23, 12, tzinfo=UTC)):
            if special is not None:
                await set_special_day(db, shop.merchant_id, store, TUESDAY, special)
    with clock.at(datetime(2026, 3, 23, 12, tzinfo=UTC)):
        await drain(database)
    async with database.read() as db:
        spells = await hours_of(db, shop.merchant_id)
        specials = await special_hours_of(db, shop.merchant_id, TUESDAY - timedelta(days=2))
        for minutes in range(0, 8 * 24 * 60, 30):
            moment = datetime(2026, 3, 23, 0, tzinfo=UTC) + timedelta(minutes=minutes)
            with clock.at(moment):
                place = await place_of(db, store)
                said = open_at(spells, specials, "Europe/Helsinki", moment)
                assert place is not None
                assert place.open == said, moment
                [found] = [(await near(db, Wanted(point=HELSINKI, open_now=True))).items] if minutes % 180 == 0 else [None]
                assert found is None or len(found) == said


@pytest.mark.row("8.1")
@pytest.mark.parametrize(
    ("week", "day"),
    [
        (SKIPPED, datetime(2026, 3, 28, 20, tzinfo=UTC)),
        (WEEKDAYS, datetime(2026, 10, 24, 20, tzinfo=UTC)),
        (SUNDAY_NIGHT, datetime(2026, 10, 24, 20, tzinfo=UTC)),
        (ALL_DAY, datetime(2026, 10, 24, 20, tzinfo=UTC)),
    ],
    ids=["an hour is skipped within its hours", "twice: past midnight", "twice: into Monday", "twice: around the clock"],
)
async def test_open_in_the_night_in_which_the_clock_changes(database: Database, week: list[NewSpell], day: datetime) -> None:
    with clock.at(day):
        async with database.write() as db:
            shop, store = await a_store(db)
            await set_hours(db, shop.merchant_id, store, week)
        await drain(database)
    async with database.read() as db:
        spells = await hours_of(db, shop.merchant_id)
        for minutes in range(0, 24 * 60, 15):
            moment = day + timedelta(minutes=minutes)
            with clock.at(moment):
                place = await place_of(db, store)
            assert place is not None
            assert place.open == open_at(spells, [], "Europe/Helsinki", moment), moment


@pytest.mark.row("8.1")
async def test_hours_that_nobody_knows(database: Database) -> None:
    async with database.write() as db:
        shop, store = await a_store(db)
    await drain(database)
    async with database.write() as db:
        place = await place_of(db, store)
        assert place is not None
        assert place.open is None
        assert (await near(db, Wanted(point=HELSINKI, open_now=True))).items == []
        await set_hours(db, shop.merchant_id, store, ALL_DAY)
        await set_special_day(db, shop.merchant_id, store, clock.today("Europe/Helsinki"), CLOSED)
    await drain(database)
    async with database.write() as db:
        assert (await near(db, Wanted(point=HELSINKI, open_now=True))).items == []
        await drop_special_day(db, shop.merchant_id, store, clock.today("Europe/Helsinki"))
    await drain(database)
    async with database.read() as db:
        assert len((await near(db, Wanted(point=HELSINKI, open_now=True))).items) == 1


def rows(many: int, *, step: float = 0.0005, start: Point = HELSINKI) -> list[Row]:
    """Places of nobody in a line to the east, about 28 metres from each other; every third is a bar."""
    return [
        Row(
            place_id=uuid4(),
            merchant_id=None,
            name=f"Place {number}",
            category="bar" if number % 3 == 0 else "cafe",
            zone="Europe/Helsinki",
            longitude=start.longitude + number * step,
            latitude=start.latitude,
            source="test",
            source_id=str(number),
        )
        for number in range(many)
    ]


@pytest.mark.row("8.1")
async def test_pages_of_the_nearest_and_of_the_best(database: Database) -> None:
    every = rows(50)
    async with database.write() as db:
        await write(db, every)
        for number, row in enumerate(every):
            await set_score(db, row.place_id, number % 5 + 0.5, 3)
        for order in ("distance", "score"):
            wanted = Wanted(point=HELSINKI, order="score" if order == "score" else "distance", most=7)
            seen = []
            while True:
                found = await near(db, wanted)
                seen += found.items
                if found.after is None:
                    break
                wanted = Wanted(point=HELSINKI, order=wanted.order, most=7, after=found.after)
            assert len({one.place.place_id for one in seen}) == len(seen) == 50
            ranks = [-one.place.score if order == "score" else one.metres for one in seen]
            assert ranks == sorted(ranks)
        bars = await near(db, Wanted(point=HELSINKI, category="bar", most=3))
        assert [one.place.name for one in bars.items] == ["Place 0", "Place 3", "Place 6"]
        assert bars.items[1].metres == round(metres(HELSINKI, bars.items[1].place.point))
        few = await near(db, Wanted(point=HELSINKI, radius=100, most=20))
        assert [one.place.name for one in few.items] == ["Place 0", "Place 1", "Place 2", "Place 3"]
        good = await near(db, Wanted(point=HELSINKI, score=4, most=20))
        assert {one.place.score for one in good.items} == {4.5}
        only = await near(db, Wanted(point=HELSINKI, only=[every[9].place_id, every[4].place_id]))
        assert [one.place.name for one in only.items] == ["Place 4", "Place 9"]


@pytest.mark.row("8.1")
async def test_over_a_border_of_cells_and_the_date_line(database: Database) -> None:
    for start in (Point(24.99, 60.1699), Point(179.99, -17.0), Point(24.9, 60.4999)):
        async with database.write() as db:
            await db.run("delete from places.places")
            every = rows(20, step=0.001 if start.longitude < 179 else 0.0004, start=start)
            await write(db, every)
            found = await near(db, Wanted(point=start, most=50))
            assert [one.place.name for one in found.items] == [row.name for row in every]
    async with database.write() as db:
        await db.run("delete from places.places")
        west = [
            Row(
                place_id=uuid4(),
                merchant_id=None,
                name=f"{longitude}",
                category="cafe",
                zone="Pacific/Fiji",
                longitude=longitude,
                latitude=-17.0,
            )
            for longitude in (179.995, -179.995)
        ]
        await write(db, west)
        found = await within(db, Box(179.9, -17.1, -179.9, -16.9), looking_at(Box(179.9, -17.1, -179.9, -16.9)))
        assert {one.place.name for one in found.items} == {"179.995", "-179.995"}
        around = await near(db, Wanted(point=Point(179.999, -17.0)))
        assert {one.place.name for one in around.items} == {"179.995", "-179.995"}


@pytest.mark.row("8.1")
async def test_deals_begin_and_end_by_themselves(database: Database) -> None:
    async with database.write() as db:
        shop, store = await a_store(db)
        second = await create_store(db, shop.merchant_id, draft("Second", Point(24.95, 60.17)))
    await drain(database)
    begins = clock.now() + timedelta(hours=1)
    known = [
        Offer(shop.merchant_id, begins, begins + timedelta(hours=2), []),
        Offer(shop.merchant_id, begins, begins + timedelta(hours=1), [store]),
    ]
    async with database.write() as db:
        await set_deals(db, shop.merchant_id, known)
        for hours, here, there in ((0, 0, 0), (1.5, 2, 1), (2.5, 1, 1), (3.5, 0, 0)):
            with clock.at(begins + timedelta(hours=hours - 1)):
                places = await places_of(db, [store, second])
                assert (places[store].deals, places[second].deals) == (here, there)
                found = await near(db, Wanted(point=HELSINKI, has_deals=True))
                assert len(found.items) == bool(here) + bool(there)
        with clock.at(begins + timedelta(hours=1.5)):
            assert await tidy(db) == 1
            assert await db.values(int, "select cardinality(deals) from places.places order by place_id") == [1, 1]
        with clock.at(begins + timedelta(days=2)):
            assert await tidy(db) == 2
            assert await tidy(db) == 0
