"""Posting: one letter to a person, once for what it is about, in her language."""

import os
from collections.abc import Callable, Sequence
from uuid import UUID

import msgspec

from shuke.kit import clock, letters
from shuke.kit.db import Db
from shuke.kit.i18n import use_locale
from shuke.kit.web import development
from shuke.people import Contact, contacts_of


class Words(msgspec.Struct, frozen=True):
    """What a letter says: its subject, its lines, and the page (a path here) that shows more."""

    subject: str
    lines: Sequence[str]
    page: str


async def write(db: Db, person_id: UUID, about: str, words: Callable[[], Words]) -> bool:
    """Write to her unless she was written about it before, was erased, or can't be reached; whether it was written.

    Her row is kept as it is until the end of the transaction: who is erased meanwhile has the letter taken away with the others.
    """
    locale = await db.value(
        str, "select locale from people.people where person_id = :person and erased_at is null for share", person=person_id
    )
    contact = next((one for one in await contacts_of(db, person_id) if _reachable(one)), None)  # an e-mail address first
    if locale is None or contact is None:
        return False
    fresh = await db.run(
        "insert into receipts.sent (person_id, about, at) values (:person, :about, :now) on conflict do nothing",
        person=person_id,
        about=about,
        now=clock.now(),
    )
    if not fresh:
        return False
    with use_locale(locale):
        said = words()
    link = f"{os.environ.get('SHUKE_URL', 'http://localhost:8000').rstrip('/')}{said.page}"
    body = f"{said.lines[0]} {link}" if contact.channel == "sms" else "\n\n".join([*said.lines, link])
    await letters.post(db, contact.channel, contact.value, said.subject, body)
    return True


def _reachable(contact: Contact) -> bool:
    return development() or letters.sender_of(contact.channel) is not None
