"""Chores: what a process does beside answering, one of each kind at a time."""

import asyncio
from collections.abc import Coroutine


class Chores:
    """Tasks by name. Whoever asks while one is under way is taken along by it: it looks once more before it ends."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def begin(self, name: str, work: Coroutine[object, object, None]) -> None:
        """Begin this, unless one of its name is under way."""
        if name in self._tasks and not self._tasks[name].done():
            work.close()
            return
        self._tasks[name] = asyncio.get_running_loop().create_task(work)
