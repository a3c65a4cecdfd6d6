"""Card codes: the rotating code of RFC 6238 that a phone shows and a till reads."""

import re
import unicodedata
from datetime import datetime

import msgspec
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from shuke.kit import ids

STEP = 30  # seconds
SECRET_BYTES = 20

_SCANNED = re.compile(r"SK1-([0-9A-HJKMNP-TV-Z]{5})-([0-9]{10})-([0-9]{6})")


class CardCode(msgspec.Struct, frozen=True):
    """What a rotating code says; `tag` is empty when it was typed, since the till knows its merchant."""

    tag: str
    number: str
    proof: str


def read_card_code(text: str) -> CardCode | None:
    """The scanned form SK1-<tag>-<number>-<six digits>, or the typed one: ten digits and six digits. None otherwise."""
    plain = unicodedata.normalize("NFKC", text[:80]).strip().upper()
    scanned = _SCANNED.fullmatch(plain)
    if scanned:
        tag, number, proof = scanned.groups()
    else:
        digits = re.sub(r"[ ·-]", "", plain)
        if not re.fullmatch(r"[0-9]{16}", digits):
            return None
        tag, number, proof = "", digits[:10], digits[10:]
    return CardCode(tag, number, proof) if ids.luhn_digit(number[:-1]) == number[-1] else None


def proves(secret: bytes, proof: str, moment: datetime) -> bool:
    """Whether the six digits belong to this secret now, one step before or after (clocks differ)."""
    return step_of(secret, proof, moment) is not None


def step_of(secret: bytes, proof: str, moment: datetime, back: int = 1) -> int | None:
    """The number of the half minute whose six digits these are: this one, the next, or up to `back` before; None for none of them."""
    totp = TOTP(secret, 6, SHA1(), STEP)
    now = int(moment.timestamp()) // STEP
    drifts: list[int] = [0, 1, *range(-1, -1 - back, -1)]
    for drift in drifts:
        try:
            totp.verify(proof.encode(), (now + drift) * STEP)
        except InvalidToken:
            continue
        return now + drift
    return None


def rotating_code(tag: str, number: str, secret: bytes, moment: datetime) -> str:
    """What the phone shows at `moment`."""
    proof = TOTP(secret, 6, SHA1(), STEP).generate(int(moment.timestamp())).decode()
    return f"SK1-{tag}-{number}-{proof}"
