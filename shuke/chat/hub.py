"""Hub: the open sockets of one web process. Every process learns by NOTIFY which conversations have something new, reads what it did
not write itself, once, and gives it to those of its sockets that are in them."""

import asyncio
from collections.abc import Iterable, Mapping
from uuid import UUID

import asyncpg
import structlog

from shuke.chat.frames import Changed, Gone, Ready, WasRead, Writes, as_heard, shown
from shuke.chat.line import Line
from shuke.chat.news import MOST_NEWS, Hears, hears, missed, news, numbers_of, open_sessions, present
from shuke.chat.types import Message
from shuke.kit.chores import Chores
from shuke.kit.db import Database
from shuke.kit.garbage import Aside
from shuke.kit.live import Live
from shuke.kit.wire import framed

LANES = 4  # connections for those who catch up
FEW = 50  # sockets of a conversation in which one sees who reads and writes
GATHER = 0.002  # seconds until what comes with a notice is here, too: what this process wrote, other notices
MOST_OWN = 5_000  # messages kept for their notice
LOOK_SECONDS = 2.0  # others wait so long at most for one who does not read, and who catches up by herself
PAGES_SECONDS = 0.4  # pages without a socket are told this often at most
LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)

log = structlog.get_logger()


class Hub:
    """Whose sockets are open here, by person and by conversation."""

    def __init__(self, database: Database, live: Live) -> None:
        self._database = database
        self._live = live
        self._people: dict[UUID, set[Line]] = {}
        self._listeners: dict[UUID, set[Line]] = {}
        self._given: dict[UUID, int] = {}  # the last number given out, by conversation with listeners
        self._new: dict[UUID, tuple[int, int]] = {}  # conversations with something new, and its first and last number
        self._own: dict[tuple[UUID, int], Message] = {}  # what this process wrote, until its notice comes
        self._dirty: set[UUID] = set()  # conversations of which pages without a socket are to be told
        self._changed: set[UUID] = set()  # people who are in others now
        self._ended: set[UUID] = set()  # people of whom a session may have ended
        self._chores = Chores()
        self._catching = asyncio.Semaphore(LANES)
        self._aside = Aside()

    def lines_of(self, person_id: UUID) -> int:
        """How many sockets a person has open here."""
        return len(self._people.get(person_id, ()))

    def add(self, line: Line) -> None:
        """A socket was opened."""
        self._people.setdefault(line.person_id, set()).add(line)
        self._aside.came()

    def remove(self, line: Line) -> None:
        """A socket is gone."""
        self._unlisten(line, line.conversations)
        lines = self._people.get(line.person_id, set())
        lines.discard(line)
        if not lines:
            self._people.pop(line.person_id, None)
        self._aside.went()

    def _listen(self, line: Line, heard: Hears) -> None:
        conversations = frozenset(heard.conversations)
        self._unlisten(line, line.conversations - conversations)
        for one in conversations - line.conversations:
            self._listeners.setdefault(one, set()).add(line)
        line.conversations = conversations
        line.hidden = frozenset(heard.hidden)

    def _unlisten(self, line: Line, conversations: Iterable[UUID]) -> None:
        for one in conversations:
            lines = self._listeners.get(one)
            if lines is not None:
                lines.discard(line)
                if not lines:
                    del self._listeners[one]
                    self._given.pop(one, None)

    async def catch_up(self, line: Line, after: Mapping[UUID, int], *, fresh: bool = True) -> None:
        """Give what follows these numbers, in order, then what has happened meanwhile. Not `fresh`: she hears already, and some
        conversations are new to her, or not hers any more."""
        async with line.catching:
            line.held = line.held or []
            line.behind = False
            changes = line.changes
            try:
                async with self._catching, self._database.read() as db:
                    heard = await hears(db, line.person_id)
                    if line not in self._people.get(line.person_id, ()):  # gone meanwhile
                        return
                    changed = sorted(set(heard.conversations) ^ line.conversations)
                    self._listen(line, heard)
                    wanted = after if fresh else {one: heard.read[one] for one in changed if one in heard.read}
                    top = await numbers_of(db, heard.conversations if fresh else list(wanted))
                await self._give(line, {one: wanted[one] for one in wanted if one in line.conversations}, top)
                for one, number in top.items():
                    if self._given.setdefault(one, number) < number:
                        line.upto[one] = number
                await line.send(Ready(top) if fresh else Changed(changed))
            except BaseException:
                line.lose()
                raise
            line.release(changes, top)

    async def _give(self, line: Line, wanted: dict[UUID, int], top: dict[UUID, int]) -> None:
        """What follows these numbers, piece by piece, without holding a connection while she reads."""
        while wanted:
            async with self._catching, self._database.read() as db:
                some = await missed(db, line.person_id, wanted)
            wanted = {}
            for message in some:
                await line.send(shown(message))
                wanted[message.conversation_id] = message.number
                top[message.conversation_id] = max(top.get(message.conversation_id, 0), message.number)

    def heard(self, name: str) -> None:
        """What another process, or this one, has told; nothing: the connection was lost and is there again."""
        kind, _, rest = name.partition(":")
        if kind == "m":
            for part in rest.split(","):
                conversation, first, last = part.split(":")
                self._someone_said(UUID(conversation), int(first), int(last))
            self._chores.begin("read", self._read())
        elif kind == "r":
            for part in rest.split(","):
                conversation, person, number = part.split(":")
                read = WasRead(UUID(conversation), UUID(person), int(number))
                self._tell(read.conversation_id, framed(read), of=read.person_id)
                self._live.tell(f"person:{person}", "waiting")
        elif kind == "g":
            conversation, _, number = rest.partition(":")
            self._own.pop((UUID(conversation), int(number)), None)
            self._tell(UUID(conversation), framed(Gone(UUID(conversation), int(number))), few=False)
            self._dirty.add(UUID(conversation))
            self._chores.begin("pages", self._tell_pages())
        elif kind == "t":
            conversation, _, person = rest.partition(":")
            writes = Writes(UUID(conversation), UUID(person))
            self._tell(writes.conversation_id, framed(writes), but=writes.person_id, of=writes.person_id)
        elif kind in ("more", "less"):
            self._other_rooms({UUID(part) for part in rest.split(",")}, less=kind == "less")
        elif not name:
            self._own.clear()
            for lines in self._people.values():
                for line in lines:
                    line.lose()

    def _other_rooms(self, people: set[UUID], *, less: bool) -> None:
        """What these may hear is another matter now; who may hear less hears nothing until it is known what."""
        for person_id in people if less else ():
            for line in self._people.get(person_id, ()):
                line.hold()
        self._changed |= people
        self._chores.begin("look", self._look_again())

    def kept(self, message: Message) -> None:
        """This process wrote a message: it need not be read when its notice comes."""
        if message.number > self._given.get(message.conversation_id, message.number):
            if len(self._own) >= MOST_OWN:  # notices don't come
                self._own.clear()
            self._own[message.conversation_id, message.number] = message

    def _someone_said(self, conversation_id: UUID, first: int, last: int) -> None:
        self._dirty.add(conversation_id)
        if conversation_id in self._listeners:
            before = self._new.get(conversation_id, (first, last))
            self._new[conversation_id] = (min(first, before[0]), max(last, before[1]))

    async def _read(self) -> None:
        while self._new:
            await asyncio.sleep(GATHER)
            new, self._new = self._new, {}
            wanted = {one: given for one, (first, last) in new.items() if (given := self._give_own(one, first, last)) < last}
            try:
                async with self._database.hot(writes=False) as db:
                    found = await news(db, wanted) if wanted else []
            except LOST as error:
                log.warning("messages not read", error=repr(error))
                for one in wanted:
                    for line in self._listeners.get(one, ()):
                        line.lose()
                continue
            for message in found:
                self._own.pop((message.conversation_id, message.number), None)
                self._say(message)
            if len(found) >= MOST_NEWS:  # there may be more of some
                for one in wanted:
                    self._someone_said(one, self._given.get(one, 0) + 1, new[one][1])
        self._chores.begin("pages", self._tell_pages())

    def _give_own(self, conversation_id: UUID, first: int, last: int) -> int:
        """Give what this process wrote, as far as nothing is between; the last number given."""
        given = self._given.get(conversation_id, first - 1)
        while given < last and (own := self._own.pop((conversation_id, given + 1), None)) is not None:
            self._say(own)
            given += 1
        return given

    def _say(self, message: Message) -> None:
        """To all who listen, in the order of the numbers, once."""
        lines = self._listeners.get(message.conversation_id)
        if not lines or message.number <= self._given.get(message.conversation_id, 0):
            return
        self._given[message.conversation_id] = message.number
        heard = as_heard(message)
        for line in lines:
            line.hear(heard)

    def _tell(
        self, conversation_id: UUID, said: bytes, *, few: bool = True, but: UUID | None = None, of: UUID | None = None
    ) -> None:
        """Whoever hears, but those from whom it is hidden what a person does."""
        lines = self._listeners.get(conversation_id, ())
        if few and len(lines) > FEW:
            return
        for line in lines:
            if line.person_id != but and of not in line.hidden and not line.behind:
                line.push(said)

    async def _tell_pages(self) -> None:
        """Pages that listen without a socket: the list, the badge, a conversation where sockets don't pass."""
        while self._dirty:
            await asyncio.sleep(PAGES_SECONDS)
            people = [UUID(topic[7:]) for topic in self._live.topics() if topic.startswith("person:")]
            conversations, self._dirty = list(self._dirty), set()
            if not people:
                continue
            try:
                async with self._database.read() as db:
                    for person_id in await present(db, conversations, people):
                        self._live.tell(f"person:{person_id}", "chat")
                        self._live.tell(f"person:{person_id}", "waiting")
            except LOST as error:
                log.warning("pages not told", error=repr(error))

    async def _look_again(self) -> None:
        while self._changed:
            person_id = self._changed.pop()
            self._live.tell(f"person:{person_id}", "chat")
            for line in list(self._people.get(person_id, ())):
                if not line.reads():
                    continue
                try:
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self.catch_up(line, {}, fresh=False)
                except LOST as error:
                    log.warning("conversations not read", error=repr(error))
                    line.lose()

    def forget(self, owner: str) -> None:
        """Somebody's sessions may have ended; everybody's, when it is empty."""
        self._ended |= {UUID(owner)} & set(self._people) if owner else set(self._people)
        if self._ended:
            self._chores.begin("close", self._close_ended())

    async def _close_ended(self) -> None:
        while self._ended:
            people, self._ended = list(self._ended), set()
            try:
                async with self._database.read() as db:
                    still = set(await open_sessions(db, people))
            except LOST as error:
                log.warning("sessions not read", error=repr(error))
                return
            for line in [one for person_id in people for one in self._people.get(person_id, ()) if one.session_id not in still]:
                await line.close()
