"""Cursors come back as they were given, and nothing else is read as one."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.refusals import Unreadable


def test_a_cursor_comes_back() -> None:
    made = Cursor(datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC), uuid4())
    assert read_cursor(made.text) == made


@pytest.mark.parametrize(
    "text", ["x", "1", "1-2", "-", "9" * 40 + "-" + UUID(int=1).hex, "1-" + "g" * 32, "\x00", "１-" + "0" * 31]
)
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_cursor(text)
