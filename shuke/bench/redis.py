"""Redis beside it, for the same question: one key of positions for each category, a hash for each place, and a script that looks at the
nearest until enough are open and sell something. One call, nothing sent back but ids: the best case for it."""

import asyncio
import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence

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


class Connection:
    """One connection that sends a command and reads its answer: a line, or a list of lines."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def send(self, sent: bytes, answers: int = 1) -> list[str]:
        """The last answer of so many."""
        self._writer.write(sent)
        found: list[str] = []
        for _answer in range(answers):
            found = await self._answer()
        return found

    async def _answer(self) -> list[str]:
        line = (await self._reader.readuntil(b"\r\n"))[:-2].decode()
        if line.startswith("-"):
            raise RuntimeError(line)
        if line.startswith("*"):
            return [one for _n in range(int(line[1:])) for one in await self._answer()]
        if line.startswith("$"):
            return [(await self._reader.readexactly(int(line[1:]) + 2))[:-2].decode()]
        return [line[1:]]


async def load(port: int, places: Sequence[Stored]) -> str:
    """Put places in; the name of the script."""
    connection = Connection(*await asyncio.open_connection("127.0.0.1", port))
    for begin in range(0, len(places), 2000):
        part = places[begin : begin + 2000]
        sent = b"".join(
            command("GEOADD", category, f"{longitude:.7f}", f"{latitude:.7f}", place)
            + command("HSET", place, "open", str(int(is_open)), "deals", str(int(sells)))
            for place, category, longitude, latitude, is_open, sells in part
        )
        await connection.send(sent, 2 * len(part))
    [name] = await connection.send(command("SCRIPT", "LOAD", SCRIPT))
    return name


def question(name: str, category: str, point: Point, radius: float, most: int) -> bytes:
    """The nearest of a category that are open and sell something."""
    numbers = (f"{point.longitude:.7f}", f"{point.latitude:.7f}", str(radius), str(most), "100")
    return command("EVALSHA", name, "1", category, *numbers)


async def ask(port: int, questions: Sequence[bytes], connections: int) -> tuple[float, list[list[str]]]:
    """Questions a second over so many connections, and every answer."""
    shared = iter(enumerate(questions))
    answers: list[list[str]] = [[] for _question in questions]

    async def caller() -> None:
        connection = Connection(*await asyncio.open_connection("127.0.0.1", port))
        for number, sent in shared:
            answers[number] = await connection.send(sent)

    started = time.perf_counter()
    await asyncio.gather(*(caller() for _connection in range(connections)))
    return len(questions) / (time.perf_counter() - started), answers
