"""Line: one open socket, what its person is in, and what waits to be sent to her."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from time import monotonic
from uuid import UUID

from litestar.exceptions import WebSocketDisconnect

from shuke.chat.frames import CatchUp, frame

TYPING_SECONDS = 1.0  # others are told so often at most that somebody writes
MOST_WAITING = 400  # frames for one socket; who reads more slowly is told to catch up
TOO_SLOW = frame(CatchUp())

Heard = tuple[UUID, int, UUID, str]  # conversation, number, sender, as it is sent


class Line:
    """Hears nothing before its first hello. While it catches up, what happens is held back, so that numbers only grow."""

    __slots__ = (
        "_send",
        "_task",
        "behind",
        "catching",
        "close",
        "conversations",
        "held",
        "hidden",
        "person_id",
        "session_id",
        "upto",
        "waiting",
        "wrote",
    )

    def __init__(
        self, person_id: UUID, session_id: UUID, send: Callable[[str], Awaitable[None]], close: Callable[[], Awaitable[None]]
    ) -> None:
        self.person_id = person_id
        self.session_id = session_id
        self.close = close
        self.conversations: frozenset[UUID] = frozenset()
        self.hidden: frozenset[UUID] = frozenset()  # who is not heard in groups
        self.upto: dict[UUID, int] = {}  # numbers that catching up gave ahead of what the process has read
        self.behind = True
        self.catching = asyncio.Lock()
        self.held: list[Heard] | None = None
        self.waiting: deque[str] = deque()
        self.wrote = -TYPING_SECONDS
        self._send = send
        self._task: asyncio.Task[None] | None = None

    async def send(self, said: str) -> None:
        """Send now, as fast as she reads."""
        await self._send(said)

    def may_write(self) -> bool:
        """Whether others are to be told that she writes; not again at once."""
        now = monotonic()
        if now - self.wrote < TYPING_SECONDS:
            return False
        self.wrote = now
        return True

    def push(self, said: str) -> None:
        """Send soon; nobody waits for a slow one, who is told to catch up instead."""
        if self.behind and said != TOO_SLOW:
            return
        if len(self.waiting) >= MOST_WAITING:
            self.waiting.clear()
            self.behind = True
            said = TOO_SLOW
        self.waiting.append(said)
        if self._task is None:
            self._task = asyncio.create_task(self._drain())

    def lose(self) -> None:
        """Something may have been missed."""
        if not self.behind:
            self.behind = True
            self.push(TOO_SLOW)

    def hear(self, heard: Heard) -> None:
        """A message, unless she has it or has nothing to do with its sender."""
        conversation_id, number, sender, said = heard
        if sender in self.hidden:
            return
        if self.held is not None:
            if len(self.held) < MOST_WAITING:
                self.held.append(heard)
            else:
                self.behind = True
            return
        if conversation_id in self.upto:
            if number <= self.upto[conversation_id]:
                return
            del self.upto[conversation_id]
        self.push(said)

    async def _drain(self) -> None:
        try:
            while self.waiting:
                await self._send(self.waiting.popleft())
        except (OSError, RuntimeError, WebSocketDisconnect):  # gone: its handler ends by itself
            self.waiting.clear()
        finally:
            self._task = None
