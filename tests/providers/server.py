"""A provider's server on this machine: it answers as its own documents say, and fails in every way a network can."""

import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

import msgspec

Mood = Literal["fine", "hangs", "breaks", "garbles", "loses"]


class Call(msgspec.Struct, frozen=True):
    """A request as it came. Header names are in lower case; `target` has the query in it."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


class Said(msgspec.Struct, frozen=True):
    """An answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = {}


class Sent(msgspec.Struct, frozen=True):
    """A notice as it is sent to us."""

    headers: Mapping[str, str]
    body: bytes


class Fake:
    """The server. In a bad mood it hangs, breaks, garbles, or does what it is told and loses the answer; `leave` refuses all connections."""

    def __init__(self, answer: Callable[[Call], Said]) -> None:
        self.mood: Mood = "fine"
        self.said: Said | None = None  # instead of what it would say
        self.calls: list[Call] = []
        self._answer = answer
        self._port = 0
        self._server: ThreadingHTTPServer | None = None
        self._waiting = threading.Event()
        self.come()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def come(self) -> None:
        """Listen, on the same port as before."""
        fake = self

        class Listener(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                fake._serve(self)

            def do_POST(self) -> None:
                fake._serve(self)

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), Listener)
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def leave(self) -> None:
        """Listen no more."""
        self._waiting.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def _serve(self, one: BaseHTTPRequestHandler) -> None:
        length = int(one.headers.get("content-length") or 0)
        headers = {name.lower(): value for name, value in one.headers.items()}
        call = Call(one.command, one.path, headers, one.rfile.read(length))
        self.calls.append(call)
        if self.mood == "hangs":
            self._waiting.wait(3)
            return
        said = Said(500, b"{}") if self.mood == "breaks" else self.said or self._answer(call)
        if self.mood == "loses":
            return
        if self.mood == "garbles":
            said = Said(200, b"<html>maintenance</html>", {"content-type": "text/html"})
        one.send_response(said.status)
        for name, value in said.headers.items():
            one.send_header(name, value)
        one.send_header("content-length", str(len(said.body)))
        one.end_headers()
        one.wfile.write(said.body)
