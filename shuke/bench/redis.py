"""Redis beside it, for the same question: one key of positions for each category, a hash for each place, and a script that looks at the
nearest until enough are open and sell something. Asked over as many connections as our own server, by callers made the same way; one
call, and nothing sent back but ids, which nobody turns into an answer: the best case for it."""

import asyncio
import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from typing import cast

import uvloop

from shuke.bench.load import Outcome
from shuke.kit.geo import Point

SCRIPT = """
local want, reach, found, seen = tonumber(ARGV[4]), tonumber(ARGV[5]), {}, 0
while true do
  local near = redis.call('GEOSEARCH', KEYS[1], 'FROMLONLAT', ARGV[1], ARGV[2], 'BYRADIUS', ARGV[3], 'm', 'ASC', 'COUNT', reach)
  for i = seen + 1, #near do
    local is = redis.call('HMGET', near[i], 'open', 'deals')
    if is[1] == '1' and is[2] == '1' then
      found[#found + 1] = near[i]
      if #found == want then return found end
    end
  end
  if #near < reach then return found end
  seen, reach = #near, reach * 4
end
"""
Stored = tuple[str, str, float, float, bool, bool]  # id, category, longitude, latitude, open, sells something


@contextlib.contextmanager
def server() -> Iterator[int | None]:
    """A Redis of our own on a free port; None where it is not installed."""
    binary = shutil.which("redis-server")
    if binary is None:
        yield None
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    with tempfile.TemporaryDirectory(prefix="shuke-redis-") as folder:
        command = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            _wait(port)
            yield port
        finally:
            process.terminate()
            process.wait(30)


def _wait(port: int) -> None:
    for _try in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise RuntimeError("redis-server does not start")


def command(*words: str) -> bytes:
    """One command as bytes on the wire."""
    parts = [word.encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)


def whole(buffer: bytes) -> list[str] | None:
    """The lines of a whole answer, which is one line or a list of short ones; None while some of it is missing."""
    if buffer[:1] == b"-":
        raise RuntimeError(buffer.decode())
    if not buffer.endswith(b"\r\n"):
        return None
    lines = buffer[:-2].decode().split("\r\n")
    if buffer[:1] != b"*":
        return [lines[0][1:]] if buffer[:1] != b"$" else lines[1:] or None
    return lines[2::2] if len(lines) == 1 + 2 * int(lines[0][1:]) else None


class Caller(asyncio.Protocol):
    """One connection that asks one question after another, as the callers of our own server do."""

    def __init__(
        self, questions: Iterator[tuple[int, bytes]], done: asyncio.Future[None], times: list[float], answers: list[list[str]]
    ) -> None:
        self._questions = questions
        self._done = done
        self._times = times
        self._answers = answers
        self._transport: asyncio.WriteTransport | None = None
        self._buffer = b""
        self._number = 0
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask the first."""
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's own is no subclass
        self._next()

    def _next(self) -> None:
        asked = next(self._questions, None)
        assert self._transport is not None
        if asked is None:
            self._transport.close()
            return
        self._number, question = asked
        self._sent = time.perf_counter()
        self._transport.write(question)

    def data_received(self, data: bytes) -> None:
        """Note a whole answer and ask the next."""
        self._buffer = self._buffer + data if self._buffer else data
        found = whole(self._buffer)
        if found is None:
            return
        self._times.append((time.perf_counter() - self._sent) * 1000)
        self._answers[self._number] = found
        self._buffer = b""
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        """All asked, or the server went away."""
        if not self._done.done():
            if error is None:
                self._done.set_result(None)
            else:
                self._done.set_exception(error)


async def load(port: int, places: Sequence[Stored]) -> str:
    """Put places in; the name of the script."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for begin in range(0, len(places), 2000):
        part = places[begin : begin + 2000]
        for place, category, longitude, latitude, is_open, sells in part:
            writer.write(command("GEOADD", category, f"{longitude:.7f}", f"{latitude:.7f}", place))
            writer.write(command("HSET", place, "open", str(int(is_open)), "deals", str(int(sells))))
        for _answer in range(2 * len(part)):
            whole(await reader.readuntil(b"\r\n"))
    writer.write(command("SCRIPT", "LOAD", SCRIPT))
    await reader.readuntil(b"\r\n")
    name = (await reader.readuntil(b"\r\n"))[:-2].decode()
    writer.close()
    return name


def question(name: str, category: str, point: Point, radius: float, most: int) -> bytes:
    """The nearest of a category that are open and sell something."""
    numbers = (f"{point.longitude:.7f}", f"{point.latitude:.7f}", str(radius), str(most), "100")
    return command("EVALSHA", name, "1", category, *numbers)


async def _ask(port: int, questions: Sequence[bytes], connections: int) -> tuple[Outcome, list[list[str]]]:
    loop = asyncio.get_running_loop()
    times: list[float] = []
    answers: list[list[str]] = [[] for _question in questions]
    shared = iter(enumerate(questions))
    ends: list[asyncio.Future[None]] = []
    started = time.perf_counter()
    for _number in range(connections):
        done: asyncio.Future[None] = loop.create_future()
        ends.append(done)

        def caller(done: asyncio.Future[None] = done) -> Caller:
            return Caller(shared, done, times, answers)

        await loop.create_connection(caller, "127.0.0.1", port)
    async with asyncio.timeout(300):
        await asyncio.gather(*ends)
    return Outcome(time.perf_counter() - started, times, len(times), {}), answers


def ask(port: int, questions: Sequence[bytes], connections: int) -> tuple[Outcome, list[list[str]]]:
    """All of the questions over so many connections, each waiting for its answer before the next, and every answer."""
    return uvloop.run(_ask(port, questions, connections))
