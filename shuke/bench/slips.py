"""Slips: how a name is mistyped once, the same at every run."""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from shuke.search.words import folded, is_chinese, sound, syllables

LETTERS = "abcdefghijklmnopqrstuvwxyz"
LATIN = ("insertion", "deletion", "substitution", "swap")
CHINESE = ("homophone", "pinyin", "missing")


def homophones(names: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """The characters of all these names by how they sound."""
    found: dict[str, set[str]] = defaultdict(set)
    for letter in sorted({letter for name in names for letter in name if is_chinese(letter)}):
        found["".join(syllables(letter))].add(letter)
    return {heard: sorted(letters) for heard, letters in found.items()}


def slipped(chance: random.Random, name: str, alike: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """The kind of slip, and what was typed: a wrong character of the same sound, the Pinyin with a slip, a character too few; in Latin
    letters one too many, too few, another one, or two the wrong way round."""
    if not is_chinese(name):
        kind = chance.choice(LATIN)
        return kind, _mistyped(chance, folded(name), kind)
    kind = chance.choice(CHINESE)
    if kind == "pinyin":
        return kind, _mistyped(chance, sound(folded(name)), chance.choice(LATIN))
    at = chance.choice([number for number, letter in enumerate(name) if is_chinese(letter)])
    if kind == "homophone":
        others = [letter for letter in alike["".join(syllables(name[at]))] if letter != name[at]]
        if others:
            return kind, name[:at] + chance.choice(others) + name[at + 1 :]
    return "missing", name[:at] + name[at + 1 :]


def _mistyped(chance: random.Random, text: str, kind: str) -> str:
    places = [number for number, letter in enumerate(text) if letter != " "]
    at = chance.choice(places)
    if kind == "insertion":
        return text[:at] + chance.choice(LETTERS) + text[at:]
    if kind == "deletion":
        return text[:at] + text[at + 1 :]
    if kind == "substitution":
        return text[:at] + chance.choice([letter for letter in LETTERS if letter != text[at]]) + text[at + 1 :]
    pairs = [number for number in places if number + 1 < len(text) and text[number + 1] not in (" ", text[number])]
    if not pairs:
        return text[:at] + text[at + 1 :]
    at = chance.choice(pairs)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
