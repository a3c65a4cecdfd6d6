"""Writes of the people room: accounts, contacts, sessions, profile."""

from datetime import date, timedelta
from uuid import UUID

from shuke.kit import clock
from shuke.kit.cache import changed
from shuke.kit.db import Db
from shuke.kit.i18n import LOCALES, locale
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal, Unreadable
from shuke.kit.texts import line
from shuke.people.contacts import Contact
from shuke.people.tokens import new_token
from shuke.people.types import Session

SESSION_DAYS = 90
NAME_LENGTH = 80


def clean_name(text: str) -> str:
    """A name as it is kept, cut at what fits."""
    return line(text, NAME_LENGTH)


async def person_for(db: Db, contact: Contact, name: str = "") -> tuple[UUID, bool]:
    """The person who owns a verified contact, made when new: (person, is new). Two at once make one."""
    now = clock.now()
    await db.run("select pg_advisory_xact_lock(hashtextextended(:target, 0))", target=contact.target)
    fresh = await db.value(
        UUID,
        """
        with person as (
          insert into people.people (name, locale, created_at)
          select :name, :locale, :now where not exists (select from people.contacts where kind = :kind and value = :value)
          returning person_id
        )
        insert into people.contacts (kind, value, person_id, verified_at)
        select :kind, :value, person_id, :now from person
        returning person_id
        """,
        name=clean_name(name),
        locale=locale(),
        kind=contact.kind,
        value=contact.value,
        now=now,
    )
    if fresh is not None:
        return fresh, True
    known = await db.value(
        UUID,
        "select person_id from people.contacts where kind = :kind and value = :value",
        kind=contact.kind,
        value=contact.value,
    )
    assert known is not None
    return known, False


async def open_session(db: Db, person_id: UUID, user_agent: str, address: str, *, new_person: bool = False) -> Session:
    """Start a session of 90 days."""
    token = new_token(person_id)
    now = clock.now()
    expires = now + timedelta(days=SESSION_DAYS)
    session_id = await db.value(
        UUID,
        """
        insert into people.sessions (person_id, token_hash, user_agent, address, created_at, seen_at, expires_at)
        values (:person, :hash, :agent, :address, :now, :now, :expires) returning session_id
        """,
        person=person_id,
        hash=token.hashed,
        agent=user_agent.replace("\0", "")[:300],
        address=address,
        now=now,
        expires=expires,
    )
    assert session_id is not None
    return Session(person_id, session_id, token.text, expires, new_person)


async def end_session(db: Db, person_id: UUID, session_id: UUID) -> None:
    """End one of the person's own sessions; it is refused everywhere at once."""
    ended = await db.run(
        "update people.sessions set ended_at = :now where person_id = :person and session_id = :session and ended_at is null",
        now=clock.now(),
        person=person_id,
        session=session_id,
    )
    if not ended:
        raise NotFound
    await changed(db, person_id)


async def change_profile(db: Db, person_id: UUID, *, name: str, locale: str, birthday: date | None) -> None:
    """Set what the person may set herself."""
    if birthday is not None and not date(1900, 1, 1) <= birthday <= clock.now().date():
        raise Unreadable("birthday_impossible", _("This can't be a birthday."))
    await db.run(
        "update people.people set name = :name, locale = :locale, birthday = :birthday where person_id = :person and erased_at is null",
        name=clean_name(name),
        locale=locale,
        birthday=birthday,
        person=person_id,
    )
    await changed(db, person_id)


async def choose_language(db: Db, person_id: UUID, chosen: str) -> None:
    """Speak this language with the person from now on."""
    if chosen in LOCALES:
        await db.run("update people.people set locale = :locale where person_id = :person", locale=chosen, person=person_id)
        await changed(db, person_id)


async def add_contact(db: Db, person_id: UUID, contact: Contact) -> None:
    """Give the person one more contact that she has proved to have. Refusal: contact_taken."""
    await db.run(
        """
        insert into people.contacts (kind, value, person_id, verified_at) values (:kind, :value, :person, :now)
        on conflict do nothing
        """,
        kind=contact.kind,
        value=contact.value,
        person=person_id,
        now=clock.now(),
    )
    owner = await db.value(
        UUID,
        "select person_id from people.contacts where kind = :kind and value = :value",
        kind=contact.kind,
        value=contact.value,
    )
    if owner != person_id:
        raise Refusal(
            "contact_taken",
            _("This contact belongs to another account. Sign in there and remove it first, or erase that account."),
        )


async def remove_contact(db: Db, person_id: UUID, contact: Contact) -> None:
    """Take a contact away; never the last one. Refusals: not_found, last_contact."""
    held = await db.values(
        str, "select kind || ':' || value from people.contacts where person_id = :person for update", person=person_id
    )
    if contact.target not in held:
        raise NotFound
    if len(held) == 1:
        raise Refusal("last_contact", _("This is your only contact: add another one first, else you could not sign in again."))
    await db.run(
        "delete from people.contacts where kind = :kind and value = :value and person_id = :person",
        kind=contact.kind,
        value=contact.value,
        person=person_id,
    )
