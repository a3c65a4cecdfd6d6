"""Stage: what every case works with, and the notes it takes of calls made and claims that did not hold."""

import asyncio
import os
import secrets
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager

from shuke.kit.db import Database, connect
from shuke.stage.crew import Answer, Crew
from shuke.stage.served import Served

QUIET_SECONDS = 60.0


class Stage:
    """The server under proof with its crew; `quick` asks for the small sizes."""

    def __init__(self, served: Served, crew: Crew, url: str, *, quick: bool) -> None:
        self.served = served
        self.crew = crew
        self.url = url
        self.quick = quick
        self.calls = 0
        self.broken: list[str] = []

    def size(self, full: int, quick: int) -> int:
        """How many, by the length of the run."""
        return quick if self.quick else full

    def claim(self, holds: object, what: str) -> None:
        """Note what should be true and isn't."""
        if not holds:
            self.broken.append(what)

    def count(self, answers: Iterable[Sequence[Answer]]) -> list[Answer]:
        """All answers in one list, counted as calls."""
        flat = [answer for told in answers for answer in told]
        self.calls += sum(answer.tries for answer in flat)
        return flat

    def fire(self, victims: Callable[[], Sequence[int]]) -> int:
        """Kill at random moments; how often."""
        kills = 0
        for _round in range(self.size(3, 1)):
            time.sleep(0.4 + secrets.randbelow(1200) / 1000)
            for pid in victims():
                os.kill(pid, signal.SIGKILL)
                kills += 1
        return kills

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """A pool of the case's own: a kill in the case before has left none open."""
        opened = await connect(self.url, size=2)
        try:
            yield opened
        finally:
            await opened.close()

    async def quiet(self) -> None:
        """Wait until every event is delivered."""
        end = time.monotonic() + QUIET_SECONDS
        async with self.database() as database, database.read() as db:
            while await db.value(
                int,
                "select 1 where exists (select from kit.events) or exists (select from kit.deliveries where dead_at is null)",
            ):
                if time.monotonic() > end:
                    self.broken.append(f"events are still on their way after {QUIET_SECONDS:.0f} s")
                    return
                await asyncio.sleep(0.1)


def tally(answers: Iterable[Answer]) -> Counter[str]:
    """How many had which status and refusal."""
    return Counter(answer.name or str(answer.status) for answer in answers)
