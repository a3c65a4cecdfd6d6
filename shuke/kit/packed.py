"""Pages compressed on their way out: only those that our own pages or the person asked for, see decision 0010."""

import gzip

from litestar.enums import ScopeType
from litestar.types import Message, Scope, Send

LEAST = 1024  # bytes; below it compressing gains nothing
LEVEL = 5
OWN = ("same-origin", "none")  # who asked, as browsers say it in Sec-Fetch-Site


def packs(scope: Scope) -> bool:
    """Whether the answer to this request may be compressed: the caller can read it, and no other site had it asked for."""
    if scope["type"] != ScopeType.HTTP or scope["method"] == "HEAD":
        return False
    told = {
        name: value.decode("latin-1") for name, value in scope["headers"] if name in (b"accept-encoding", b"sec-fetch-site")
    }
    return told.get(b"sec-fetch-site") in OWN and _reads_gzip(told.get(b"accept-encoding", ""))


def _reads_gzip(accepted: str) -> bool:
    for one in accepted.split(","):
        coding, _, weight = one.partition(";")
        if coding.strip().lower() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def packed(send: Send) -> Send:
    """`send`, with HTML that comes in one piece compressed; streams and what has an encoding already pass as they are."""
    held: list[Message] = []

    async def pack(message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(dict(message["headers"])):
            held.append(message)
            return
        if not held or message["type"] != "http.response.body":
            await send(message)
            return
        start = held.pop()
        body, more = message.get("body", b""), message.get("more_body", False)
        if start["type"] == "http.response.start" and not more and len(body) >= LEAST:
            message["body"] = gzip.compress(body, LEVEL, mtime=0)
            length = str(len(message["body"])).encode()
            kept = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
            start["headers"] = [*kept, (b"content-length", length), (b"content-encoding", b"gzip")]
        await send(start)
        await send(message)

    return pack


def _is_page(headers: dict[bytes, bytes]) -> bool:
    return headers.get(b"content-type", b"").startswith(b"text/html") and b"content-encoding" not in headers
