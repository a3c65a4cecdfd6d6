"""Ids made from the source's own numbers, so that what is imported has the same id however often it is tried."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid5

DEMO = UUID("8f1ad5e6-5d0e-5a0a-9c57-6f2b0c7d3e11")


def stable_id(kind: str, key: str | int) -> UUID:
    """The id of the one thing of `kind` that the source calls `key`."""
    return uuid5(DEMO, f"{kind}:{key}")


def moment_id(kind: str, key: str | int, at: datetime) -> UUID:
    """The same in the layout of UUIDv7: ordered by time, as the pages and the index of large tables like it."""
    number = int.from_bytes(sha256(f"{kind}:{key}".encode()).digest()[:10])
    milliseconds = int(at.timestamp() * 1000)
    return UUID(int=(milliseconds << 80 | number) & ~(0xF << 76 | 0x3 << 62) | 0x7 << 76 | 0x2 << 62)
