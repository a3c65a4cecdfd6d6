"""Reads of the people room."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.people.contacts import Contact
from shuke.people.tokens import Token
from shuke.people.types import HeldContact, OpenSession, Passkey, Profile, Viewer


class Holding(msgspec.Struct, frozen=True):
    """A session that is open, and whose."""

    token_hash: bytes
    person_id: UUID
    session_id: UUID
    name: str
    locale: str
    expires_at: datetime

    @property
    def viewer(self) -> Viewer:
        """The person in it."""
        return Viewer(self.person_id, self.session_id, self.name, self.locale, self.expires_at)


async def viewers_by_tokens(db: Db, tokens: Sequence[Token]) -> list[Viewer | None]:
    """Who holds each of these tokens, if the session is open."""
    found = await db.all(
        Holding,
        """
        select s.token_hash, s.person_id, s.session_id, p.name, p.locale, s.expires_at
        from unnest(:people::uuid[], :hashes::bytea[]) as t(person_id, token_hash)
        join people.sessions s on s.person_id = t.person_id and s.token_hash = t.token_hash
        join people.people p on p.person_id = s.person_id
        where s.ended_at is null and s.expires_at > :now
        """,
        people=[token.person_id for token in tokens],
        hashes=[token.hashed for token in tokens],
        now=clock.now(),
    )
    viewers = {(held.person_id, held.token_hash): held for held in found}
    return [held.viewer if (held := viewers.get((token.person_id, token.hashed))) else None for token in tokens]


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
