"""Batches: calls that arrive while a batch is under way form the next one, in one set-based statement and one commit."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from time import monotonic
from typing import Generic, TypeVar

import asyncpg

from shuke.kit.db import Database, Db
from shuke.kit.refusals import Refusal

Call = TypeVar("Call")
Result = TypeVar("Result")

MOST = 64  # calls in one batch, unless it says otherwise

# another process was faster: what it did shows in a new statement
RACES = (asyncpg.UniqueViolationError, asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


class Batcher(Generic[Call, Result]):
    """Runs `action(db, calls)` for many callers at once; each gets its own result or refusal.

    A lone call waits for nobody. When a batch fails as a whole, each of its calls is tried alone, so that one bad call
    never fails its neighbours. `lanes` batches may be under way at once. `each_alone` is for actions whose statements each stand
    for themselves and may be repeated: no transaction is wrapped around them, which saves two round trips. `most` calls are in one
    batch: few where each call costs much more than a statement does, so that nobody waits for a long batch to end. `rest`: seconds
    from the start of one batch to that of the next at least, so that under load one batch takes many along.
    """

    def __init__(
        self,
        database: Database,
        action: Callable[[Db, Sequence[Call]], Awaitable[Sequence[Result | Refusal]]],
        *,
        lanes: int = 1,
        each_alone: bool = False,
        most: int = MOST,
        rest: float = 0.0,
    ) -> None:
        self._most = most
        self._rest = rest
        self._begun = -rest
        self._action = action
        self._database = database
        self._writes = not each_alone
        self._waiting: list[tuple[Call, asyncio.Future[Result]]] = []
        self._free = lanes
        self._tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, call: Call) -> Result:
        """The result of this one call; raises its refusal."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((call, future))
        if self._free:
            self._free -= 1
            task = asyncio.create_task(self._drain())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await future

    async def _drain(self) -> None:
        try:
            while self._waiting:
                if self._rest and (early := self._begun + self._rest - monotonic()) > 0:
                    await asyncio.sleep(early)
                self._begun = monotonic()
                batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._run(batch)
        finally:
            self._free += 1

    async def _run(self, batch: list[tuple[Call, asyncio.Future[Result]]], *, again: bool = False) -> None:
        try:
            async with self._database.hot(writes=self._writes) as db:
                results = await self._action(db, [call for call, _ in batch])
        except Exception as error:
            if len(batch) > 1:
                for alone in batch:
                    await self._run([alone])
            elif isinstance(error, RACES) and not again:
                await self._run(batch, again=True)
            else:
                _settle(batch[0][1], error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            _settle(future, result)


def rounds(calls: Sequence[Call], key: Callable[[Call], Hashable]) -> list[list[Call]]:
    """The calls in lists in which no key comes twice, the earlier before the later: what is done to one row is done one by one."""
    lists: list[list[Call]] = []
    met: dict[Hashable, int] = {}
    for call in calls:
        number = met[key(call)] = met.get(key(call), -1) + 1
        if number == len(lists):
            lists.append([])
        lists[number].append(call)
    return lists


def _settle(future: asyncio.Future[Result], result: Result | Exception) -> None:
    if future.done():  # the caller has gone away; what was done stays done
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)
