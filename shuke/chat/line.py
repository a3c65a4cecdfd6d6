"""Line: one open socket, what its person is in, and what waits to be sent to her."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from time import monotonic
from uuid import UUID

import msgspec

from shuke.chat.frames import CatchUp, Heard
from shuke.kit.wire import Wire, framed

TYPING_SECONDS = 1.0  # others are told so often at most that somebody writes
MOST_WAITING = 400  # frames for one socket; who reads more slowly is told to catch up
TOO_SLOW = framed(CatchUp())


class Line:
    """Hears nothing before its first hello. While it catches up, what happens is held back, so that numbers only grow."""

    __slots__ = (
        "_task",
        "_wire",
        "behind",
        "catching",
        "changes",
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

    def __init__(self, person_id: UUID, session_id: UUID, wire: Wire, close: Callable[[], Awaitable[None]]) -> None:
        self.person_id = person_id
        self.session_id = session_id
        self.close = close
        self.conversations: frozenset[UUID] = frozenset()
        self.hidden: frozenset[UUID] = frozenset()  # who is not heard in groups
        self.upto: dict[UUID, int] = {}  # numbers that catching up gave ahead of what the process has read
        self.behind = True
        self.catching = asyncio.Lock()
        self.changes = 0  # how often what she may hear became less
        self.held: list[Heard] | None = None
        self.waiting: deque[bytes] = deque()
        self.wrote = -TYPING_SECONDS
        self._wire = wire
        self._task: asyncio.Task[None] | None = None

    async def send(self, said: msgspec.Struct) -> None:
        """Send now, as fast as she reads."""
        await self._wire.send_framed(framed(said))

    def reads(self) -> bool:
        """Whether she hears; who lets pile up what is sent to her has to catch up."""
        if not self._wire.free():
            self.lose()
        return not self.behind

    def may_write(self) -> bool:
        """Whether others are to be told that she writes; not again at once."""
        now = monotonic()
        if now - self.wrote < TYPING_SECONDS:
            return False
        self.wrote = now
        return True

    def push(self, said: bytes) -> None:
        """Send at once, or soon; nobody waits for a slow one, who is told to catch up instead."""
        if self.behind and said is not TOO_SLOW:
            return
        if self._task is None and self._wire.free():
            self._wire.put(said)
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
        self.held = None
        if not self.behind:
            self.behind = True
            self.push(TOO_SLOW)

    def hold(self) -> None:
        """She may hear less than before: nothing more until it is known what."""
        self.changes += 1
        if self.held is None and not self.behind:
            self.held = []

    def release(self, changes: int, top: dict[UUID, int]) -> None:
        """What was held back follows, beyond these numbers; later, when she may hear less again since `changes`."""
        held = [heard for heard in self.held or () if heard.number > top.get(heard.conversation_id, 0)]
        if self.behind:  # it was too much
            self.held = None
            self.push(TOO_SLOW)
        elif self.changes != changes:
            self.held = held
        else:
            self.held = None
            for heard in held:
                if heard.conversation_id in self.conversations:
                    self.hear(heard)

    def hear(self, heard: Heard) -> None:
        """A message, unless she has it or has nothing to do with its sender."""
        if heard.sender in self.hidden:
            return
        if self.held is not None:
            if len(self.held) < MOST_WAITING:
                self.held.append(heard)
            else:
                self.behind = True
            return
        if heard.conversation_id in self.upto:
            if heard.number <= self.upto[heard.conversation_id]:
                return
            del self.upto[heard.conversation_id]
        self.push(heard.veiled if heard.about & self.hidden else heard.said)

    async def _drain(self) -> None:
        try:
            while self.waiting:
                await self._wire.send_framed(self.waiting.popleft())
        except OSError:  # gone: its handler ends by itself
            self.waiting.clear()
        finally:
            self._task = None
