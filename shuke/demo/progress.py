"""Steps of the import: each moves by short transactions that write rows and progress together, so that it goes on where it
stopped, even after a kill. The clock of progress is the wall's: kit.clock may stand in the past meanwhile."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

import msgspec

from shuke.kit.db import Database, Db


class Moved(msgspec.Struct, frozen=True):
    """What one transaction of a step did: how many, and up to which number of the source."""

    done: int
    reached: int


class Step(msgspec.Struct, frozen=True):
    """One step. `advance` writes what comes behind `reached`; None when nothing is left."""

    name: str
    total: int
    advance: Callable[[Db, int], Awaitable[Moved | None]]


class StepProgress(msgspec.Struct, frozen=True):
    """A row of demo.steps."""

    step: str
    position: int
    done: int
    total: int
    reached: int
    started_at: datetime | None
    moved_at: datetime | None
    finished_at: datetime | None


Watch = Callable[[StepProgress], None]


async def plan(database: Database, totals: dict[str, int], watch: Watch) -> bool:
    """Write down every step before the first begins, so that a page can show them all. False when all are finished."""
    async with database.write() as db:
        await db.run(
            """
            insert into demo.steps (step, position, total)
            select step, position, total
            from unnest(:steps::text[], :totals::bigint[]) with ordinality as p(step, total, position)
            on conflict (step) do update set position = excluded.position
            """,
            steps=list(totals),
            totals=list(totals.values()),
        )
        rows = await progress(db)
    for row in rows:
        if row.finished_at:
            watch(row)
    return any(row.finished_at is None for row in rows)


async def run_steps(database: Database, steps: Sequence[Step], watch: Watch) -> None:
    """Do what is left of `steps`, in order; two importers at once take turns and do nothing twice."""
    for step in steps:
        while True:
            moved, reached = await _advance(database, step)
            if moved:
                watch(reached)
            if reached.finished_at:
                break


async def _advance(database: Database, step: Step) -> tuple[bool, StepProgress]:
    """One transaction of a step: whether there was anything left to do, and how far it is now."""
    async with database.write() as db:
        progress = await db.one(
            StepProgress,
            """
            select step, position, done, total, reached, started_at, moved_at, finished_at
            from demo.steps where step = :step for update
            """,
            step=step.name,
        )
        assert progress is not None
        if progress.finished_at:
            return False, progress
        moved = await step.advance(db, progress.reached)
        now = datetime.now(UTC)
        written = await db.one(
            StepProgress,
            """
            update demo.steps
            set total = :total, done = done + :done, reached = :reached, started_at = coalesce(started_at, :now),
                moved_at = :now, finished_at = case when :finished then :now::timestamptz end
            where step = :step
            returning step, position, done, total, reached, started_at, moved_at, finished_at
            """,
            step=step.name,
            total=step.total,
            done=moved.done if moved else 0,
            reached=moved.reached if moved else progress.reached,
            finished=moved is None,
            now=now,
        )
        assert written is not None
        return True, written


async def progress(db: Db) -> list[StepProgress]:
    """How far every step is, in order; empty before the import has begun."""
    return await db.all(
        StepProgress,
        "select step, position, done, total, reached, started_at, moved_at, finished_at from demo.steps order by position",
    )
