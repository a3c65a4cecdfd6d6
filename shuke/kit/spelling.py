"""How names are spelled in Latin letters, Chinese by Pinyin: what is sorted by letters, and what is found by them."""

import re
from functools import cache, lru_cache
from importlib import import_module
from typing import Protocol
from unicodedata import combining, normalize

HAN = re.compile(r"[㐀-鿿豈-﫿]")
OTHER = "#"  # the letter of names that begin with none of A to Z
_LETTERS = str.maketrans(
    {"æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "'": "", "’": "", "`": ""}
)
_PIECE = re.compile(r"[㐀-鿿豈-﫿]|[^\W㐀-鿿豈-﫿_]+")
# characters that sound otherwise as the family name that a name begins with
_FAMILIES = {
    "尉迟": "yu chi",
    "长孙": "zhang sun",
    "万俟": "mo qi",
    "单于": "chan yu",
    "曾": "zeng",
    "单": "shan",
    "解": "xie",
    "仇": "qiu",
    "朴": "piao",
    "查": "zha",
    "区": "ou",
    "任": "ren",
    "华": "hua",
    "翟": "zhai",
    "盖": "ge",
    "乐": "yue",
    "召": "shao",
    "种": "chong",
    "折": "she",
    "洗": "xian",
    "员": "yun",
    "缪": "miao",
    "繁": "po",
    "覃": "qin",
    "逄": "pang",
    "秘": "bi",
    "燕": "yan",
    "宁": "ning",
    "重": "chong",
    "黑": "he",
    "牟": "mu",
}


class Speaking(Protocol):
    """What turns Chinese into Pinyin, a syllable for each character; other letters stay together."""

    def __call__(self, hans: str) -> list[str]: ...


@cache
def _speaking() -> Speaking:
    """Loaded at first use: its dictionaries take half a second."""
    speak: Speaking = import_module("pypinyin").lazy_pinyin
    return speak


def spoken(text: str) -> list[str]:
    """Chinese as it sounds, a syllable for each character; other letters stay together."""
    return _speaking()(text)


def without_accents(text: str) -> str:
    """Small letters, none with an accent."""
    plain = "".join(letter for letter in normalize("NFKD", text.casefold()) if not combining(letter))
    return normalize("NFC", plain.translate(_LETTERS))


@lru_cache(maxsize=50_000)
def order(name: str) -> tuple[bool, tuple[tuple[str, str], ...], str]:
    """What names are sorted by, as telephones do: as they are spelled, Chinese among Latin ones, the others behind."""
    pieces = _PIECE.findall(without_accents(name))
    sounds = _sounds(pieces)
    return not ("a" <= "".join(sounds)[:1] <= "z"), tuple(zip(sounds, pieces, strict=True)), name


def letter(name: str) -> str:
    """Under which letter a name stands: A to Z, or # for the others."""
    behind, spelled, _name = order(name)
    return OTHER if behind else spelled[0][0][0].upper()


def _sounds(pieces: list[str]) -> list[str]:
    """Each piece in Latin letters, where it is Chinese; a character that is no known one stays."""
    if not any(HAN.match(piece) for piece in pieces):
        return list(pieces)
    beginning = "".join(pieces[:2])
    for length in (2, 1):
        family = _FAMILIES.get(beginning[:length])
        if family and HAN.match(pieces[0]):
            return [*family.split(), *(_sounds_alone(piece) for piece in pieces[length:])]
    return [_sounds_alone(piece) for piece in pieces]


@lru_cache(maxsize=50_000)
def _sounds_alone(piece: str) -> str:
    return "".join(spoken(piece)).replace("ü", "v") if HAN.match(piece) else piece
