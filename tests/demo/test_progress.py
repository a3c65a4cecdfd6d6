"""Steps of the import: written together with what they did, gone on with after a fall."""

import asyncio

import pytest

from shuke.demo.progress import Moved, Step, StepProgress, plan, progress, run_steps
from shuke.kit.db import Database, Db


class Cut(Exception):
    """The process is gone."""


def counting(name: str, total: int, cut_at: int | None = None) -> Step:
    """A step that writes one row a turn, and falls once after it has written row `cut_at`."""

    async def advance(db: Db, reached: int) -> Moved | None:
        if reached == total:
            return None
        number = reached + 1
        await db.run("insert into kit.attempts values (:subject, 1, now())", subject=f"{name} {number}")
        if number == cut_at:
            raise Cut
        return Moved(1, number)

    return Step(name, total, advance)


async def rows(database: Database) -> list[str]:
    async with database.read() as db:
        return await db.values(str, "select subject from kit.attempts order by subject")


async def test_steps_run_in_order_and_are_told(database: Database) -> None:
    told: list[StepProgress] = []
    assert await plan(database, {"first": 2, "second": 1}, told.append)
    await run_steps(database, [counting("first", 2), counting("second", 1)], told.append)
    assert [(row.step, row.done, row.total, row.finished_at is not None) for row in told] == [
        ("first", 1, 2, False),
        ("first", 2, 2, False),
        ("first", 2, 2, True),
        ("second", 1, 1, False),
        ("second", 1, 1, True),
    ]
    assert await rows(database) == ["first 1", "first 2", "second 1"]


async def test_a_fall_loses_nothing_and_repeats_nothing(database: Database) -> None:
    await plan(database, {"first": 3}, lambda _: None)
    with pytest.raises(Cut):
        await run_steps(database, [counting("first", 3, cut_at=2)], lambda _: None)
    assert await rows(database) == ["first 1"]
    await run_steps(database, [counting("first", 3)], lambda _: None)
    assert await rows(database) == ["first 1", "first 2", "first 3"]
    async with database.read() as db:
        [row] = await progress(db)
    assert (row.done, row.total) == (3, 3)
    assert row.finished_at is not None


async def test_what_is_finished_is_left_alone(database: Database) -> None:
    totals = {"first": 1}
    await plan(database, totals, lambda _: None)
    await run_steps(database, [counting("first", 1)], lambda _: None)
    told: list[StepProgress] = []
    assert not await plan(database, totals, told.append)
    await run_steps(database, [counting("first", 1)], told.append)
    assert [row.step for row in told] == ["first"]
    assert await rows(database) == ["first 1"]


async def test_two_importers_at_once_take_turns(database: Database) -> None:
    await plan(database, {"first": 30, "second": 3}, lambda _: None)
    steps = [counting("first", 30), counting("second", 3)]
    await asyncio.gather(*(run_steps(database, steps, lambda _: None) for _ in range(3)))
    assert len(await rows(database)) == 33
    async with database.read() as db:
        assert [(row.done, row.total, row.finished_at is not None) for row in await progress(db)] == [
            (30, 30, True),
            (3, 3, True),
        ]
