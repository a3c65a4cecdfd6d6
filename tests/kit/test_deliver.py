"""Reactions to many events at once: together while all goes well, one by one when something does not, in order for each owner."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from uuid import UUID, uuid4

import asyncpg
import pytest

from shuke.kit import clock
from shuke.kit.batch import rounds
from shuke.kit.db import Database, Db
from shuke.kit.deliver import deliver_lane, drain, retry
from shuke.kit.events import Event, on, on_many, record_all

pytestmark = pytest.mark.row("11.6")

OWNERS = [UUID(int=16 * number + 3) for number in range(1, 4)]  # of one lane
HEARD: list[list[int]] = []
ALONE: list[str] = []
NAUGHTY: set[int] = set()
KILLS: set[int] = set()


class Counted(Event, frozen=True):
    """Number so many of this owner."""

    owner: UUID
    number: int


class Other(Event, frozen=True):
    """Something else of this owner."""

    owner: UUID
    number: int


@on_many(Counted)
async def count_all(db: Db, events: Sequence[Counted]) -> None:
    """Keeps each as a row, so that what was undone is gone."""
    HEARD.append([event.number for event in events])
    await db.run(
        "insert into kit.attempts (subject, count, resets_at) select n, 1, :now from unnest(:names::text[]) as s(n)",
        names=[f"{event.owner}:{event.number:04d}:{uuid4()}" for event in events],
        now=clock.now(),
    )
    if KILLS & {event.number for event in events}:
        KILLS.clear()
        await db.run("select pg_terminate_backend(pg_backend_pid())")
    if NAUGHTY & {event.number for event in events}:
        raise ValueError("naughty")


@on(Counted)
async def count_one(_db: Db, event: Counted) -> None:
    """The old way, beside it."""
    ALONE.append(f"c{event.number}")


@on(Other)
async def hear_other(_db: Db, event: Other) -> None:
    ALONE.append(f"o{event.number}")


@pytest.fixture(autouse=True)
def nothing_heard() -> None:
    for kept in (HEARD, ALONE, NAUGHTY, KILLS):
        kept.clear()


async def kept(database: Database, owner: UUID) -> list[int]:
    """What was done of this owner's, in its order."""
    async with database.read() as db:
        names = await db.values(
            str, "select subject from kit.attempts where subject like :owner || ':%' order by ctid", owner=str(owner)
        )
    return [int(name.split(":")[1]) for name in names]


async def announce(database: Database, events: Sequence[Event]) -> None:
    async with database.write() as db:
        await record_all(db, events)


async def test_neighbours_are_taken_together_and_other_kinds_keep_their_place(database: Database) -> None:
    owner = OWNERS[0]
    await announce(database, [Counted(owner, n) for n in range(3)] + [Other(owner, 3)] + [Counted(owner, n) for n in (4, 5)])
    assert await drain(database) == 6
    assert HEARD == [[0, 1, 2], [4, 5]]
    assert ALONE == ["c0", "c1", "c2", "o3", "c4", "c5"]
    assert await kept(database, owner) == [0, 1, 2, 4, 5]


async def test_many_owners_of_a_lane_and_more_than_a_transaction_takes(database: Database) -> None:
    await announce(database, [Counted(OWNERS[n % 3], n) for n in range(600)])
    assert await drain(database) == 600
    assert [n for batch in HEARD for n in batch] == list(range(600))
    assert len(HEARD) < 10
    assert [await kept(database, owner) for owner in OWNERS] == [list(range(i, 600, 3)) for i in range(3)]


async def test_one_bad_event_holds_up_its_own_owner_alone(database: Database) -> None:
    NAUGHTY.add(3)
    await announce(database, [Counted(OWNERS[n % 3], n) for n in range(9)])
    assert await drain(database) == 9
    assert [await kept(database, owner) for owner in OWNERS] == [[0], [1, 4, 7], [2, 5, 8]]  # 3 failed, 6 waits for it
    await announce(database, [Counted(OWNERS[0], 10), Counted(OWNERS[1], 11)])
    await drain(database)
    assert await kept(database, OWNERS[0]) == [0]
    assert await kept(database, OWNERS[1]) == [1, 4, 7, 11]
    NAUGHTY.clear()
    async with database.write() as db:
        await db.run("update kit.deliveries set next_at = :now", now=clock.now())
    while await retry(database):
        pass
    done = await kept(database, OWNERS[0])
    assert done == [0, 3, 6, 10]
    assert all(before < after for before, after in pairwise(done))
    assert sorted(ALONE) == sorted(f"c{n}" for n in (*range(9), 10, 11))  # the other reaction heard each once


async def test_killed_in_the_middle_all_of_it_is_done_again(database: Database) -> None:
    KILLS.add(2)
    await announce(database, [Counted(OWNERS[0], n) for n in range(5)])
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await deliver_lane(database, 3)
    assert await kept(database, OWNERS[0]) == []
    await drain(database)
    assert await kept(database, OWNERS[0]) == list(range(5))


async def test_two_that_deliver_at_once_do_it_once(database: Database) -> None:
    await announce(database, [Counted(OWNERS[0], n) for n in range(100)])
    await asyncio.gather(deliver_lane(database, 3), deliver_lane(database, 3))
    assert await kept(database, OWNERS[0]) == list(range(100))


def test_rounds_keep_the_order_of_each_key() -> None:
    assert rounds(["a1", "b1", "a2", "c1", "a3", "b2"], lambda call: call[0]) == [["a1", "b1", "c1"], ["a2", "b2"], ["a3"]]
    assert rounds([], str) == []
