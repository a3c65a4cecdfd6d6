"""Live: what happens is told to open pages at once, by PostgreSQL's NOTIFY to every web process and SSE to the page."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

import asyncpg
import msgspec
import structlog

from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import TooMany

CHANNEL = "shuke_live"
HEARTBEAT = 20.0  # seconds between comments that keep a quiet connection open

log = structlog.get_logger()


class Notice(msgspec.Struct, frozen=True):
    """`topic` says who may hear it (person:<id>, store:<id>), `name` what to look at again."""

    topic: str
    name: str


async def announce(db: Db, topic: str, name: str) -> None:
    """Tell every open page of `topic`, once this transaction is committed."""
    await db.run("select pg_notify('shuke_live', :notice)", notice=msgspec.json.encode(Notice(topic, name)).decode())


async def announce_all(db: Db, topics: Sequence[str], name: str) -> None:
    """Tell the open pages of many topics at once."""
    if topics:
        notices = [msgspec.json.encode(Notice(topic, name)).decode() for topic in topics]
        await db.run("select pg_notify('shuke_live', notice) from unnest(:notices::text[]) as n(notice)", notices=notices)


class Live:
    """The listeners of one web process."""

    def __init__(self) -> None:
        self._queues: dict[str, set[asyncio.Queue[str]]] = {}
        self._hooks: dict[str, Callable[[str], None]] = {}
        self._crowds: Counter[str] = Counter()

    def hook(self, topic: str, heard: Callable[[str], None]) -> None:
        """Let the process itself hear a topic, such as what its caches must forget."""
        self._hooks[topic] = heard

    @contextmanager
    def _listening(self, topics: list[str]) -> Iterator[asyncio.Queue[str]]:
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=100)
        for topic in topics:
            self._queues.setdefault(topic, set()).add(queue)
        try:
            yield queue
        finally:
            for topic in topics:
                self._queues[topic].discard(queue)
                if not self._queues[topic]:
                    del self._queues[topic]

    def tell(self, topic: str, name: str) -> None:
        """Pass a notice on to this process's pages; a page that does not read is told to look at everything."""
        for queue in self._queues.get(topic, ()):
            with contextlib.suppress(asyncio.QueueFull):
                queue.put_nowait(name)

    def topics(self) -> list[str]:
        """What pages of this process listen to."""
        return list(self._queues)

    def tell_all(self, name: str) -> None:
        """After a lost connection: what was missed is unknown, so every page looks again."""
        for topic in list(self._queues):
            self.tell(topic, name)

    def demand_room(self, crowds: Mapping[str, int]) -> None:
        """Refuse one more stream where as many are open as may be, in this process: of an address, of a thing. Refusal: too_many_open."""
        if any(self._crowds[crowd] >= most for crowd, most in crowds.items()):
            raise TooMany("too_many_open", _("Too many of these pages are open. Close some, or load this one again later."))

    @contextmanager
    def _counted(self, crowds: Collection[str]) -> Iterator[None]:
        self._crowds.update(list(crowds))  # each once: a mapping would add its values
        try:
            yield
        finally:
            self._crowds.subtract(list(crowds))
            self._crowds = +self._crowds

    async def stream(self, topics: list[str], until: str = "", crowds: Collection[str] = ()) -> AsyncGenerator[bytes, None]:
        """Server-sent events of these topics, ending only when the page goes away, or once `until` was told: the page connects again,
        and hears what it may hear by then. Counted in each of `crowds` as long as it is open."""
        with self._counted(crowds), self._listening(topics) as queue:
            yield b"retry: 1000\nevent: open\ndata: {}\n\n"
            while True:
                try:
                    name = await asyncio.wait_for(queue.get(), HEARTBEAT)
                    yield f"event: {name}\ndata: {{}}\n\n".encode()
                    if name == until:
                        return
                except TimeoutError:
                    yield b": still here\n\n"

    async def listen_forever(self, url: str) -> None:
        """Hear the database's notices; connect again when the connection is lost."""
        while True:
            try:
                await self._listen(url)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("live connection lost", error=repr(error))
            await asyncio.sleep(1)

    async def _listen(self, url: str) -> None:
        connection = await asyncpg.connect(url, server_settings={"application_name": "shuke web"})
        try:
            lost = asyncio.Event()
            connection.add_termination_listener(lambda *_: lost.set())
            await connection.add_listener(CHANNEL, self._heard)
            for heard in self._hooks.values():
                heard("")
            self.tell_all("open")
            await lost.wait()
        finally:
            await connection.close(timeout=2)

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        notice = msgspec.json.decode(str(payload), type=Notice)
        if notice.topic in self._hooks:
            self._hooks[notice.topic](notice.name)
        self.tell(notice.topic, notice.name)
