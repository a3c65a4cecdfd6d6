"""Limits: how often something may be tried in a while, counted in the database so that every process agrees."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import TooMany

HOUR = timedelta(hours=1)


async def count(db: Db, subject: str, window: timedelta) -> int:
    """Count one more try of `subject`; how many there were in the current window, this one included."""
    now = clock.now()
    tries = await db.value(
        int,
        """
        insert into kit.attempts as a (subject, count, resets_at) values (:subject, 1, :resets)
        on conflict (subject) do update set
          count = case when a.resets_at <= :now then 1 else a.count + 1 end,
          resets_at = case when a.resets_at <= :now then excluded.resets_at else a.resets_at end
        returning count
        """,
        subject=subject,
        resets=now + window,
        now=now,
    )
    return tries or 0


async def tries(db: Db, subject: str) -> int:
    """How many tries stand against `subject` now."""
    return (
        await db.value(
            int,
            "select count from kit.attempts where subject = :subject and resets_at > :now",
            subject=subject,
            now=clock.now(),
        )
        or 0
    )


async def at_most(db: Db, subject: str, most: int, window: timedelta) -> None:
    """Count one try and refuse when there were more than `most` in the window. Refusal: too_many_requests."""
    if await count(db, subject, window) > most:
        raise await tried_too_often(db, subject)


class _Tried(msgspec.Struct, frozen=True):
    subject: str
    count: int


async def try_all(db: Db, windows: Mapping[str, timedelta]) -> dict[str, int]:
    """Count one try of each subject in its window, in one statement; how many there were, this one included."""
    now = clock.now()
    tried = await db.all(
        _Tried,
        """
        insert into kit.attempts as a (subject, count, resets_at)
        select subject, 1, resets_at from unnest(:subjects::text[], :resets::timestamptz[]) as t(subject, resets_at)
        on conflict (subject) do update set
          count = case when a.resets_at <= :now then 1 else a.count + 1 end,
          resets_at = case when a.resets_at <= :now then excluded.resets_at else a.resets_at end
        returning subject, count
        """,
        subjects=list(windows),
        resets=[now + window for window in windows.values()],
        now=now,
    )
    return {one.subject: one.count for one in tried}


async def count_all(db: Db, windows: Mapping[str, tuple[int, timedelta]]) -> dict[str, tuple[int, int]]:
    """Count so many tries of each subject in its window, in one statement; how many there were, these included, and in how many
    seconds the window ends. The commit waits for no disk: a crash may forget the last second's tries."""
    now = clock.now()
    subjects = sorted(windows)  # in one order in every process, against deadlocks
    tried = await db.all(
        _Counted,
        """
        with light as materialized (select set_config('synchronous_commit', 'off', true) as off)
        insert into kit.attempts as a (subject, count, resets_at)
        select subject, many, resets_at from light, unnest(:subjects::text[], :many::int[], :resets::timestamptz[]) as t(subject, many, resets_at)
        on conflict (subject) do update set
          count = case when a.resets_at <= :now then excluded.count else a.count + excluded.count end,
          resets_at = case when a.resets_at <= :now then excluded.resets_at else a.resets_at end
        returning subject, count, resets_at
        """,
        subjects=subjects,
        many=[windows[subject][0] for subject in subjects],
        resets=[now + windows[subject][1] for subject in subjects],
        now=now,
    )
    return {one.subject: (one.count, max(1, int((one.resets_at - now).total_seconds()) + 1)) for one in tried}


class _Counted(msgspec.Struct, frozen=True):
    subject: str
    count: int
    resets_at: datetime


async def not_beyond(db: Db, subject: str, most: int) -> None:
    """Refuse when `most` tries stand against `subject`, without counting one. Refusal: too_many_requests."""
    if await tries(db, subject) >= most:
        raise await tried_too_often(db, subject)


async def tried_too_often(db: Db, subject: str) -> TooMany:
    """The refusal of one more try of `subject`: until its window ends."""
    resets = await db.value(datetime, "select resets_at from kit.attempts where subject = :subject", subject=subject)
    return too_many(max(1, int((resets - clock.now()).total_seconds()) + 1) if resets else 60)


def too_many(seconds: int) -> TooMany:
    """The refusal of a try that may be made again in so many seconds."""
    detail = _("Too many tries. Please wait %(minutes)s minutes and try again.") % {"minutes": -(-seconds // 60)}
    return TooMany("too_many_requests", detail, retry_after=seconds)
