"""Writing to people: who can be reached how, and the letter itself."""

import os
from collections.abc import Callable, Sequence
from uuid import UUID

import msgspec

from shuke.kit import letters
from shuke.kit.db import Db
from shuke.kit.i18n import use_locale
from shuke.kit.web import development
from shuke.people import Contact, contacts_of


class Words(msgspec.Struct, frozen=True):
    """What a letter says: its subject, its lines, and the page (a path here) that shows more. A text message is the first line."""

    subject: str
    lines: Sequence[str]
    page: str


class Reader(msgspec.Struct, frozen=True):
    """Somebody who can be written to, and her language."""

    person_id: UUID
    locale: str
    contact: Contact


async def reader_of(db: Db, person_id: UUID) -> Reader | None:
    """Her language and the contact to write to, an e-mail address first; None where she was erased or can't be reached."""
    locale = await db.value(
        str, "select locale from people.people where person_id = :person and erased_at is null for share", person=person_id
    )
    contact = next((one for one in await contacts_of(db, person_id) if _reachable(one)), None)
    return Reader(person_id, locale, contact) if locale is not None and contact is not None else None


def _reachable(contact: Contact) -> bool:
    return development() or letters.sender_of(contact.channel) is not None


async def write_to(db: Db, reader: Reader, words: Callable[[], Words]) -> None:
    """One letter; `words` is asked in her language."""
    with use_locale(reader.locale):
        said = words()
    link = f"{os.environ.get('SHUKE_URL', 'http://localhost:8000').rstrip('/')}{said.page}"
    short = reader.contact.channel == "sms"
    body = " ".join([*said.lines[:1], link]) if short else "\n\n".join([*(line for line in said.lines if line), link])
    await letters.post(db, reader.contact.channel, reader.contact.value, said.subject, body)


async def write(db: Db, people: Sequence[UUID], words: Callable[[], Words]) -> int:
    """The same to each of these people who can be reached; how many."""
    readers = [await reader_of(db, person_id) for person_id in sorted(set(people))]
    reached = [reader for reader in readers if reader is not None]
    for reader in reached:
        await write_to(db, reader, words)
    return len(reached)
