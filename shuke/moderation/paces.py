"""Paces: how much a person may do in an hour and in a day, by the age of her account."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from shuke.kit import clock, limits
from shuke.kit.batch import Batcher
from shuke.kit.db import Database, Db

Act = Literal["post", "comment", "like", "message", "request", "review", "report", "topic", "meetup", "share"]

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
SPANS = {"hour": HOUR, "day": DAY}
REST = 0.02  # seconds between two batches: what follows them comes in batches, too


class Pace(msgspec.Struct, frozen=True):
    """Most in an hour and most in a day: on the account's first day, in its first week, later."""

    first_day: tuple[int, int]
    first_week: tuple[int, int]
    later: tuple[int, int]


PACES: dict[Act, Pace] = {
    "post": Pace((5, 10), (10, 40), (20, 100)),
    "comment": Pace((20, 60), (60, 300), (120, 600)),
    "like": Pace((60, 200), (200, 1000), (400, 3000)),
    "message": Pace((300, 1000), (600, 3000), (1200, 10_000)),
    "request": Pace((10, 20), (20, 60), (30, 100)),
    "review": Pace((3, 5), (5, 15), (10, 30)),
    "report": Pace((5, 10), (10, 30), (20, 60)),
    "topic": Pace((2, 5), (5, 15), (10, 40)),
    "meetup": Pace((2, 4), (3, 6), (5, 15)),
    "share": Pace((20, 60), (60, 200), (120, 500)),
}
"""The same numbers stand in docs/moderation.md; a test compares them."""


async def pace(db: Db, person_id: UUID, act: Act) -> None:
    """Count one `act` of this person. Refusal: too_many_requests."""
    subject = _subject(person_id, act)
    counted = await limits.try_all(db, {f"{subject}:{name}": span for name, span in SPANS.items()})
    if all(counted[one] <= least for one, least in _least(person_id, act)):
        return  # within what the newest account may do: how old this one is need not be asked
    since = await db.value(datetime, "select created_at from people.people where person_id = :person", person=person_id)
    allowed = _allowed(act, clock.now() - since if since is not None else timedelta())
    for name, most in zip(SPANS, allowed, strict=True):
        if counted[f"{subject}:{name}"] > most:
            raise await limits.tried_too_often(db, f"{subject}:{name}")


class Pacer(Batcher[tuple[UUID, Act], int]):
    """Counts acts of many people in one statement: 0, or the seconds to wait for one who is too quick."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, pace_all, each_alone=True, rest=REST, most=500)


async def pace_all(db: Db, calls: Sequence[tuple[UUID, Act]]) -> list[int]:
    """Count one act for each call, as `pace` does: 0, or in how many seconds it may be tried again."""
    tried = Counter(_subject(*call) for call in calls)
    windows = {f"{subject}:{name}": (many, span) for subject, many in tried.items() for name, span in SPANS.items()}
    counted = await limits.count_all(db, windows)
    quick = [call for call in calls if any(counted[one][0] > least for one, least in _least(*call))]
    since = await _since(db, [person_id for person_id, _act in quick]) if quick else {}
    now = clock.now()
    waits = []
    for call in calls:
        subject = _subject(*call)
        tried[subject] -= 1  # those after this one in the batch were not before it
        allowed = _allowed(call[1], now - since.get(call[0], now))
        over = [
            seconds
            for (count, seconds), most in zip((counted[f"{subject}:{name}"] for name in SPANS), allowed, strict=True)
            if count - tried[subject] > most
        ]
        waits.append(max(over, default=0))
    return waits


def _subject(person_id: UUID, act: Act) -> str:
    return f"pace:{act}:{person_id}"


def _least(person_id: UUID, act: Act) -> list[tuple[str, int]]:
    """What nobody is refused below, however new."""
    names = [f"{_subject(person_id, act)}:{name}" for name in SPANS]
    return list(zip(names, PACES[act].first_day, strict=True))


class _Born(msgspec.Struct, frozen=True):
    person_id: UUID
    created_at: datetime


async def _since(db: Db, people: Sequence[UUID]) -> dict[UUID, datetime]:
    found = await db.all(
        _Born, "select person_id, created_at from people.people where person_id = any(:people)", people=list(people)
    )
    return {one.person_id: one.created_at for one in found}


def _allowed(act: Act, age: timedelta) -> tuple[int, int]:
    allowed = PACES[act]
    if age < DAY:
        return allowed.first_day
    return allowed.first_week if age < WEEK else allowed.later
