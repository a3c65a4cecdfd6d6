"""Dead letters: reactions and letters that were given up after the last try; somebody looks, then retries or drops them."""

from datetime import datetime
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound

PAGE = 50


class DeadDelivery(msgspec.Struct, frozen=True):
    """A reaction that never worked, with the event it was for and the last error."""

    event_id: int
    reaction: str
    owner_id: UUID
    name: str
    body: object
    attempts: int
    error: str
    dead_at: datetime


class FailedLetter(msgspec.Struct, frozen=True):
    """A letter that could not be sent. Its body is not shown: it may hold a code."""

    letter_id: UUID
    channel: str
    target: str
    subject: str
    attempts: int
    error: str
    failed_at: datetime


async def dead_deliveries(db: Db, before: int | None = None) -> list[DeadDelivery]:
    """A page of them, the newest event first; `before` is the last event of the page before."""
    return await db.all(
        DeadDelivery,
        """
        select event_id, reaction, owner_id, name, body, attempts, error, dead_at from kit.deliveries
        where dead_at is not null and event_id < coalesce(:before::bigint, 9223372036854775807)
        order by event_id desc, reaction limit :most
        """,
        before=before,
        most=PAGE,
    )


async def retry_dead(db: Db, event_id: int, reaction: str) -> None:
    """Let the worker try it again, with all its attempts. Refusal: not_found."""
    moved = await db.run(
        """
        update kit.deliveries set dead_at = null, attempts = 0, next_at = :now
        where event_id = :event and reaction = :reaction and dead_at is not null
        """,
        now=clock.now(),
        event=event_id,
        reaction=reaction,
    )
    if not moved:
        raise NotFound


async def retry_all_dead(db: Db) -> int:
    """Let the worker try all of them again: after the cause has been mended. How many."""
    return await db.run(
        "update kit.deliveries set dead_at = null, attempts = 0, next_at = :now where dead_at is not null", now=clock.now()
    )


async def drop_dead(db: Db, event_id: int, reaction: str) -> None:
    """Give it up for ever. Refusal: not_found."""
    dropped = await db.run(
        "delete from kit.deliveries where event_id = :event and reaction = :reaction and dead_at is not null",
        event=event_id,
        reaction=reaction,
    )
    if not dropped:
        raise NotFound


async def failed_letters(db: Db) -> list[FailedLetter]:
    """The letters that could not be sent, the newest first."""
    return await db.all(
        FailedLetter,
        """
        select letter_id, channel, target, subject, attempts, error, failed_at from kit.letters
        where failed_at is not null order by failed_at desc, letter_id limit :most
        """,
        most=PAGE,
    )


async def retry_letter(db: Db, letter_id: UUID) -> None:
    """Send it again. Refusal: not_found."""
    moved = await db.run(
        """
        update kit.letters set failed_at = null, attempts = 0, next_at = :now, at = :now
        where letter_id = :letter and failed_at is not null
        """,
        now=clock.now(),
        letter=letter_id,
    )
    if not moved:
        raise NotFound


async def drop_letter(db: Db, letter_id: UUID) -> None:
    """Never send it. Refusal: not_found."""
    if not await db.run("delete from kit.letters where letter_id = :letter and failed_at is not null", letter=letter_id):
        raise NotFound
