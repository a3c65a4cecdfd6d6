"""Sweeps of the kit: counters that have run out, answers and letters of more than a month ago."""

from datetime import timedelta

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.jobs import every_minute

KEPT = timedelta(days=30)
MOST = 2000  # rows of each table in one batch


@every_minute
async def sweep(db: Db) -> int:
    """A chunk of what nobody asks for any more; how much."""
    now = clock.now()
    return await db.run(
        """
        with attempts as (
          delete from kit.attempts where subject in (
            select subject from kit.attempts where resets_at <= :now limit :most for update skip locked) returning 1
        ), answers as (
          delete from kit.answers where (person_id, key) in (
            select person_id, key from kit.answers where at <= :old limit :most for update skip locked) returning 1
        ), letters as (
          delete from kit.letters where letter_id in (
            select letter_id from kit.letters where sent_at <= :old limit :most for update skip locked) returning 1
        )
        select from attempts union all select from answers union all select from letters
        """,
        now=now,
        old=now - KEPT,
        most=MOST,
    )
