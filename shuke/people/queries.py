"""Reads of the people room."""

from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.people.contacts import Contact
from shuke.people.tokens import Token
from shuke.people.types import HeldContact, OpenSession, Passkey, Profile, Viewer


async def viewer_by_token(db: Db, token: Token) -> Viewer | None:
    """Who holds this token, if the session is open."""
    return await db.one(
        Viewer,
        """
        select s.person_id, s.session_id, p.name, p.locale, s.expires_at
        from people.sessions s join people.people p using (person_id)
        where s.person_id = :person and s.token_hash = :hash and s.ended_at is null and s.expires_at > :now
        """,
        person=token.person_id,
        hash=token.hashed,
        now=clock.now(),
    )


async def open_sessions(db: Db, person_id: UUID) -> list[OpenSession]:
    """Where this person is signed in, the newest first."""
    return await db.all(
        OpenSession,
        """
        select session_id, user_agent, address, created_at, seen_at, expires_at from people.sessions
        where person_id = :person and ended_at is null and expires_at > :now order by created_at desc
        """,
        person=person_id,
        now=clock.now(),
    )


async def profile_of(db: Db, person_id: UUID) -> Profile | None:
    """The person's own page."""
    return await db.one(
        Profile,
        "select person_id, name, locale, birthday, created_at from people.people where person_id = :person and erased_at is null",
        person=person_id,
    )


async def contacts_of(db: Db, person_id: UUID) -> list[Contact]:
    """The verified contacts of a person."""
    return await db.all(
        Contact, "select kind, value from people.contacts where person_id = :person order by kind, value", person=person_id
    )


async def held_contacts(db: Db, person_id: UUID) -> list[HeldContact]:
    """The person's own list of contacts, the oldest first."""
    return await db.all(
        HeldContact,
        "select kind, value, verified_at from people.contacts where person_id = :person order by verified_at, kind, value",
        person=person_id,
    )


async def passkeys_of(db: Db, person_id: UUID) -> list[Passkey]:
    """The person's passkeys, the oldest first."""
    return await db.all(
        Passkey,
        """
        select rtrim(translate(replace(encode(credential_id, 'base64'), chr(10), ''), '+/', '-_'), '=') as credential_id,
          name, created_at, used_at
        from people.passkeys where person_id = :person order by created_at
        """,
        person=person_id,
    )


async def person_by_contact(db: Db, contact: Contact) -> UUID | None:
    """Who owns a verified contact."""
    return await db.value(
        UUID,
        "select person_id from people.contacts where kind = :kind and value = :value",
        kind=contact.kind,
        value=contact.value,
    )


async def verified_phone(db: Db, person_id: UUID) -> str | None:
    """The person's verified phone number (E.164): what a natural person is counted by."""
    return await db.value(
        str,
        "select value from people.contacts where person_id = :person and kind = 'phone' order by verified_at limit 1",
        person=person_id,
    )
