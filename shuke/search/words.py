"""Words: one form for everything that is written in several ways; how Chinese sounds; where words begin."""

import re
from functools import lru_cache

import rjieba

from shuke.kit.spelling import HAN, spoken, without_accents

LONGEST = 120  # letters of a name that are indexed
MOST_STARTS = 8  # words of a name that it is found from
_WORD = re.compile(r"[㐀-鿿豈-﫿]+|[^\W㐀-鿿豈-﫿_]+")


def folded(text: str) -> str:
    """Small letters without accents, words with one space between them; Chinese as it is."""
    return " ".join(_WORD.findall(without_accents(text)))[:LONGEST].strip()


@lru_cache(maxsize=20_000)
def words(text: str) -> tuple[str, ...]:
    """The words of a folded text; Chinese is cut where its words end."""
    found: list[str] = []
    for run in _WORD.findall(text):
        found += rjieba.cut(run) if HAN.match(run) else [run]
    return tuple(found)


def is_chinese(text: str) -> bool:
    """Whether there is a Chinese character in it."""
    return HAN.search(text) is not None


@lru_cache(maxsize=20_000)
def syllables(text: str) -> tuple[str, ...]:
    """How a folded text sounds, in Latin letters and digits: a syllable for each Chinese character, else a word."""
    said = spoken(text) if is_chinese(text) else text.split()
    cut = (re.sub("[^0-9a-z]", "", word) for part in said for word in part.replace("ü", "v").split())
    return tuple(word for word in cut if word)


def sound(text: str) -> str:
    """How a folded text sounds, in one piece."""
    return "".join(syllables(text))


def initials(text: str) -> str:
    """The first letters of its syllables, where there are several."""
    first = "".join(syllable[0] for syllable in syllables(text))
    return first if len(first) > 1 else ""


def insides(text: str) -> list[str]:
    """A folded text from each later Chinese character on where no word begins, as cutting words is a guess."""
    begins = {len(text) - len(later) for later in starts(text)}
    found = [
        text[at:]
        for at, letter in enumerate(text)
        if at and at not in begins and is_chinese(letter) and is_chinese(text[at - 1])
    ]
    return found[: 2 * MOST_STARTS]


def starts(text: str) -> list[str]:
    """A folded text from each of its later words on: "cafe ekberg" also begins with "ekberg"."""
    found: list[str] = []
    at = 0
    for number, word in enumerate(words(text)):
        at = text.index(word, at)
        if number:
            found.append(text[at:])
        at += len(word)
    return found[:MOST_STARTS]
