"""Posting: one letter to a person, once for what it is about, in her language."""

from collections.abc import Callable
from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.letterbox import Words, reader_of, write_to


async def write(db: Db, person_id: UUID, about: str, words: Callable[[], Words]) -> bool:
    """Write to her unless she was written about it before, was erased, or can't be reached; whether it was written."""
    reader = await reader_of(db, person_id)
    if reader is None:
        return False
    fresh = await db.run(
        "insert into receipts.sent (person_id, about, at) values (:person, :about, :now) on conflict do nothing",
        person=person_id,
        about=about,
        now=clock.now(),
    )
    if not fresh:
        return False
    await write_to(db, reader, words)
    return True
