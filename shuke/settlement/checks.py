"""The nightly look at all books, and the same when somebody asks for it: a row says what was found."""

import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.jobs import every_minute
from shuke.settlement.invariants import Wrong, invariants

NIGHT = 2  # UTC hour from which the nightly one is made


LOOKS: list[Callable[[Db], Awaitable[list[Wrong]]]] = []
"""What rooms above look at beside: filled by them at import."""


class Check(msgspec.Struct, frozen=True):
    """A look at all books: nothing in `found` when they were in order."""

    check_id: UUID
    at: datetime
    seconds: float
    found: list[Wrong]
    wanted_by: UUID | None


class CheckRow(msgspec.Struct, frozen=True):
    """A check as it is kept."""

    check_id: UUID
    at: datetime
    seconds: float
    found: object
    wanted_by: UUID | None


async def check_books(db: Db, wanted_by: UUID | None) -> Check:
    """Look at all books now; what was found is kept."""
    began = time.perf_counter()
    found = await invariants(db)
    for look in LOOKS:
        found += await look(db)
    seconds = time.perf_counter() - began
    row = await db.one(
        CheckRow,
        """
        insert into settlement.checks (at, seconds, found, wanted_by) values (:now, :seconds, :found::jsonb, :by)
        returning check_id, at, seconds, found, wanted_by
        """,
        now=clock.now(),
        seconds=round(seconds, 3),
        found=msgspec.json.encode(found).decode(),
        by=wanted_by,
    )
    assert row is not None
    return _read(row)


@every_minute
async def check_nightly(db: Db) -> int:
    """Once a night; 0 when it is done for this night or is not yet due."""
    now = clock.now()
    tonight = now.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    if now < tonight:
        return 0
    done = await db.value(
        int, "select 1 from settlement.checks where wanted_by is null and at >= :tonight limit 1", tonight=tonight
    )
    if done is None:
        await check_books(db, None)
    return 0


async def latest_checks(db: Db, most: int = 14) -> list[Check]:
    """The latest ones first."""
    rows = await db.all(
        CheckRow,
        "select check_id, at, seconds, found, wanted_by from settlement.checks order by check_id desc limit :most",
        most=most,
    )
    return [_read(row) for row in rows]


def _read(row: CheckRow) -> Check:
    return Check(row.check_id, row.at, row.seconds, msgspec.convert(row.found, list[Wrong]), row.wanted_by)
