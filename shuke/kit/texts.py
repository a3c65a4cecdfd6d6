"""What people write, as it is kept: without what can't be seen and turns the order of what stands around it."""

import re
import unicodedata

_NEVER = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_NOT_IN_A_LINE = re.compile("[\u061c\u200b\u200e\u200f\u2060-\u2064\u206a-\u206f\ufff9-\ufffb]")
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def clean(text: str) -> str:
    """A text of several lines without control characters and without those that override the direction of writing (a name or an
    address could read backwards); marks that belong to Arabic, Hebrew or Persian, and emoji made of several, stay."""
    return _NEVER.sub("", text).strip()


def line(text: str, longest: int) -> str:
    """A name or a title: one line, cut at what fits; empty where nothing of it would be seen."""
    spaced = " ".join(re.sub("[\x00-\x1f\x7f-\x9f]", " ", text[: longest * 4]).split())
    plain = _NOT_IN_A_LINE.sub("", clean(spaced))
    found = unicodedata.normalize("NFC", " ".join(plain.split()))[:longest]
    return found if any(_seen(letter) for letter in found) else ""


def _seen(letter: str) -> bool:
    return letter not in _BLANK and unicodedata.category(letter)[0] not in "CZM"
