"""Tokens: what a session is carried by, and what proves that a form came from our own page."""

import base64
import binascii
import hashlib
import hmac
import secrets
from uuid import UUID

import msgspec


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
        """The form token of this session."""
        return hmac.new(self.secret, b"form", hashlib.sha256).hexdigest()[:32]


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
