"""Codes of six digits: sent to a contact, they prove that the person has it."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Literal

from shuke.kit import clock, letters, limits
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal, TooMany
from shuke.people.contacts import Contact
from shuke.people.types import SignInCodeSent

CODE_SECONDS = 300
CODE_TRIES = 5
CODES_FOR_A_CONTACT = 5  # an hour
CODES_FOR_AN_ADDRESS = 120  # an hour; the guests of a shop may share one

Purpose = Literal["sign_in", "add", "erase"]
"""What a code is good for: one that was asked for with one purpose does nothing for another."""


def _subject(contact: Contact, purpose: Purpose) -> str:
    return contact.target if purpose == "sign_in" else f"{purpose}:{contact.target}"


def _hashed(subject: str, code: str) -> bytes:
    return hashlib.sha256(f"{subject}\0{code}".encode()).digest()


async def send_code(db: Db, contact: Contact, address: str, purpose: Purpose = "sign_in") -> SignInCodeSent:
    """Send a code of six digits; a later one replaces it. So many an hour for a contact and for an address."""
    letters.demand(contact.channel)
    await limits.at_most(db, f"code-address:{address}", CODES_FOR_AN_ADDRESS, limits.HOUR)
    await limits.at_most(db, f"code:{contact.target}", CODES_FOR_A_CONTACT, limits.HOUR)
    code = f"{secrets.randbelow(10**6):06d}"
    now = clock.now()
    subject = _subject(contact, purpose)
    await db.run(
        """
        insert into people.sign_in_codes (target, code_hash, tries, expires_at, at) values (:target, :hash, 0, :expires, :now)
        on conflict (target) do update set code_hash = excluded.code_hash, tries = 0, expires_at = excluded.expires_at, at = excluded.at
        """,
        target=subject,
        hash=_hashed(subject, code),
        expires=now + timedelta(seconds=CODE_SECONDS),
        now=now,
    )
    title, body = _words(purpose)
    await letters.post(db, contact.channel, contact.value, title, body % {"code": code})
    return SignInCodeSent(contact.kind, contact.shown, CODE_SECONDS)


def _words(purpose: Purpose) -> tuple[str, str]:
    if purpose == "add":
        return (
            _("Your code for adding this contact"),
            _("%(code)s adds this contact to a Shuke account. It holds for 5 minutes. If you did not ask for it, do nothing."),
        )
    if purpose == "erase":
        return (
            _("Your code for erasing your account"),
            _("%(code)s erases your Shuke account for ever. It holds for 5 minutes. If you did not ask for it, do nothing."),
        )
    return (
        _("Your sign-in code"),
        _("%(code)s is your Shuke sign-in code. It holds for 5 minutes. Nobody from Shuke will ever ask you for it."),
    )


async def check_code(db: Db, contact: Contact, code: str, purpose: Purpose = "sign_in") -> None:
    """Use up the code when it is right; a wrong one counts, and after five the code is dead.

    Refusals: code_wrong with `tries_left`, code_tries_used, code_expired (also when none was ever sent).
    """
    subject = _subject(contact, purpose)
    found = await db.value(
        bytes,
        """
        update people.sign_in_codes set tries = tries + 1
        where target = :target and expires_at > :now and tries < :most
        returning code_hash
        """,
        target=subject,
        now=clock.now(),
        most=CODE_TRIES,
    )
    tried = await db.value(
        int,
        "select tries from people.sign_in_codes where target = :target and expires_at > :now",
        target=subject,
        now=clock.now(),
    )
    if found is None:
        if tried:
            raise TooMany("code_tries_used", _("Too many wrong codes. Please ask for a new one."))
        raise Refusal("code_expired", _("This code no longer holds. Please ask for a new one."))
    if not hmac.compare_digest(found, _hashed(subject, _plain(code))):
        left = CODE_TRIES - (tried or 0)
        raise Refusal("code_wrong", _("This is not the code we sent. Please look again."), tries_left=left).keep()
    await db.run("delete from people.sign_in_codes where target = :target", target=subject)


def _plain(code: str) -> str:
    """As people copy it: with spaces or dashes, in full-width digits."""
    digits = code[:40].translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    return "".join(character for character in digits if character.isdecimal())
