"""Codes people see, type and scan: random characters with a check character, owner first."""

import secrets
import time
from uuid import UUID

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
TAG_LENGTH = 5

_READ = {character: character for character in ALPHABET} | {"I": "1", "L": "1", "O": "0"}
_LETTERS = bytes(ord(ALPHABET[byte & 31]) for byte in range(256))  # 256 is a multiple of 32: every letter equally often
_ONCE = {character: value for value, character in enumerate(ALPHABET)}
_TWICE = {character: 2 * value // 32 + 2 * value % 32 for value, character in enumerate(ALPHABET)}
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def uuid7() -> UUID:
    """A new id that sorts by the millisecond it was made in (RFC 9562), where it must be known before its row is written."""
    millisecond = time.time_ns() // 1_000_000
    return UUID(int=millisecond << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62))


def random_text(length: int) -> str:
    """`length` random characters of the alphabet: five bits each."""
    return secrets.token_bytes(length).translate(_LETTERS).decode()


def check_character(body: str) -> str:
    """Luhn mod 32 over the alphabet: finds every single wrong character and nearly all swaps of neighbours."""
    turned = body[::-1]
    total = sum(map(_TWICE.__getitem__, turned[::2])) + sum(map(_ONCE.__getitem__, turned[1::2]))
    return ALPHABET[-total % 32]


def new_code(tag: str, length: int = 10) -> str:
    """A code of one merchant: its tag, `length` random characters, a check character."""
    body = tag + random_text(length)
    return body + check_character(body)


def read_code(text: str) -> str | None:
    """What a person typed or a scanner sent, made plain; None when it can't be one of our codes."""
    if len(text) > 200:
        return None
    tail = text.strip().translate(_FULL_WIDTH).upper().rsplit("/", 1)[-1]
    plain = "".join(_READ.get(character, "?") for character in tail if character not in " -")
    if "?" in plain or not 10 <= len(plain) <= 24:
        return None
    return plain if check_character(plain[:-1]) == plain[-1] else None


def luhn_digit(body: str) -> str:
    """The decimal Luhn check digit (ISO/IEC 7812-1) of a string of digits."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 - place % 2)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def new_number() -> str:
    """A member number: nine random digits and a Luhn digit."""
    body = f"{secrets.randbelow(10**9):09d}"
    return body + luhn_digit(body)
