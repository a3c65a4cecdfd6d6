"""What tests of meetups begin with: places in Helsinki, people who know each other, a dinner tomorrow."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec

from shuke.friends.actions import ask
from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.refusals import Refusal
from shuke.meetups import Joining, Meetup, NewMeetup, join, leave, propose
from shuke.places.actions import write
from shuke.places.types import Row
from shuke.search import follow
from tests import world
from tests.world import Signed

Work = Callable[[Db], Awaitable[object]]
HERE = (24.9414, 60.1699)


async def places(db: Db, count: int = 1, *, zone: str = "Europe/Helsinki") -> list[UUID]:
    """So many places that nobody runs here, close to each other."""
    rows = [
        Row(
            place_id=uuid4(),
            merchant_id=None,
            name=f"Ravintola {number + 1}",
            category="restaurant",
            street=f"Kaisaniemenkatu {number + 1}",
            city="Helsinki",
            zone=zone,
            longitude=HERE[0] + number / 1000,
            latitude=HERE[1],
            source="test",
            source_id=uuid4().hex,
        )
        for number in range(count)
    ]
    await write(db, rows)
    await follow(db, [row.place_id for row in rows])
    return [row.place_id for row in rows]


def dinner(venues: Sequence[UUID], **changes: object) -> NewMeetup:
    """A dinner for four tomorrow, open to everybody."""
    starts = clock.now() + timedelta(days=1, hours=3)
    usual = NewMeetup(
        kind="meal",
        title="Hotpot",
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        audience="everyone",
        places=list(venues),
        vote_until=starts - timedelta(hours=12) if len(venues) > 1 else None,
    )
    return msgspec.structs.replace(usual, **changes)


def joins(meetup_id: UUID, who: Signed) -> Work:
    """Asks for a place."""
    return lambda db: join(db, who.person_id, meetup_id, Joining())


def leaves(meetup_id: UUID, who: Signed) -> Work:
    """Gives it up."""
    return lambda db: leave(db, who.person_id, meetup_id)


async def proposed(database: Database, host: Signed, *, venues: int = 1, **changes: object) -> Meetup:
    """It, with so many places."""
    async with database.write() as db:
        return await propose(db, host.person_id, dinner(await places(db, venues), **changes))


async def people(database: Database, count: int) -> list[Signed]:
    """So many with sessions."""
    names = ["Mia", "李小明", "Aino", "Otto", "Ella", "Leo"]
    async with database.write() as db:
        return [await world.signed_in(db, names[number % len(names)]) for number in range(count)]


async def befriend(db: Db, one: UUID, other: UUID) -> None:
    """Each asks the other."""
    await ask(db, one, other)
    await ask(db, other, one)


async def comes(database: Database, meetup_id: UUID, who: Signed, note: str = "") -> str:
    """Her standing after she asked to come, or the refusal's name."""
    return await said(database, lambda db: join(db, who.person_id, meetup_id, Joining(note)))


async def said(database: Database, work: Work) -> str:
    """In a transaction of its own: the standing it gives, empty where there is none, or the name of the refusal."""
    try:
        async with database.write() as db:
            return str(getattr(await work(db), "standing", ""))
    except Refusal as refusal:
        return refusal.name


async def at_once(database: Database, works: Sequence[Work]) -> list[str]:
    """All at the same time."""
    return await asyncio.gather(*[said(database, work) for work in works])


async def standings(database: Database, meetup_id: UUID) -> dict[str, list[UUID]]:
    """Who is in, waits or asks, in their order."""
    async with database.read() as db:
        rows = await (await db.connection()).fetch(
            "select standing, person_id from meetups.guests where meetup_id = $1 order by number", meetup_id
        )
    found: dict[str, list[UUID]] = {}
    for row in rows:
        found.setdefault(row["standing"], []).append(row["person_id"])
    return found


async def sound(database: Database) -> None:
    """The meetups' rows count what the guests' rows say, and everybody's own list says the same."""
    async with database.read() as db:
        connection = await db.connection()
        for row in await connection.fetch(
            """
            select m.meetup_id, m.capacity, m.taken, m.waiting, m.asking, count(*) filter (where g.standing = 'in') as inside,
              count(*) filter (where g.standing = 'waiting') as line, count(*) filter (where g.standing = 'asking') as ask
            from meetups.meetups m join meetups.guests g using (meetup_id) where m.status = 'planned' group by m.meetup_id
            """
        ):
            assert (row["taken"], row["waiting"], row["asking"]) == (row["inside"], row["line"], row["ask"]), dict(row)
            assert row["taken"] <= row["capacity"]
            assert row["waiting"] == 0 or row["taken"] == row["capacity"]
        wrong = await connection.fetch(
            """
            select * from (select meetup_id, person_id, standing from meetups.guests join meetups.meetups m using (meetup_id)
              where standing in ('in', 'waiting', 'asking') and m.status = 'planned') g
            full join (select meetup_id, person_id, standing as mine from meetups.mine where standing <> 'cancelled') o
              using (meetup_id, person_id)
            where g.standing is distinct from o.mine
            """
        )
        assert not wrong, [dict(row) for row in wrong]
