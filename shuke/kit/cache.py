"""Caches of rows that change seldom and are asked on every request; a change is told to every process by NOTIFY."""

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, Protocol, TypeVar
from uuid import UUID
from weakref import WeakSet

from shuke.kit.batch import Batcher
from shuke.kit.db import Database, Db
from shuke.kit.live import announce

Key = TypeVar("Key")
Value = TypeVar("Value")


class Forgets(Protocol):
    """What keeps rows by their owner."""

    def forget(self, owner: str) -> None:
        """Drop what belongs to this owner."""


HERE: WeakSet[Forgets] = WeakSet()  # the caches of this process
FORGET = "forget"  # the topic on which owners are named whose cached rows have changed


class Cache(Generic[Key, Value]):
    """Keeps what `load` found for `seconds`, at most `most` entries. `owner` says whose change makes an entry stale.

    `load` gives one value for each key, in order: what is missed at the same moment is asked for together.
    """

    def __init__(
        self,
        database: Database,
        load: Callable[[Db, Sequence[Key]], Awaitable[Sequence[Value]]],
        owner: Callable[[Key, Value], UUID | None],
        *,
        seconds: float = 5.0,
        most: int = 20_000,
    ) -> None:
        self._load: Batcher[Key, Value] = Batcher(database, load, each_alone=True)
        self._owner = owner
        self._seconds = seconds
        self._most = most
        self._kept: dict[Key, tuple[float, Value]] = {}
        self._generation = 0
        HERE.add(self)

    async def get(self, key: Key) -> Value:
        """The value, from memory when fresh."""
        found = self._kept.get(key)
        if found is not None and found[0] > time.monotonic():
            return found[1]
        generation = self._generation
        value = await self._load(key)
        if generation == self._generation:  # nothing was forgotten while we asked
            if len(self._kept) >= self._most:
                self._kept.clear()
            self._kept[key] = (time.monotonic() + self._seconds, value)
        return value

    def forget(self, owner: str) -> None:
        """Drop what belongs to this owner; everything when it is empty (notices may have been missed)."""
        self._generation += 1
        if not owner:
            self._kept.clear()
            return
        stale = [key for key, (_until, value) in self._kept.items() if str(self._owner(key, value)) == owner]
        for key in stale:
            del self._kept[key]


async def changed(db: Db, owner_id: UUID) -> None:
    """Tell every process to forget what it has cached of this owner, at commit; this one has forgotten it before it answers."""

    def forget() -> None:
        for cache in tuple(HERE):
            cache.forget(str(owner_id))

    db.committed.append(forget)
    await announce(db, FORGET, str(owner_id))
