"""Jobs: what is to be done once a minute, or more often, or when woken, batch by batch; one process leads. Each batch is one transaction."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import structlog

from shuke.kit.db import Database, Db
from shuke.kit.deliver import wait_any

Job = Callable[[Db], Awaitable[int]]

JOBS: dict[str, tuple[Job, int]] = {}
OFTEN: dict[str, tuple[Job, float]] = {}  # what can't wait a minute, and how many seconds it can
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


def every(seconds: float) -> Callable[[Job], Job]:
    """Register a job that looks every so many seconds: one statement by an index when there is nothing to do."""

    def register(job: Job) -> Job:
        OFTEN[f"{job.__module__.split('.')[1]}.{getattr(job, '__name__', 'job')}"] = (job, seconds)
        return job

    return register


async def run_jobs(database: Database) -> int:
    """One round of every job, each until it has nothing left to do; how much was done. One that fails doesn't hold up the others."""
    done = await _minute(database)
    for name, (job, _seconds) in OFTEN.items():
        done += await _run(database, name, job)
    return done


async def _minute(database: Database) -> int:
    done = 0
    for name, (job, lanes) in JOBS.items():
        done += sum(await asyncio.gather(*(_run(database, name, job) for _lane in range(lanes))))
    return done


async def _often(database: Database, name: str, stop: asyncio.Event) -> None:
    """One of the jobs that can't wait, in a loop of its own: a long round of the others doesn't hold it up."""
    job, seconds = OFTEN[name]
    while not stop.is_set():
        try:
            await _run(database, name, job)
        except (OSError, asyncpg.InterfaceError) as error:
            log.warning("job failed", job=name, error=repr(error))
        await _pause(stop, seconds)


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
        often = [asyncio.create_task(_often(database, name, stop)) for name in OFTEN]
        try:
            while not stop.is_set():
                woken.clear()
                await _minute(database)
                await wait_any(woken, stop, MINUTE)
        finally:
            for task in often:
                task.cancel()
            await asyncio.gather(*often, return_exceptions=True)
        await leader.execute("select pg_advisory_unlock($1)", LOCK)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        pass
