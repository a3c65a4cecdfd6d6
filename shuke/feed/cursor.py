"""Cursors of the feed. A post's place is its id, taken a moment before the post can be seen: one written meanwhile may come to stand
above the place where a reader already is. So what lies less than `SETTLING` before the beginning of a walk is kept in its cursor, and
the next page gives what came to stand there since. No transaction that published a post may last as long (`LONGEST`)."""

import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from itertools import takewhile
from uuid import UUID

import msgspec

from shuke.feed.types import Look
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Unreadable

SETTLING = 10.0  # seconds
LONGEST = "8s"
END = UUID(int=2**128 - 1)
START = UUID(int=0)
MOST_SHOWN = 500  # ids in a cursor
TEXT = "ascii"


class Mark(msgspec.Struct, frozen=True):
    """Where a reader is: after `floor`. While `begun` (the first page) is not long ago, `shown` of that time were given already."""

    floor: UUID
    begun: UUID
    shown: tuple[UUID, ...]

    @property
    def text(self) -> str:
        """As addresses carry it."""
        ids = [self.floor, self.begun, *self.shown] if self.begun != START else [self.floor]
        return urlsafe_b64encode(b"".join(one.bytes for one in ids)).rstrip(b"=").decode()


def look_text(looked: Look) -> str:
    """What was looked at, as a program sends it back."""
    return urlsafe_b64encode(b"".join(one.bytes for one in (looked.upto, *looked.shown))).rstrip(b"=").decode()


def read_look(text: str) -> Look:
    """What a program says it looked at. Refusal: cursor_unreadable."""
    ids = _ids(text)
    return Look(ids[0], ids[1:])


def moment(seconds_ago: float = 0.0) -> UUID:
    """The first id of the millisecond so long ago."""
    return UUID(int=int((time.time() - seconds_ago) * 1000) << 80)


def earlier(mark: UUID, seconds: float = SETTLING) -> UUID:
    """The first id so long before another."""
    return UUID(int=max(0, (mark.int >> 80) - int(seconds * 1000)) << 80)


def read_mark(text: str | None) -> Mark | None:
    """The mark of an address; none for the first page. Refusal: cursor_unreadable."""
    if not text:
        return None
    ids = _ids(text)
    return Mark(ids[0], ids[1] if len(ids) > 1 else START, tuple(ids[2:]))


def _ids(text: str) -> list[UUID]:
    try:
        raw = urlsafe_b64decode(text.encode(TEXT) + b"=" * (-len(text) % 4))
    except ValueError as error:
        raise _unreadable() from error
    if not raw or len(raw) % 16 or len(raw) > (MOST_SHOWN + 2) * 16:
        raise _unreadable()
    return [UUID(bytes=raw[start : start + 16]) for start in range(0, len(raw), 16)]


def next_mark(mark: Mark, given: Sequence[UUID]) -> Mark:
    """The mark after a page that gave these, the newest first, down to the lowest of them. What settled meanwhile is not carried on."""
    floor = min(given[-1], mark.floor) if given else mark.floor
    if mark.begun == START or mark.begun < moment(2 * SETTLING):
        return Mark(floor, START, ())
    open_from = earlier(mark.begun)
    return Mark(floor, mark.begun, (*mark.shown, *takewhile(lambda one: one >= open_from, given))[:MOST_SHOWN])


def _unreadable() -> Unreadable:
    return Unreadable("cursor_unreadable", _("This page of the list is not there. Start from the newest."))
