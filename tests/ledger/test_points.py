"""Points as lots: earning, spending, becoming active, expiring, refunds; after each the books agree."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.jobs import run_jobs
from shuke.kit.refusals import Refusal
from shuke.ledger import Balance, Earning, balance_of, earn, invariants, reverse, spend
from shuke.ledger.types import RefundPolicy

SHOP = UUID(int=1)
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def earning(
    person: UUID, points: int, *, pending: int | None = None, expires: int | None = None, by: UUID | None = None
) -> Earning:
    """Points that wait and expire so many days from the start."""
    return Earning(
        SHOP,
        person,
        points,
        "purchase",
        by,
        None if pending is None else START + timedelta(days=pending),
        None if expires is None else START + timedelta(days=expires),
    )


async def balance(database: Database, person: UUID) -> Balance:
    """What the member has; the books must agree whenever it is looked at."""
    async with database.read() as db:
        assert await invariants(db) == []
        return await balance_of(db, SHOP, person)


async def give(database: Database, *earnings: Earning) -> None:
    """Earn in a transaction of its own."""
    async with database.write() as db:
        await earn(db, earnings)


@pytest.mark.row("2.3")
@pytest.mark.row("11.2")
async def test_the_soonest_to_expire_is_spent_first(database: Database) -> None:
    mia = uuid4()
    with clock.at(START):
        await give(database, earning(mia, 100), earning(mia, 50, expires=9), earning(mia, 30, expires=2))
        async with database.write() as db:
            await spend(db, SHOP, mia, 60, "reward")
            left = await db.values(int, "select remaining from ledger.lots order by expires_at nulls last")
    assert left == [0, 20, 100]
    assert await balance(database, mia) == Balance(120, 0)


@pytest.mark.row("2.3")
async def test_expired_points_cannot_be_spent_even_before_the_sweep(database: Database) -> None:
    mia = uuid4()
    with clock.at(START):
        await give(database, earning(mia, 30, expires=1), earning(mia, 20))
    with clock.at(START + timedelta(days=1)):
        with pytest.raises(Refusal, match="not_enough_points"):
            async with database.write() as db:
                await spend(db, SHOP, mia, 21, "reward")
        async with database.write() as db:
            await spend(db, SHOP, mia, 20, "reward")
        assert await balance(database, mia) == Balance(30, 0)
        assert await run_jobs(database) == 1
        assert await run_jobs(database) == 0
    assert await balance(database, mia) == Balance(0, 0)


@pytest.mark.row("2.3")
async def test_pending_points_become_active_in_their_time(database: Database) -> None:
    mia = uuid4()
    with clock.at(START):
        await give(database, earning(mia, 30, pending=7), earning(mia, 5, pending=8))
        assert await run_jobs(database) == 0
        with pytest.raises(Refusal, match="not_enough_points"):
            async with database.write() as db:
                await spend(db, SHOP, mia, 1, "reward")
    with clock.at(START + timedelta(days=7)):
        assert await run_jobs(database) == 1
    assert await balance(database, mia) == Balance(30, 5)


@pytest.mark.row("2.3")
@pytest.mark.parametrize(
    ("policy", "taken", "after"),
    [("pending_only", 10, Balance(40, 0)), ("within_balance", 50, Balance(0, 0)), ("may_go_negative", 110, Balance(-60, 0))],
)
async def test_a_refund_goes_as_far_as_the_policy(database: Database, policy: RefundPolicy, taken: int, after: Balance) -> None:
    mia, purchase = uuid4(), uuid4()
    with clock.at(START):
        await give(database, earning(mia, 100, by=purchase), earning(mia, 10, pending=3, by=purchase), earning(mia, 20))
        async with database.write() as db:
            await spend(db, SHOP, mia, 80, "reward")
            assert await reverse(db, SHOP, mia, purchase, policy) == taken
        assert await balance(database, mia) == after
        await give(database, earning(mia, 50, pending=1), earning(mia, 45))
    with clock.at(START + timedelta(days=2)):
        await run_jobs(database)
    assert await balance(database, mia) == Balance(after.active + 95, 0)


@pytest.mark.row("2.3")
@pytest.mark.race
async def test_two_tills_cannot_spend_the_same_points(database: Database) -> None:
    mia = uuid4()
    await give(database, *(earning(mia, 10) for _ in range(10)))

    async def till() -> bool:
        try:
            async with database.write() as db:
                await spend(db, SHOP, mia, 30, "reward")
        except Refusal:
            return False
        return True

    assert sum(await asyncio.gather(*(till() for _ in range(16)))) == 3
    assert await balance(database, mia) == Balance(10, 0)


@pytest.mark.row("2.3")
@pytest.mark.race
async def test_sweeps_tills_and_refunds_at_once_leave_the_books_right(database: Database) -> None:
    people = [uuid4() for _ in range(4)]
    purchases = [uuid4() for _ in range(24)]
    with clock.at(START):
        for i, purchase in enumerate(purchases):
            await give(
                database, earning(people[i % 4], 40, pending=1, expires=3, by=purchase), earning(people[i % 4], 9, expires=1)
            )

    async def act(i: int) -> None:
        async with database.write() as db:
            if i % 3 == 0:
                await reverse(db, SHOP, people[i % 4], purchases[i], "within_balance" if i % 2 else "may_go_negative")
            elif i % 3 == 1:
                await earn(db, [earning(person, 7) for person in people])
            else:
                await spend(db, SHOP, people[i % 4], 15, "reward")

    with clock.at(START + timedelta(days=1)):
        done = await asyncio.gather(
            *(act(i) for i in range(24)), *(run_jobs(database) for _ in range(4)), return_exceptions=True
        )
    assert all(isinstance(one, Refusal | None | int) for one in done), done
    async with database.read() as db:
        assert await invariants(db) == []


@pytest.mark.row("11.2")
async def test_a_wrong_book_is_found(database: Database) -> None:
    mia = uuid4()
    await give(database, earning(mia, 10))
    for wrong, names in (
        ("update ledger.accounts set balance = 11", {"balance", "lots", "zero_sum"}),
        ("update ledger.lots set remaining = 9", {"lots"}),
        ("set local session_replication_role = replica; delete from ledger.transfers", {"balance", "zero_sum"}),
    ):
        async with database.write() as db:
            connection = await db.connection()
            await connection.execute(wrong)
            assert {broken.name for broken in await invariants(db)} == names
            await connection.execute("rollback; begin")


async def _act(db: Db, person: UUID, step: tuple[str, int], purchases: list[UUID]) -> None:
    verb, n = step
    if verb == "earn":
        purchases.append(uuid4())
        await earn(db, [earning(person, n, pending=n % 3 or None, expires=2 + n % 5, by=purchases[-1]), earning(person, n)])
    elif verb == "spend":
        await spend(db, SHOP, person, n, "reward")
    elif purchases:
        policy: RefundPolicy = "may_go_negative" if n % 2 else "within_balance"
        await reverse(db, SHOP, person, purchases.pop(n % len(purchases)), policy)


@pytest.mark.row("11.2")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["earn", "earn", "spend", "refund", "day"]), st.integers(1, 60)), max_size=25))
async def test_the_books_agree_after_any_history(database: Database, steps: list[tuple[str, int]]) -> None:
    person, now, purchases = uuid4(), START, list[UUID]()
    for step in steps:
        with clock.at(now):
            if step[0] == "day":
                now += timedelta(days=1)
                await run_jobs(database)
                continue
            with suppress(Refusal):
                async with database.write() as db:
                    await _act(db, person, step, purchases)
        async with database.read() as db:
            assert await invariants(db) == []
