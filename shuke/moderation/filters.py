"""Filters of words and pictures: what reads a text or looks at a picture before others see it."""

import time
import unicodedata
from collections.abc import Sequence
from typing import Protocol
from uuid import UUID
from weakref import WeakKeyDictionary

from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal, Unreadable
from shuke.kit.texts import clean
from shuke.moderation import outside
from shuke.moderation.cases import open_case
from shuke.moderation.types import Cause, Thing, Verdict, Word

KEPT_SECONDS = 5.0
LONGEST_RUN = 3  # neighbours that may be one word cut in parts


class WordFilter(Protocol):
    """Reads a text; `where` is the kind of thing it is for. One that can't tell in time says unanswered."""

    async def verdict(self, db: Db, text: str, where: str) -> Verdict:
        """What it thinks of it."""


class PictureFilter(Protocol):
    """Looks at a picture as it was sent."""

    async def verdict(self, db: Db, content: bytes) -> Verdict:
        """What it thinks of it."""


class WordList:
    """The list that the operators keep. What another process changes is heard of within a few seconds."""

    def __init__(self) -> None:
        self._kept = WeakKeyDictionary[Database, _Known]()
        self._changing_until = 0.0

    async def verdict(self, db: Db, text: str, where: str) -> Verdict:
        """Refuse a text that has one of its words; `where` makes no difference."""
        known = await self._known(db)
        pieces = plain(text)
        return "refuse" if known.whole.intersection(_parts(pieces)) or known.within("".join(pieces)) else "pass"

    async def _known(self, db: Db) -> "_Known":
        """Read every few seconds; while this process changes the list, at each call."""
        kept = self._kept.get(db.database)
        now = time.monotonic()
        if kept is not None and kept.until > now:
            return kept
        known = _Known(await words(db), now + KEPT_SECONDS)
        if now > self._changing_until:
            self._kept[db.database] = known
        return known

    def changing(self) -> None:
        """Somebody changes the list in a transaction that is not over."""
        self._changing_until = time.monotonic() + KEPT_SECONDS
        self._kept.clear()


class _Known:
    """The list as it was read; words to be found anywhere by their length."""

    def __init__(self, listed: Sequence[Word], until: float) -> None:
        self.until = until
        self.whole = frozenset(one.word for one in listed if one.whole)
        self._anywhere: dict[int, set[str]] = {}
        for one in listed:
            if not one.whole:
                self._anywhere.setdefault(len(one.word), set()).add(one.word)

    def within(self, text: str) -> bool:
        """Whether one of those is anywhere in it."""
        return any(
            text[start : start + length] in found
            for length, found in self._anywhere.items()
            for start in range(len(text) - length + 1)
        )


WORD_LIST = WordList()
WORD_FILTERS: list[WordFilter] = [WORD_LIST, outside.OutsideWords()]
PICTURE_FILTERS: list[PictureFilter] = [outside.OutsidePictures()]
"""Who is asked, in this order, until one refuses; an adapter puts its own here at import."""


async def check_words(db: Db, person_id: UUID, text: str, where: str, thing: Thing | None = None) -> None:
    """Have a text read before it is published. What a filter is unsure of, or could not read in time, is published and waits in
    the operators' queue: with `thing` they can open and hide it. Refusal: words_refused."""
    cause = await read_words(db, text, where)
    if cause is not None:
        await open_case(db, thing or where, person_id, cause, text)


async def read_words(db: Db, text: str, where: str) -> Cause | None:
    """Have a text read before the thing it is for has an id: why it is to wait in the queue (`open_case`), if it is. Refusal:
    words_refused."""
    text = clean(text)  # as it will be kept: what goes on the way hides no word
    if not text:
        return None
    verdicts = set[Verdict]()
    for words in WORD_FILTERS:
        verdict = await words.verdict(db, text, where)
        if verdict == "refuse":
            raise Unreadable("words_refused", _("Something in this text is not allowed here. Please write it differently."))
        verdicts.add(verdict)
    return _cause(verdicts)


async def check_picture(db: Db, person_id: UUID, content: bytes, thing: Thing | None = None) -> None:
    """Have a picture looked at before it is kept; the queue as with words. Refusal: picture_refused."""
    verdicts = set[Verdict]()
    for pictures in PICTURE_FILTERS:
        verdict = await pictures.verdict(db, content)
        if verdict == "refuse":
            raise Unreadable("picture_refused", _("This picture is not allowed here. Please choose another one."))
        verdicts.add(verdict)
    cause = _cause(verdicts)
    if thing is not None and cause is not None:
        await open_case(db, thing, person_id, cause, "")


def _cause(verdicts: set[Verdict]) -> Cause | None:
    if "unsure" in verdicts:
        return "filter"
    return "unread" if "unanswered" in verdicts else None


def plain(text: str) -> list[str]:
    """The text's words without case, width, accents, invisible characters and separators; single letters in a row are one word."""
    letters = []
    for character in unicodedata.normalize("NFKD", text).casefold():
        if character.isalnum():
            letters.append(character)
        elif unicodedata.category(character) not in ("Mn", "Me", "Cf"):
            letters.append(" ")
    joined: list[str] = []
    single = False  # the last piece is a run of single letters
    for piece in "".join(letters).split():
        if single and len(piece) == 1:
            joined[-1] += piece
        else:
            joined.append(piece)
        single = len(piece) == 1
    return joined


def _parts(pieces: Sequence[str]) -> list[str]:
    """Every piece, and up to three neighbours as one."""
    runs = range(1, LONGEST_RUN + 1)
    return list({"".join(pieces[start : start + run]) for start in range(len(pieces)) for run in runs})


async def add_word(db: Db, by: UUID, text: str) -> Word:
    """Refuse this word from now on: Latin and the like as a word of its own, Chinese anywhere. Refusals: word_missing, word_known."""
    word = "".join(plain(text))
    if not word or len(word) > 100:
        raise Unreadable("word_missing", _("Write one word of at most 100 characters."))
    WORD_LIST.changing()
    added = await db.one(
        Word,
        """
        insert into moderation.words (word, whole, added_by, added_at) values (:word, :whole, :by, :now)
        on conflict do nothing returning word, whole, added_at
        """,
        word=word,
        whole=not any(character > "\u2e7f" for character in word),
        by=by,
        now=clock.now(),
    )
    if added is None:
        raise Refusal("word_known", _("This word is on the list already."))
    return added


async def remove_word(db: Db, word: str) -> None:
    """Allow it again. Refusal: not_found."""
    WORD_LIST.changing()
    if not await db.run("delete from moderation.words where word = :word", word=word):
        raise NotFound


async def words(db: Db) -> list[Word]:
    """The list."""
    return await db.all(Word, "select word, whole, added_at from moderation.words order by word")
