"""Paces: how much a person may do in an hour and in a day, by the age of her account."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from shuke.kit import clock, limits
from shuke.kit.db import Db

Act = Literal["post", "comment", "like", "message", "request", "review", "report", "topic", "meetup", "share"]

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


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
    since = await db.value(datetime, "select created_at from people.people where person_id = :person", person=person_id)
    hour, day = _allowed(act, clock.now() - since if since is not None else timedelta())
    subject = f"pace:{act}:{person_id}"
    await limits.all_at_most(db, [(f"{subject}:hour", hour, HOUR), (f"{subject}:day", day, DAY)])


def _allowed(act: Act, age: timedelta) -> tuple[int, int]:
    allowed = PACES[act]
    if age < DAY:
        return allowed.first_day
    return allowed.first_week if age < WEEK else allowed.later
