"""Writes of the people room: sign-in codes, sessions, profile."""

import hashlib
import hmac
import secrets
from datetime import date, timedelta
from uuid import UUID

from shuke.kit import clock, letters, limits
from shuke.kit.cache import changed
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.i18n import locale
from shuke.kit.refusals import NotFound, Refusal, Unreadable
from shuke.people.contacts import Contact
from shuke.people.tokens import new_token
from shuke.people.types import Session, SignInCodeSent

CODE_SECONDS = 300
CODE_TRIES = 5
SESSION_DAYS = 90


def _hashed(contact: Contact, code: str) -> bytes:
    return hashlib.sha256(f"{contact.target}\0{code}".encode()).digest()


async def send_code(db: Db, contact: Contact, address: str) -> SignInCodeSent:
    """Send a code of six digits; a later one replaces it. At most 5 an hour for a contact, 30 for an address."""
    await limits.at_most(db, f"code-address:{address}", 30, timedelta(hours=1))
    await limits.at_most(db, f"code:{contact.target}", 5, timedelta(hours=1))
    code = f"{secrets.randbelow(10**6):06d}"
    now = clock.now()
    await db.run(
        """
        insert into people.sign_in_codes (target, code_hash, tries, expires_at, at) values (:target, :hash, 0, :expires, :now)
        on conflict (target) do update set code_hash = excluded.code_hash, tries = 0, expires_at = excluded.expires_at, at = excluded.at
        """,
        target=contact.target,
        hash=_hashed(contact, code),
        expires=now + timedelta(seconds=CODE_SECONDS),
        now=now,
    )
    await letters.post(
        db,
        "sms" if contact.kind == "phone" else "email",
        contact.value,
        _("Your sign-in code"),
        _("%(code)s is your Shuke sign-in code. It holds for 5 minutes. Nobody from Shuke will ever ask you for it.")
        % {"code": code},
    )
    return SignInCodeSent(contact.kind, contact.shown, CODE_SECONDS)


async def check_code(db: Db, contact: Contact, code: str) -> None:
    """Use up the code when it is right; a wrong one counts, and after five the code is dead."""
    found = await db.value(
        bytes,
        """
        update people.sign_in_codes set tries = tries + 1
        where target = :target and expires_at > :now and tries < :most
        returning code_hash
        """,
        target=contact.target,
        now=clock.now(),
        most=CODE_TRIES,
    )
    if found is None:
        raise Refusal("code_expired", _("This code no longer holds. Please ask for a new one."))
    plain = code.strip().translate(str.maketrans("０１２３４５６７８９", "0123456789")).replace(" ", "")
    if not hmac.compare_digest(found, _hashed(contact, plain)):
        raise Refusal("code_wrong", _("This is not the code we sent. Please look again.")).keep()
    await db.run("delete from people.sign_in_codes where target = :target", target=contact.target)


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
        name=name.strip()[:80],
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
        name=name.strip()[:80],
        locale=locale,
        birthday=birthday,
        person=person_id,
    )
    await changed(db, person_id)
