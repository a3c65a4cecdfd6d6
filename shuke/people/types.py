"""Types of the people room."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from shuke.kit.events import Event

Locale = Literal["en", "zh_CN"]


class Viewer(msgspec.Struct, frozen=True):
    """Who is asking: a person in a session."""

    person_id: UUID
    session_id: UUID
    name: str
    locale: str
    expires_at: datetime


class NewSignInCode(msgspec.Struct, frozen=True):
    """`contact` is a phone number in any writing or an e-mail address."""

    contact: str


class SignInCodeSent(msgspec.Struct, frozen=True):
    """Where the code went, shortened so that it can be shown, and how long it holds (seconds)."""

    channel: str
    shown: str
    seconds: int


class NewContact(msgspec.Struct, frozen=True):
    """`code` is what was sent to it."""

    contact: str
    code: str


class HeldContact(msgspec.Struct, frozen=True):
    """One of the person's own contacts, in full."""

    kind: str
    value: str
    verified_at: datetime


class Erasure(msgspec.Struct, frozen=True):
    """`contact` is one of the person's own, `code` what was sent to it for this."""

    contact: str
    code: str


class PasskeyOptions(msgspec.Struct, frozen=True):
    """`options` are WebAuthn's, in JSON with base64url; `id` goes back with the answer."""

    id: UUID
    options: msgspec.Raw


class PasskeyAnswer(msgspec.Struct, frozen=True):
    """`credential` is what the browser gave, in JSON with base64url."""

    id: UUID
    credential: dict[str, object]


class Passkey(msgspec.Struct, frozen=True):
    """A passkey of the person; `credential_id` in base64url."""

    credential_id: str
    name: str
    created_at: datetime
    used_at: datetime | None


class NewSession(msgspec.Struct, frozen=True):
    """`name` is kept for a person who is new here."""

    contact: str
    code: str
    name: Annotated[str, msgspec.Meta(max_length=80)] = ""


class Session(msgspec.Struct, frozen=True):
    """`token` is given once, here; send it as `Authorization: Bearer`."""

    person_id: UUID
    session_id: UUID
    token: str
    expires_at: datetime
    new_person: bool


class OpenSession(msgspec.Struct, frozen=True):
    """One line of the person's list of sessions."""

    session_id: UUID
    user_agent: str
    address: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class Profile(msgspec.Struct, frozen=True):
    """What a person sees of herself."""

    person_id: UUID
    name: str
    locale: str
    birthday: date | None
    created_at: datetime


class PersonErased(Event, frozen=True):
    """The person asked to be forgotten; rooms that hold words or contacts of hers forget them too."""

    person_id: UUID
