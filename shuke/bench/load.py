"""Load: many connections that each send one request after another and note how long each answer took."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from typing import cast

import msgspec
import uvloop


class Outcome(msgspec.Struct, frozen=True):
    """What a run of requests gave: seconds as a whole, milliseconds of each, how many had the status hoped for."""

    seconds: float
    milliseconds: list[float]
    good: int
    statuses: dict[int, int]

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return len(self.milliseconds) / self.seconds

    def quantile(self, share: float) -> float:
        """The time within which this share of the answers came, in milliseconds."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Caller(asyncio.Protocol):
    """One connection. Speaks as much HTTP/1.1 as our own server needs: keep-alive, content-length."""

    def __init__(
        self, requests: Iterator[bytes], done: asyncio.Future[None], times: list[float], statuses: dict[int, int]
    ) -> None:
        self._requests = requests
        self._done = done
        self._times = times
        self._statuses = statuses
        self._transport: asyncio.WriteTransport | None = None
        self._buffer = b""
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's own is no subclass
        self._next()

    def _next(self) -> None:
        request = next(self._requests, None)
        assert self._transport is not None
        if request is None:
            self._transport.close()
            return
        self._sent = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Note a complete answer and send the next request."""
        self._buffer = self._buffer + data if self._buffer else data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._buffer[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self._buffer) < end + 4 + length:
            return
        self._times.append((time.perf_counter() - self._sent) * 1000)
        status = int(self._buffer[9:12])
        self._statuses[status] = self._statuses.get(status, 0) + 1
        self._buffer = b""
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        """All requests sent, or the server went away."""
        if not self._done.done():
            if error is None:
                self._done.set_result(None)
            else:
                self._done.set_exception(error)


async def _run(port: int, requests: Sequence[bytes], connections: int, hoped: int) -> Outcome:
    loop = asyncio.get_running_loop()
    times: list[float] = []
    statuses: dict[int, int] = {}
    shared = iter(requests)
    ends: list[asyncio.Future[None]] = []
    started = time.perf_counter()
    for _number in range(connections):
        done: asyncio.Future[None] = loop.create_future()
        ends.append(done)

        def caller(done: asyncio.Future[None] = done) -> Caller:
            return Caller(shared, done, times, statuses)

        await loop.create_connection(caller, "127.0.0.1", port)
    async with asyncio.timeout(300):
        await asyncio.gather(*ends)
    return Outcome(time.perf_counter() - started, times, statuses.get(hoped, 0), statuses)


def call(port: int, requests: Sequence[bytes], connections: int, hoped: int = 201) -> Outcome:
    """Send all of the requests over so many connections; each waits for its answer before the next."""
    return uvloop.run(_run(port, requests, connections, hoped))


def request(method: str, path: str, token: str, body: bytes = b"", key: str = "") -> bytes:
    """One request as bytes on the wire."""
    head = f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\n"
    if key:
        head += f"idempotency-key: {key}\r\n"
    if method != "GET":
        head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
    return f"{head}\r\n".encode() + body
