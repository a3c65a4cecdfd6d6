"""Jobs: what is to be done once a minute or when woken, batch by batch; one process leads. Each batch is one transaction."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import structlog

from shuke.kit.db import Database, Db
from shuke.kit.deliver import wait_any

Job = Callable[[Db], Awaitable[int]]

JOBS: dict[str, tuple[Job, int]] = {}
LOCK = 716_274  # the leader holds it; deliveries have one of their own
MINUTE = 60.0
MOST_BATCHES = 1000  # of one job in one round

log = structlog.get_logger()


def every_minute(job: Job) -> Job:
    """Register a job. It does one batch and says how much it did; it is called again until that is nothing."""
    JOBS[f"{job.__module__.split('.')[1]}.{getattr(job, '__name__', 'job')}"] = (job, 1)
    return job


def in_lanes(lanes: int) -> Callable[[Job], Job]:
    """Register a job of which so many may run at once; it keeps them apart itself."""

    def register(job: Job) -> Job:
        JOBS[f"{job.__module__.split('.')[1]}.{getattr(job, '__name__', 'job')}"] = (job, lanes)
        return job

    return register


async def run_jobs(database: Database) -> int:
    """One round of every job, each until it has nothing left to do; how much was done. One that fails doesn't hold up the others."""
    done = 0
    for name, (job, lanes) in JOBS.items():
        done += sum(await asyncio.gather(*(_run(database, name, job) for _lane in range(lanes))))
    return done


async def _run(database: Database, name: str, job: Job) -> int:
    done = 0
    try:
        for _batch in range(MOST_BATCHES):
            async with database.write() as db:
                count = await job(db)
            done += count
            if not count:
                break
    except (OSError, asyncpg.InterfaceError, asyncio.CancelledError):
        raise
    except Exception as error:
        log.warning("job failed", job=name, error=repr(error))
    return done


async def wake(db: Db) -> None:
    """Let the next round begin once this transaction is committed, rather than with the minute."""
    await db.run("select pg_notify('shuke_jobs', '')")


async def work_forever(database: Database, stop: asyncio.Event) -> None:
    """A round a minute, or when woken, until told to stop. One process leads, others wait to take its place."""
    async with database.pool.acquire() as leader:
        while not stop.is_set() and not await leader.fetchval("select pg_try_advisory_lock($1)", LOCK):
            await _pause(stop, 1.0)
        woken = asyncio.Event()
        await leader.add_listener("shuke_jobs", lambda *_: woken.set())
        while not stop.is_set():
            woken.clear()
            await run_jobs(database)
            await wait_any(woken, stop, MINUTE)
        await leader.execute("select pg_advisory_unlock($1)", LOCK)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        pass
