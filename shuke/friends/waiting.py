"""What waits for a person: rooms above register their numbers, one fragment shows the sum."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from shuke.friends.types import Waiting
from shuke.kit.db import Db

Counter = Callable[[Db, UUID], Awaitable[int]]

COUNTERS: dict[str, Counter] = {}


def counts(name: str) -> Callable[[Counter], Counter]:
    """Register a number under a name (feed, chats, friends, tribes, meetups: then its tab shows it). Announce ("person:<id>",
    "waiting") when it changes."""

    def register(counter: Counter) -> Counter:
        COUNTERS[name] = counter
        return counter

    return register


async def waiting_for(db: Db, person_id: UUID) -> Waiting:
    """All numbers of one person."""
    found = {name: await counter(db, person_id) for name, counter in sorted(COUNTERS.items())}
    return Waiting(found, sum(found.values()))


@counts("friends")
async def _requests(db: Db, person_id: UUID) -> int:
    found = await db.value(
        int,
        "select count(*) from friends.requests where person_id = :person and incoming and refused_at is null",
        person=person_id,
    )
    return found or 0
