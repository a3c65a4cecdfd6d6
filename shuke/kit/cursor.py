"""Cursors: where the next page of a list begins, by the moment and id of the last row shown (keyset, never offset)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from shuke.kit.i18n import gettext
from shuke.kit.refusals import Unreadable

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Cursor(msgspec.Struct, frozen=True):
    """The last row of a page of a list, newest first."""

    at: datetime
    row_id: UUID

    @property
    def text(self) -> str:
        """As addresses carry it."""
        return f"{(self.at - _EPOCH) // _MICROSECOND}-{self.row_id.hex}"


def read_cursor(text: str | None) -> Cursor | None:
    """The cursor of an address; none for the first page. Refuses what can't be one."""
    if not text:
        return None
    microseconds, _, row_id = text.partition("-")
    try:
        return Cursor(_EPOCH + _MICROSECOND * int(microseconds), UUID(row_id))
    except (ValueError, OverflowError) as error:
        raise Unreadable("cursor_unreadable", gettext("This page of the list is not there. Start from the newest.")) from error
