"""Tokens: what a session is carried by, and what proves that a form came from our own page."""

import base64
import binascii
import hashlib
import hmac
import secrets
from uuid import UUID

import msgspec

FORM_BYTES = 16


class Token(msgspec.Struct, frozen=True):
    """The person's id comes first, so that one shard answers; the rest is 24 random bytes."""

    person_id: UUID
    secret: bytes

    @property
    def hashed(self) -> bytes:
        """SHA-256 of the random part: what the database keeps."""
        return hashlib.sha256(self.secret).digest()

    @property
    def text(self) -> str:
        """As cookies and headers carry it."""
        return base64.urlsafe_b64encode(self.person_id.bytes + self.secret).decode().rstrip("=")

    @property
    def csrf(self) -> str:
        """The form token of this session, written differently each time: pages are compressed, and lengths would tell."""
        pad = secrets.token_bytes(FORM_BYTES)
        return (pad + _mixed(pad, self._form)).hex()

    def wrote(self, text: str) -> bool:
        """Whether `text` is a form token of this session."""
        try:
            raw = bytes.fromhex(text) if len(text) == FORM_BYTES * 4 else b""
        except ValueError:
            return False
        return bool(raw) and hmac.compare_digest(_mixed(raw[:FORM_BYTES], raw[FORM_BYTES:]), self._form)

    @property
    def _form(self) -> bytes:
        return hmac.new(self.secret, b"form", hashlib.sha256).digest()[:FORM_BYTES]


def _mixed(pad: bytes, form: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(pad, form, strict=False))


def new_token(person_id: UUID) -> Token:
    """A fresh token."""
    return Token(person_id, secrets.token_bytes(24))


def read_token(text: str) -> Token | None:
    """The token in a cookie or header, or None when it is none of ours."""
    if len(text) != 54:
        return None
    try:
        raw = base64.b64decode(text + "==", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return Token(UUID(bytes=raw[:16]), raw[16:])
