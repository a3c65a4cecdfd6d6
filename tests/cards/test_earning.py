"""How many points a purchase brings: the rules by example and by law, and the day's cap with many tills at once."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuke.cards import Earner, after, lifetime, points_for
from shuke.cards.earning import is_birthday
from shuke.kit import clock
from shuke.kit.batch import Batcher
from shuke.kit.db import Database
from shuke.ledger import Balance, balance_of, invariants
from shuke.purchases import PurchaseCall, PurchaseShown, record
from tests import world
from tests.purchases.test_record import member

DAY = date(2026, 6, 1)
PLAIN = Earner(
    merchant_id=uuid4(),
    person_id=uuid4(),
    zone="Europe/Helsinki",
    earn_points=1,
    earn_per=100,
    visit_points=0,
    birthday_factor=Decimal(1),
    daily_cap=None,
    pending_days=0,
    expiry_days=None,
    percent_off=0,
    points_factor=Decimal(1),
    birthday=None,
    earned_on=None,
    earned_today=0,
)


def earner(**changes: object) -> Earner:
    """A member of a programme of one point for each whole unit."""
    return msgspec.structs.replace(PLAIN, **changes)


@pytest.mark.row("2.3")
@pytest.mark.parametrize(
    ("changes", "paid", "articles", "points"),
    [
        ({}, 99, 0, 0),
        ({}, 1999, 0, 19),
        ({"earn_points": 3, "earn_per": 1000}, 2999, 0, 6),
        ({"points_factor": Decimal("1.5")}, 300, 0, 4),
        ({"points_factor": Decimal("1.5"), "birthday_factor": Decimal(2), "birthday": date(1990, 6, 1)}, 300, 0, 9),
        ({"birthday_factor": Decimal(2), "birthday": date(1990, 6, 2)}, 300, 0, 3),
        ({"visit_points": 10}, 300, 5, 18),
        ({"visit_points": 10, "earned_on": DAY}, 300, 5, 8),
        ({"visit_points": 10, "earned_on": DAY - timedelta(days=1)}, 300, 5, 18),
        ({"daily_cap": 12, "visit_points": 10}, 300, 5, 12),
        ({"daily_cap": 12, "earned_on": DAY, "earned_today": 11}, 300, 0, 1),
        ({"daily_cap": 12, "earned_on": DAY, "earned_today": 12}, 300, 0, 0),
        ({"daily_cap": 12, "earned_on": DAY - timedelta(days=1), "earned_today": 12}, 300, 0, 3),
        ({"daily_cap": 12, "earned_on": DAY, "earned_today": 40}, 300, 0, 0),
        ({"earn_points": 100_000, "earn_per": 1, "points_factor": Decimal(10)}, 10**12, 0, 10**12),
        ({"points_factor": Decimal(0)}, 300, 0, 0),
    ],
)
def test_what_a_purchase_brings(changes: dict[str, object], paid: int, articles: int, points: int) -> None:
    assert points_for(earner(**changes), DAY, paid, articles) == points


@pytest.mark.row("2.3")
@given(st.integers(1, 500), st.integers(0, 50), st.lists(st.tuples(st.integers(0, 100_000), st.integers(0, 50)), max_size=8))
def test_a_day_never_brings_more_than_its_cap(cap: int, visit: int, bills: list[tuple[int, int]]) -> None:
    one, total = earner(daily_cap=cap, visit_points=visit), 0
    for paid, articles in bills:
        points = points_for(one, DAY, paid, articles)
        one, total = after(one, DAY, points), total + points
        assert points >= 0
    whole = sum(paid // 100 + articles for paid, articles in bills) + (visit if bills else 0)
    assert total == min(cap, whole)


@pytest.mark.row("2.3")
@pytest.mark.parametrize(
    ("birthday", "day", "is_it"),
    [
        (date(1992, 2, 29), date(2026, 2, 28), True),
        (date(1992, 2, 29), date(2026, 3, 1), False),
        (date(1992, 2, 29), date(2028, 2, 28), False),
        (date(1992, 2, 29), date(2028, 2, 29), True),
        (date(1992, 2, 29), date(2100, 2, 28), True),
        (date(1992, 2, 28), date(2026, 2, 28), True),
        (None, date(2026, 2, 28), False),
    ],
)
def test_birthdays(birthday: date | None, day: date, *, is_it: bool) -> None:
    assert is_birthday(birthday, day) is is_it


@pytest.mark.row("2.3")
def test_points_wait_and_expire_at_the_end_of_days_in_the_programmes_zone() -> None:
    assert lifetime(earner(), DAY) == (None, None)
    pending, expires = lifetime(earner(pending_days=14, expiry_days=365), date(2026, 10, 20))
    assert pending == datetime(2026, 11, 3, 22, tzinfo=UTC)
    assert expires == datetime(2027, 11, 3, 22, tzinfo=UTC)
    assert lifetime(earner(expiry_days=10), date(2026, 10, 20))[1] == datetime(2026, 10, 30, 22, tzinfo=UTC)
    assert lifetime(earner(expiry_days=1), date(2026, 3, 28))[1] == datetime(2026, 3, 29, 21, tzinfo=UTC)


@pytest.mark.row("2.3")
@pytest.mark.race
async def test_the_cap_and_the_visit_hold_with_many_tills_at_once(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        guest = await member(db, shop)
        await db.run("update cards.programmes set daily_cap = 50, visit_points = 9")
    tills = [Batcher(database, record) for _ in range(6)]
    calls = [
        PurchaseCall(shop.merchant_id, shop.store_id, shop.owner_id, guest.person_id, 700, f"key {n}", b"") for n in range(30)
    ]
    shown = await asyncio.gather(*(tills[n % 6](call) for n, call in enumerate(calls)))
    assert sorted((one.points for one in shown), reverse=True)[:7] == [16, 7, 7, 7, 7, 6, 0]
    async with database.read() as db:
        assert await balance_of(db, shop.merchant_id, guest.person_id) == Balance(50, 0)
        assert await db.value(int, "select visits from cards.memberships") == 1
        assert await db.value(int, "select spent from cards.memberships") == 30 * 700
        assert await db.value(int, "select count(*) from kit.events where name = 'purchases.PurchaseRecorded'") == 30
        assert await invariants(db) == []


@pytest.mark.row("2.3")
async def test_a_batch_takes_few_statements(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        guests = [await member(db, shop) for _ in range(8)]
    calls = [
        PurchaseCall(shop.merchant_id, shop.store_id, shop.owner_id, guest.person_id, 700, f"key {n}", b"")
        for n, guest in enumerate(guests)
    ]
    async with database.write() as db:
        assert all(isinstance(one, PurchaseShown) for one in await record(db, calls))
        assert db.statements == 4
    without = [PurchaseCall(shop.merchant_id, shop.store_id, shop.owner_id, None, 700, f"guest {n}", b"") for n in range(8)]
    async with database.write() as db:
        await record(db, without)
        assert db.statements == 1


@pytest.mark.row("2.3")
async def test_the_day_is_the_programmes(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        guest = await member(db, shop)
        await db.run("update cards.programmes set visit_points = 5, earn_points = 0")
    got = []
    for n, moment in enumerate(("2026-06-01T20:59:59", "2026-06-01T21:00:00", "2026-06-02T20:59:59")):
        with clock.at(datetime.fromisoformat(f"{moment}+00:00")):
            async with database.write() as db:
                call = PurchaseCall(shop.merchant_id, shop.store_id, shop.owner_id, guest.person_id, 1, f"{n}", b"")
                [shown] = await record(db, [call])
        assert isinstance(shown, PurchaseShown)
        got.append(shown.points)
    assert got == [5, 5, 0]
