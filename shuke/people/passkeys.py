"""Passkeys (WebAuthn): register one, sign in with one. Each challenge is good for one answer within five minutes."""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal
from shuke.people.types import Passkey, PasskeyAnswer, PasskeyOptions, Profile

CHALLENGE_SECONDS = 300
MOST_PASSKEYS = 20


class StoredKey(msgspec.Struct, frozen=True):
    """What a signature is checked with."""

    public_key: bytes
    sign_count: int


async def registration_options(db: Db, site: str, person: Profile, account: str) -> PasskeyOptions:
    """What the browser needs to make a passkey for this person; `site` is our address, `account` what the device calls it."""
    held = await db.values(
        bytes, "select credential_id from people.passkeys where person_id = :person", person=person.person_id
    )
    if len(held) >= MOST_PASSKEYS:
        raise Refusal("too_many_passkeys", _("You have 20 passkeys: remove one that you don't use."))
    options = generate_registration_options(
        rp_id=_host(site),
        rp_name="Shuke",
        user_id=person.person_id.bytes,
        user_name=account,
        user_display_name=person.name or account,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=credential) for credential in held],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
    )
    return await _offered(db, options.challenge, options_to_json(options), person.person_id)


async def sign_in_options(db: Db, site: str) -> PasskeyOptions:
    """What the browser needs to look for a passkey of ours on the device."""
    options = generate_authentication_options(rp_id=_host(site), user_verification=UserVerificationRequirement.PREFERRED)
    return await _offered(db, options.challenge, options_to_json(options), None)


async def add_passkey(db: Db, site: str, person_id: UUID, answer: PasskeyAnswer, name: str) -> Passkey:
    """Keep the passkey that a device has made. Refusals: challenge_expired, passkey_refused, passkey_known."""
    challenge = await _challenge(db, answer.id, person_id)
    try:
        made = verify_registration_response(
            credential=dict(answer.credential), expected_challenge=challenge, expected_rp_id=_host(site), expected_origin=site
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _refused() from error
    now = clock.now()
    added = await db.run(
        """
        insert into people.passkeys (person_id, credential_id, public_key, sign_count, name, created_at)
        values (:person, :credential, :key, :count, :name, :now) on conflict do nothing
        """,
        person=person_id,
        credential=made.credential_id,
        key=made.credential_public_key,
        count=made.sign_count,
        name=name,
        now=now,
    )
    if not added:
        raise Refusal("passkey_known", _("This passkey is there already."))
    return Passkey(bytes_to_base64url(made.credential_id), name, now, None)


async def person_by_passkey(db: Db, site: str, answer: PasskeyAnswer) -> UUID:
    """Whose passkey has signed the challenge. Refusals: challenge_expired, passkey_unknown, passkey_refused."""
    challenge = await _challenge(db, answer.id, None)
    person_id, credential = _named(answer.credential)
    stored = await db.one(
        StoredKey,
        "select public_key, sign_count from people.passkeys where person_id = :person and credential_id = :credential for update",
        person=person_id,
        credential=credential,
    )
    if stored is None:
        raise Refusal("passkey_unknown", _("This passkey is not known here any more. Sign in with a code.")).keep()
    try:
        proved = verify_authentication_response(
            credential=dict(answer.credential),
            expected_challenge=challenge,
            expected_rp_id=_host(site),
            expected_origin=site,
            credential_public_key=stored.public_key,
            credential_current_sign_count=stored.sign_count,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _refused() from error
    await db.run(
        "update people.passkeys set sign_count = :count, used_at = :now where person_id = :person and credential_id = :credential",
        count=proved.new_sign_count,
        now=clock.now(),
        person=person_id,
        credential=credential,
    )
    return person_id


async def remove_passkey(db: Db, person_id: UUID, credential: str) -> None:
    """Take a passkey away; it can't sign in any more. Refusal: not_found."""
    try:
        credential_id = base64url_to_bytes(credential)
    except ValueError as error:
        raise NotFound from error
    removed = await db.run(
        "delete from people.passkeys where person_id = :person and credential_id = :credential",
        person=person_id,
        credential=credential_id,
    )
    if not removed:
        raise NotFound


def _host(site: str) -> str:
    return urlsplit(site).hostname or "localhost"


def _named(credential: Mapping[str, object]) -> tuple[UUID, bytes]:
    """The person whom the device names, and the credential."""
    response, raw_id = credential.get("response"), credential.get("rawId")
    handle = response.get("userHandle") if isinstance(response, dict) else None
    if not isinstance(handle, str) or not isinstance(raw_id, str):
        raise _refused()
    try:
        return UUID(bytes=base64url_to_bytes(handle)), base64url_to_bytes(raw_id)
    except ValueError as error:
        raise _refused() from error


def _refused() -> Refusal:
    return Refusal("passkey_refused", _("This passkey was not accepted. Try again, or sign in with a code.")).keep()


async def _offered(db: Db, challenge: bytes, options: str, person_id: UUID | None) -> PasskeyOptions:
    now = clock.now()
    await db.run("delete from people.challenges where expires_at < :now", now=now)
    challenge_id = await db.value(
        UUID,
        """
        insert into people.challenges (challenge, person_id, expires_at) values (:challenge, :person, :expires)
        returning challenge_id
        """,
        challenge=challenge,
        person=person_id,
        expires=now + timedelta(seconds=CHALLENGE_SECONDS),
    )
    assert challenge_id is not None
    return PasskeyOptions(challenge_id, msgspec.Raw(options.encode()))


async def _challenge(db: Db, challenge_id: UUID, person_id: UUID | None) -> bytes:
    challenge = await db.value(
        bytes,
        """
        delete from people.challenges
        where challenge_id = :challenge and expires_at > :now and person_id is not distinct from :person::uuid
        returning challenge
        """,
        challenge=challenge_id,
        now=clock.now(),
        person=person_id,
    )
    if challenge is None:
        raise Refusal("challenge_expired", _("This took too long, or it was used already. Please try again."))
    return challenge
