"""Deliver: runs the reactions to announced events, lane by lane, and retries what failed."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from uuid import UUID

import msgspec
import structlog

from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.events import KINDS, MANY, REACTIONS

MOST_ATTEMPTS = 8  # with the back-off below: about 20 minutes
LANES = range(16)
MOST_RUNS = 50  # in one transaction: as many events, more where neighbours are taken together
MOST_EVENTS = 250

log = structlog.get_logger()


class Announced(msgspec.Struct, frozen=True):
    """An event waiting for its reactions."""

    event_id: int
    owner_id: UUID
    name: str
    body: object


class Behind(msgspec.Struct, frozen=True):
    """An owner whose earlier event waits for another try of this reaction."""

    owner_id: UUID
    reaction: str


class Waiting(msgspec.Struct, frozen=True):
    """A reaction that failed before and is due again."""

    event_id: int
    reaction: str
    owner_id: UUID
    name: str
    body: object
    attempts: int


async def deliver_lane(database: Database, lane: int) -> int:
    """Run the reactions to the oldest events of a lane, one kind after another as they follow; how many events were taken off it."""
    async with database.write() as db:
        waiting = await db.all(
            Announced,
            "select event_id, owner_id, name, body from kit.events where lane = :lane order by event_id limit :most for update",
            lane=lane,
            most=MOST_EVENTS,
        )
        if not waiting:
            return 0
        runs = _runs(waiting)[:MOST_RUNS]
        events = [event for run in runs for event in run]
        behind = await _behind(db, events)
        for run in runs:
            await _react(db, run, behind)
        await db.run(
            "delete from kit.events where lane = :lane and event_id = any(:ids)",
            lane=lane,
            ids=[event.event_id for event in events],
        )
        return len(events)


def _runs(events: Sequence[Announced]) -> list[list[Announced]]:
    """Neighbours of one kind together where a reaction takes many of it; any other event by itself."""
    together = groupby(events, lambda event: (event.name, 0 if event.name in MANY else event.event_id))
    return [list(run) for _kind, run in together]


async def _behind(db: Db, events: Sequence[Announced]) -> set[tuple[UUID, str]]:
    """Owners and reactions that wait for an earlier event to be tried again: what comes later waits too."""
    found = await db.all(
        Behind,
        "select distinct owner_id, reaction from kit.deliveries where owner_id = any(:owners) and dead_at is null",
        owners=list({event.owner_id for event in events}),
    )
    return {(one.owner_id, one.reaction) for one in found}


async def _react(db: Db, run: Sequence[Announced], behind: set[tuple[UUID, str]]) -> None:
    for reaction in REACTIONS.get(run[0].name, {}):
        free = [event for event in run if (event.owner_id, reaction) not in behind]
        many = len(free) > 1 and reaction in MANY.get(run[0].name, {})
        together = many and not await _try(db, run[0].name, reaction, [event.body for event in free])
        for event in run:
            if (event.owner_id, reaction) in behind:
                await _put_off(db, event, reaction, "waits for an earlier one", attempts=0)
            elif not together and (error := await _try(db, event.name, reaction, [event.body])):
                await _put_off(db, event, reaction, error, attempts=1)
                behind.add((event.owner_id, reaction))


async def _put_off(db: Db, event: Announced, reaction: str, error: str, *, attempts: int) -> None:
    """Try it again in a while, from a list of its own."""
    await db.run(
        """
        insert into kit.deliveries (event_id, reaction, owner_id, name, body, attempts, next_at, error)
        values (:event, :reaction, :owner, :name, :body, :attempts, :next, :error)
        """,
        event=event.event_id,
        reaction=reaction,
        owner=event.owner_id,
        name=event.name,
        body=msgspec.json.encode(event.body).decode(),
        attempts=attempts,
        next=clock.now() + timedelta(seconds=attempts),
        error=error,
    )


async def _try(db: Db, name: str, reaction: str, bodies: Sequence[object]) -> str:
    """Run one reaction to one event, or to many at once; the error's text when it failed, undone."""
    try:
        async with db.savepoint():
            events = [msgspec.convert(body, KINDS[name]) for body in bodies]
            if len(events) == 1:
                await REACTIONS[name][reaction](db, events[0])
            else:
                await MANY[name][reaction](db, events)
    except (OSError, asyncio.CancelledError):
        raise
    except Exception as error:
        log.warning("reaction failed", reaction=reaction, event_name=name, events=len(bodies), error=repr(error))
        return repr(error)[:2000]
    return ""


async def retry(database: Database, *, most: int = 50) -> int:
    """Try again what is due, the oldest of each owner and reaction first; how many were tried."""
    async with database.write() as db:
        due = await db.all(
            Waiting,
            """
            select event_id, reaction, owner_id, name, body, attempts from kit.deliveries d
            where dead_at is null and next_at <= :now and not exists (
              select from kit.deliveries e
              where e.owner_id = d.owner_id and e.reaction = d.reaction and e.dead_at is null and e.event_id < d.event_id)
            order by event_id limit :most for update skip locked
            """,
            now=clock.now(),
            most=most,
        )
        for delivery in due:
            await _again(db, delivery)
        return len(due)


async def _again(db: Db, delivery: Waiting) -> None:
    known = delivery.reaction in REACTIONS.get(delivery.name, {})
    error = await _try(db, delivery.name, delivery.reaction, [delivery.body]) if known else "no such reaction any more"
    if not error:
        await db.run(
            "delete from kit.deliveries where event_id = :event and reaction = :reaction",
            event=delivery.event_id,
            reaction=delivery.reaction,
        )
        return
    attempts = delivery.attempts + 1
    now = clock.now()
    await db.run(
        """
        update kit.deliveries set attempts = :attempts, error = :error, next_at = :next, dead_at = :dead
        where event_id = :event and reaction = :reaction
        """,
        attempts=attempts,
        error=error,
        next=now + timedelta(seconds=min(600, 2**attempts * 2)),
        dead=now if attempts >= MOST_ATTEMPTS or not known else None,
        event=delivery.event_id,
        reaction=delivery.reaction,
    )


async def drain(database: Database) -> int:
    """Deliver all that waits now: for tests and imports. How many events."""
    total = 0
    while True:
        taken = sum([await deliver_lane(database, lane) for lane in LANES])
        total += taken
        if not taken:
            return total


async def deliver_forever(database: Database, stop: asyncio.Event) -> None:
    """Deliver until told to stop. Woken by each announcement, and by itself every second. One process leads, others wait."""
    async with database.pool.acquire() as leader:
        while not stop.is_set() and not await leader.fetchval("select pg_try_advisory_lock(716273)"):
            await _pause(stop, 1.0)
        woken = asyncio.Event()

        def wake(*_: object) -> None:
            woken.set()

        await leader.add_listener("shuke_events", wake)
        while not stop.is_set():
            woken.clear()
            taken = await _round(database, LANES)
            if not taken:
                await retry(database)
                await wait_any(woken, stop, 1.0)
        await leader.remove_listener("shuke_events", wake)
        await leader.execute("select pg_advisory_unlock(716273)")


async def _round(database: Database, lanes: Sequence[int]) -> int:
    """One pass over the lanes that have events."""
    async with database.read() as db:
        busy = await db.values(int, "select distinct lane::int from kit.events where lane = any(:lanes)", lanes=list(lanes))
    counts = await asyncio.gather(*(deliver_lane(database, lane) for lane in busy[:4]))
    return sum(counts)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        pass


async def wait_any(woken: asyncio.Event, stop: asyncio.Event, seconds: float) -> None:
    """Wait until woken or told to stop, at most so long."""
    tasks = [asyncio.create_task(woken.wait()), asyncio.create_task(stop.wait())]
    await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
