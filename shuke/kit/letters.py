"""Letters: e-mails and text messages to send, written in the transaction that wants them sent."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import asyncpg
import msgspec
import structlog

from shuke.kit import clock, smtp
from shuke.kit.db import Database, Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal
from shuke.kit.web import development

Channel = Literal["email", "sms"]

MOST_ATTEMPTS = 5
PAUSE_SECONDS = 1.0  # a code is wanted at once
KEPT_DAYS = 7
CLEAR_SECONDS = 3600.0

log = structlog.get_logger()


class Letter(msgspec.Struct, frozen=True):
    """One e-mail or text message. `target` is an address or a number in E.164."""

    letter_id: UUID
    channel: Channel
    target: str
    subject: str
    body: str
    at: datetime


Sender = Callable[[Letter], Awaitable[None]]

SENDERS: dict[Channel, Sender] = {}
"""How text messages leave: an adapter puts its function here at import. E-mail leaves by SHUKE_SMTP_URL unless one is here."""


def sender_of(channel: Channel) -> Sender | None:
    """What sends letters of this kind on this installation, if anything does."""
    if channel in SENDERS:
        return SENDERS[channel]
    return _by_smtp if channel == "email" and os.environ.get("SHUKE_SMTP_URL") else None


async def _by_smtp(letter: Letter) -> None:
    server = smtp.read_address(os.environ["SHUKE_SMTP_URL"])
    await asyncio.to_thread(smtp.send, server, letter.target, letter.subject, letter.body, str(letter.letter_id))


def demand(channel: Channel) -> None:
    """Refuse what can't be sent here. Refusal: channel_unavailable."""
    if development() or sender_of(channel) is not None:
        return
    if channel == "sms":
        raise Refusal("channel_unavailable", _("This installation can't send text messages. Please use an e-mail address."))
    raise Refusal("channel_unavailable", _("This installation can't send e-mail yet. Please tell its operator."))


async def post(db: Db, channel: Channel, target: str, subject: str, body: str) -> None:
    """Queue one letter; the worker sends it after commit. Refusal: channel_unavailable."""
    demand(channel)
    await db.run(
        "insert into kit.letters (channel, target, subject, body, at, next_at) values (:channel, :target, :subject, :body, :now, :now)",
        channel=channel,
        target=target,
        subject=subject,
        body=body,
        now=clock.now(),
    )


async def latest(db: Db, most: int = 100) -> list[Letter]:
    """What was written last, the newest first: for development, where nothing is sent."""
    return await db.all(
        Letter,
        "select letter_id, channel, target, subject, body, at from kit.letters order by at desc, letter_id desc limit :most",
        most=most,
    )


async def forget(db: Db, target: str) -> None:
    """Drop what was written to somebody who is to be forgotten."""
    await db.run("delete from kit.letters where target = :target", target=target)


async def send_due(database: Database) -> int:
    """Send one letter that is due; how many were tried. A letter whose sending was cut off is sent again."""
    async with database.write() as db:
        letter = await db.one(
            Letter,
            """
            select letter_id, channel, target, subject, body, at from kit.letters
            where sent_at is null and failed_at is null and next_at <= :now and at > :oldest
            order by next_at limit 1 for update skip locked
            """,
            now=clock.now(),
            oldest=clock.now() - timedelta(days=1),  # what was written while nothing could be sent is stale by then
        )
        if letter is None:
            return 0
        error = await _try(letter)
        if error:
            await _failed(db, letter, error)
        else:  # a code must not lie about once it has left
            await db.run(
                "update kit.letters set sent_at = :now, body = '', error = '' where letter_id = :letter",
                now=clock.now(),
                letter=letter.letter_id,
            )
        return 1


async def _try(letter: Letter) -> str:
    """Send it; the error's text when that did not work."""
    sender = sender_of(letter.channel)
    if sender is None:
        return "no way to send this kind of letter"
    try:
        await sender(letter)
    except Exception as error:
        log.warning("letter not sent", letter=str(letter.letter_id), error=repr(error))
        return repr(error)[:2000]
    return ""


async def _failed(db: Db, letter: Letter, error: str) -> None:
    now = clock.now()
    await db.run(
        """
        update kit.letters set attempts = attempts + 1, error = :error,
          next_at = :now::timestamptz + least(600, 5 * 2 ^ attempts) * interval '1 second',
          failed_at = case when attempts + 1 >= :most then :now::timestamptz end
        where letter_id = :letter
        """,
        error=error,
        now=now,
        most=MOST_ATTEMPTS,
        letter=letter.letter_id,
    )


async def send_forever(database: Database, stop: asyncio.Event) -> None:
    """Send what is due until told to stop; in development nothing is sent."""
    if development():
        await stop.wait()
        return
    cleared = 0.0
    while not stop.is_set():
        try:
            busy = await send_due(database)
            if time.monotonic() - cleared > CLEAR_SECONDS:
                cleared = time.monotonic()
                await _clear(database)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("letters wait", error=repr(error))
            busy = 0
        if not busy:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), PAUSE_SECONDS)


async def _clear(database: Database) -> None:
    async with database.write() as db:
        await db.run("delete from kit.letters where sent_at < :before", before=clock.now() - timedelta(days=KEPT_DAYS))
