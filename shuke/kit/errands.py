"""Errands: work that waits for somebody outside. It gets the database, not a transaction, so nothing is locked while it waits."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from shuke.kit.db import Database

Errand = Callable[[Database, str], Awaitable[int]]

ERRANDS: dict[str, tuple[Errand, Sequence[str]]] = {}
PAUSE_SECONDS = 1.0  # when there was nothing to do

log = structlog.get_logger()


def errand(*lanes: str) -> Callable[[Errand], Errand]:
    """Register an errand: each lane has a loop of its own, so that one who doesn't answer holds up nobody else.

    It does some of what is due in its lane and says how much. Several processes may run it: it claims what it takes.
    """

    def register(work: Errand) -> Errand:
        ERRANDS[f"{work.__module__.split('.')[1]}.{getattr(work, '__name__', 'errand')}"] = (work, lanes)
        return work

    return register


async def run_errands(database: Database) -> int:
    """One round of every errand: for tests. How much was done."""
    return sum([await work(database, lane) for work, lanes in ERRANDS.values() for lane in lanes])


async def errands_forever(database: Database, stop: asyncio.Event) -> None:
    """Run them until told to stop."""
    loops = [_loop(database, stop, name, lane) for name, (_work, lanes) in ERRANDS.items() for lane in lanes]
    await asyncio.gather(*loops)


async def _loop(database: Database, stop: asyncio.Event, name: str, lane: str) -> None:
    work = ERRANDS[name][0]
    while not stop.is_set():
        try:
            done = await work(database, lane)
        except Exception as error:
            log.warning("errand failed", errand=name, lane=lane, error=repr(error))
            done = 0
        if not done:
            try:
                await asyncio.wait_for(stop.wait(), PAUSE_SECONDS)
            except TimeoutError:
                pass
