"""Chatting: thousands of sockets on one web worker and messages at an even pace; the worker is killed in the middle and all come back.

What was acknowledged has to be heard once, in its order, by everybody in its conversation; the time runs from sending to hearing.
Who loses the worker comes back as a page's script does. While it measures, the client's own garbage collection is off.
"""

import asyncio
import gc
import os
import random
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from uuid import UUID, uuid4

import asyncpg
import msgspec
import uvloop
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from shuke.bench.installation import Bench
from shuke.kit.embedded_postgres import Postgres
from shuke.people.tokens import new_token

SOCKETS = 5_000
PER_SECOND = 500
SECONDS = 60
IN_ONE = 4  # people in each conversation
SETTLE = 45.0  # seconds for the last ones to be heard
SEEDING = 60.0  # seconds for the people and their sessions
OPEN = 300.0  # seconds until all are connected
BACK = 240.0  # seconds until all are back
OPENING = 100  # sockets that are opened at once


class ChatLine(msgspec.Struct, frozen=True):
    """A printed line. `lost`: acknowledged and not heard by all; `twice` and `disordered`: heard so; times of what was heard while the
    worker ran, in ms, and `back_s` until all sockets were back after the kill. `*_us`: CPU for each message of the server, PostgreSQL and this
    client, from the first to the last one heard."""

    name: str
    sockets: int
    sent: int
    acknowledged: int
    heard: int
    lost: int
    twice: int
    disordered: int
    refused: int
    caught_up: int
    per_second: float
    p50_ms: float
    p99_ms: float
    most_ms: float
    kb_per_socket: float
    seed_s: float
    open_s: float
    back_s: float
    cores: int
    load: float
    server_us: float
    postgres_us: float
    client_us: float


class _Frame(msgspec.Struct, frozen=True):
    type: str
    conversation_id: UUID | None = None
    number: int = 0
    key: str = ""


_read = msgspec.json.Decoder(_Frame).decode


class Chatter:
    """One socket that comes back by itself, and what it has heard."""

    def __init__(self, course: "Course", token: str, conversation: UUID) -> None:
        self.course = course
        self.token = token
        self.conversation = conversation
        self.last = 0
        self.connection: ClientConnection | None = None
        self.ready = asyncio.Event()
        self.waiting: dict[str, str] = {}  # sent, not acknowledged
        self.tries = 0

    async def run(self) -> None:
        """Until the course is over. It comes back as a page's script does: after a pause by chance that doubles with each try in vain."""
        while not self.course.over:
            try:
                await self._listen()
            except (OSError, WebSocketException, TimeoutError):
                pass
            self.ready.clear()
            self.connection = None
            self.tries += 1
            await asyncio.sleep(min(30.0, 0.4 * 2 ** min(self.tries, 7)) * (0.5 + random.random()))

    async def _listen(self) -> None:
        headers = {"authorization": f"Bearer {self.token}"}
        url = f"ws://127.0.0.1:{self.course.port}/chats/socket"
        async with self.course.opening if self.tries == 0 else nullcontext():  # after the kill nobody waits for the others
            connection = await connect(
                url, additional_headers=headers, compression=None, ping_interval=None, open_timeout=30, close_timeout=2
            )
        try:
            hello = {"type": "hello", "after": {str(self.conversation): self.last}}
            await connection.send(msgspec.json.encode(hello).decode())
            self.connection = connection
            async for text in connection:
                self._hear(_read(text))
        finally:
            await connection.close()

    def _hear(self, frame: _Frame) -> None:
        if frame.type == "message":
            self.course.twice += frame.number == self.last
            self.course.disordered += frame.number < self.last
            self.last = max(self.last, frame.number)
            self.course.heard(frame.key)
        elif frame.type == "sent":
            self.waiting.pop(frame.key, None)
            self.course.acknowledged.add(frame.key)
        elif frame.type == "ready":
            self.ready.set()
            self.tries = 0
            for said in list(self.waiting.values()):  # the same keys again
                self._send(said)
        elif frame.type == "catch_up":
            self.course.caught_up += 1
            self._send(msgspec.json.encode({"type": "hello", "after": {str(self.conversation): self.last}}).decode())
        elif frame.type == "refused":
            self.course.refused += 1

    def say(self) -> None:
        """One message under a key of its own."""
        key = uuid4().hex
        said = '{"type":"message","conversation_id":"%s","key":"%s","text":"Noodles at noon?"}'
        self.waiting[key] = said % (self.conversation, key)
        self.course.began[key] = time.perf_counter()
        if self.ready.is_set():
            self._send(self.waiting[key])

    def _send(self, said: str) -> None:
        if self.connection is not None:
            task = asyncio.create_task(_quietly(self.connection, said))
            self.course.tasks.add(task)
            task.add_done_callback(self.course.tasks.discard)


async def _quietly(connection: ClientConnection, said: str) -> None:
    try:
        await connection.send(said)
    except (OSError, WebSocketException):
        pass  # sent again when it is back


class Course:
    """A run: what was sent, acknowledged, heard and when."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.over = False
        self.began: dict[str, float] = {}
        self.acknowledged: set[str] = set()
        self.ears: dict[str, int] = {}  # by key, how many heard it
        self.times: list[tuple[float, float]] = []  # when, how long it took
        self.twice = self.disordered = self.refused = self.caught_up = 0
        self.tasks: set[asyncio.Task[None]] = set()
        self.opening = asyncio.Semaphore(OPENING)

    def heard(self, key: str) -> None:
        """Somebody heard a message."""
        now = time.perf_counter()
        self.ears[key] = self.ears.get(key, 0) + 1
        self.times.append((now, now - self.began[key]))


async def seed_chats(url: str, sockets: int) -> list[tuple[str, UUID]]:
    """People in sessions, four in each conversation: token and conversation. Their accounts are old enough for a brisk pace."""
    people = [uuid4() for _one in range(sockets)]
    conversations = [uuid4() for _one in range(-(-sockets // IN_ONE))]
    of_each = [conversations[number // IN_ONE] for number in range(sockets)]
    given = [new_token(person) for person in people]
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            "insert into people.people (person_id, name, created_at) select p, 'Chatter', now() - interval '1 year' from unnest($1::uuid[]) p",
            people,
        )
        await connection.execute(
            "insert into people.sessions (person_id, token_hash, created_at, seen_at, expires_at) "
            "select p, h, now(), now(), now() + interval '1 day' from unnest($1::uuid[], $2::bytea[]) t(p, h)",
            people,
            [token.hashed for token in given],
        )
        await connection.execute(
            "insert into chat.conversations (conversation_id, kind, title, last_at, created_at) "
            "select c, 'group', 'Bench', now(), now() from unnest($1::uuid[]) c",
            conversations,
        )
        await connection.execute(
            "with m as (insert into chat.members (conversation_id, person_id, joined_at) "
            "select c, p, now() from unnest($1::uuid[], $2::uuid[]) m(c, p) returning conversation_id, person_id) "
            "insert into chat.mine (conversation_id, person_id, at) select conversation_id, person_id, now() from m",
            of_each,
            people,
        )
        await connection.execute("analyze")
    finally:
        await connection.close()
    return list(zip([token.text for token in given], of_each, strict=True))


class _Worker:
    """The web worker on a socket that outlives it."""

    def __init__(self, postgres: Postgres, url: str) -> None:
        self._postgres = postgres
        self._url = url
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=4096)
        os.set_inheritable(self._listening.fileno(), True)
        self.port: int = self._listening.getsockname()[1]
        self._spent = 0.0  # CPU of those that were killed
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        environment = {**os.environ, "SHUKE_DATABASE_URL": self._url, "SHUKE_SECRET": "00" * 32}
        environment.pop("SHUKE_DEV", None)
        number = self._listening.fileno()
        return subprocess.Popen(
            [sys.executable, "-m", "shuke", "web", "--socket", str(number)], env=environment, pass_fds=[number]
        )

    @property
    def bench(self) -> Bench:
        """Where it runs now."""
        return Bench(self._postgres, self._url, self.port, self.process.pid)

    def cpu(self) -> tuple[float, float, float]:
        """Seconds of CPU so far: of the worker with those killed before, of PostgreSQL, of this client."""
        server, postgres = self.bench.cpu()
        own = resource.getrusage(resource.RUSAGE_SELF)
        return self._spent + server, postgres, own.ru_utime + own.ru_stime

    def kill(self) -> None:
        """As a crash would end it; another one is started, as the supervisor does."""
        self._spent += self.bench.cpu()[0]
        self.process.kill()
        self.process.wait()
        self.process = self._start()

    def end(self) -> None:
        """Stop it, by force when it takes long."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._listening.close()


def measure(postgres: Postgres, url: str, shape: tuple[int, int, int], *, kill: bool) -> ChatLine:
    """`shape`: sockets, messages a second, seconds. `kill`: the worker, in the middle. Everything has its deadline."""
    sockets, pace, seconds = -(-shape[0] // IN_ONE) * IN_ONE, shape[1], shape[2]
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # the web worker inherits it
    if most < sockets + 200:
        raise RuntimeError(f"{sockets} sockets need as many open files; at most {most} are allowed here")
    began = time.perf_counter()
    chatters = asyncio.run(asyncio.wait_for(seed_chats(url, sockets), SEEDING))
    seeded = time.perf_counter() - began
    worker = _Worker(postgres, url)
    try:
        line = uvloop.run(asyncio.wait_for(_run(worker, chatters, (pace, seconds), kill=kill), OPEN + BACK + 3 * seconds + 120))
        return msgspec.structs.replace(line, seed_s=round(seeded, 1))
    finally:
        worker.end()


async def _run(worker: _Worker, people: Sequence[tuple[str, UUID]], shape: tuple[int, int], *, kill: bool) -> ChatLine:
    pace, seconds = shape
    course = Course(worker.port)
    chatters = [Chatter(course, token, conversation) for token, conversation in people]
    await _answers(worker.port)
    empty = worker.bench.memory_mb()
    runs = [asyncio.create_task(chatter.run()) for chatter in chatters]
    opened = await _all_back(chatters, OPEN)
    full = worker.bench.memory_mb()
    gc.freeze()  # the pauses to be measured are the server's
    gc.disable()
    before = worker.cpu()
    begun = time.perf_counter()
    back = 0.0
    killed: asyncio.Task[float] | None = None
    for number in range(pace * seconds):
        if (early := begun + number / pace - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        elif number % IN_ONE == 0:
            await asyncio.sleep(0)  # behind: the others are let in nevertheless
        chatters[number * 7919 % len(chatters)].say()
        if kill and killed is None and number == pace * seconds // 2:
            worker.kill()
            killed = asyncio.create_task(_back_after_kill(chatters))
    took = time.perf_counter() - begun
    if killed is not None:
        back = await killed
    await _settled(course, chatters)
    spent = [after - so_far for after, so_far in zip(worker.cpu(), before, strict=True)]
    course.over = True
    for run in runs:
        run.cancel()
    await asyncio.wait(runs, timeout=15)
    line = _told(course, chatters, took, spent)
    kilobytes = round((full - empty) * 1024 / len(chatters), 1)
    name = "chat_killed" if kill else "chat"
    return msgspec.structs.replace(line, name=name, kb_per_socket=kilobytes, open_s=round(opened, 1), back_s=round(back, 1))


async def _answers(port: int) -> None:
    """Until the worker accepts: it is asked by a plain connection."""
    for _try in range(100):
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            answer = await asyncio.wait_for(reader.read(15), 30)
            writer.close()
            if b"200" in answer:
                return
        except (OSError, TimeoutError):
            pass
        await asyncio.sleep(0.2)
    raise RuntimeError("the web worker did not answer")


async def _all_back(chatters: Sequence[Chatter], most: float) -> float:
    begun = time.perf_counter()
    async with asyncio.timeout(most):
        for chatter in chatters:
            await chatter.ready.wait()
    return time.perf_counter() - begun


async def _back_after_kill(chatters: Sequence[Chatter]) -> float:
    await asyncio.sleep(0.5)  # until they have noticed
    return 0.5 + await _all_back(chatters, BACK)


async def _settled(course: Course, chatters: Sequence[Chatter]) -> None:
    """All that was acknowledged is heard by all, and nothing waits any more; or time is over."""
    end = time.perf_counter() + SETTLE
    while time.perf_counter() < end:
        waiting = any(chatter.waiting for chatter in chatters)
        if not waiting and all(course.ears.get(key, 0) >= IN_ONE for key in course.acknowledged):
            return
        await asyncio.sleep(0.5)


def _told(course: Course, chatters: Sequence[Chatter], took: float, spent: Sequence[float]) -> ChatLine:
    times = sorted(1000 * seconds for _when, seconds in course.times) or [0.0]
    server, postgres, client = [round(seconds / max(1, len(course.began)) * 1e6, 1) for seconds in spent]
    return ChatLine(
        name="",
        sockets=len(chatters),
        sent=len(course.began),
        acknowledged=len(course.acknowledged),
        heard=len(course.times),
        lost=sum(course.ears.get(key, 0) < IN_ONE for key in course.acknowledged),
        twice=course.twice,
        disordered=course.disordered,
        refused=course.refused,
        caught_up=course.caught_up,
        per_second=round(len(course.began) / took, 1),
        p50_ms=round(times[len(times) // 2], 1),
        p99_ms=round(times[int(len(times) * 0.99)], 1),
        most_ms=round(times[-1], 1),
        kb_per_socket=0.0,
        seed_s=0.0,
        open_s=0.0,
        back_s=0.0,
        cores=os.cpu_count() or 1,
        load=round(os.getloadavg()[0], 1),
        server_us=server,
        postgres_us=postgres,
        client_us=client,
    )
