"""Lists as files: what people's spreadsheets write, read line by line; and results written so that no spreadsheet runs them."""

import csv
import io
from collections.abc import Iterable
from typing import ClassVar

from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal, Unreadable

MOST_BYTES = 8_000_000
MOST_LINES = 100_000
HEADS = (
    "member",
    "number",
    "phone",
    "mobile",
    "email",
    "e-mail",
    "contact",
    "会员",
    "会员号",
    "手机",
    "手机号",
    "电话",
    "邮箱",
)
NOT_TEXT = (
    b"PK\x03\x04",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0",
    b"7z\xbc\xaf",
    b"RIFF",
)


class TooLarge(Refusal):
    """413: more than we read in one go."""

    status: ClassVar[int] = 413


def read_list(body: bytes) -> list[str]:
    """The members named by a file, one a line. Refusals: upload_too_large, not_a_list (a picture, a workbook...), too_many_lines,
    batch_empty."""
    if len(body) > MOST_BYTES:
        raise TooLarge("upload_too_large", _("This file is too large. Split it into several."), most=MOST_BYTES)
    rows = csv.reader(io.StringIO(_text(body), newline=""), delimiter=_separator(body))
    found: list[str] = []
    column: int | None = None
    try:
        for row in rows:
            cells = [cell.strip() for cell in row]
            if column is None:
                column = _column(cells)
                if column is None:
                    column = 0
                elif _is_head(cells[column]):
                    continue
            member = cells[column] if column < len(cells) else ""
            if member:
                found.append(member)
            if len(found) > MOST_LINES:
                raise Unreadable(
                    "too_many_lines", _("At most %(count)s lines at once.") % {"count": MOST_LINES}, most=MOST_LINES
                )
    except csv.Error as error:
        raise Unreadable("not_a_list", _("This file can't be read as a list. Save it as CSV, one member a line.")) from error
    if not found:
        raise Unreadable("batch_empty", _("There is no member in this list."))
    return found


def _text(body: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, else GB 18030 as Chinese spreadsheets write it."""
    refused = Unreadable("not_a_list", _("This file can't be read as a list. Save it as CSV, one member a line."))
    if body.startswith(NOT_TEXT):
        raise refused
    for name in ["utf-16"] if body[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]:
        try:
            text = body.decode(name)
        except UnicodeDecodeError:
            continue
        if any(ord(letter) < 32 and letter not in "\t\r\n" for letter in text):
            break
        return text
    raise refused


def _separator(body: bytes) -> str:
    head = next((line for line in body[:4000].decode("utf-8", "ignore").lstrip("\ufeff").splitlines() if line.strip()), "")
    return max(",;\t", key=head.count) if any(mark in head for mark in ",;\t") else ","


def _is_head(cell: str) -> bool:
    return not any(letter.isdigit() or letter == "@" for letter in cell)


def _column(cells: list[str]) -> int | None:
    """Which column names the member: by its head, else the first that is filled in."""
    if not any(cells):
        return None
    for place, cell in enumerate(cells):
        if cell.lower() in HEADS:
            return place
    return next(place for place, cell in enumerate(cells) if cell)


def written(rows: Iterable[Iterable[str]]) -> str:
    """Rows as CSV. A cell that a spreadsheet would take for a formula gets an apostrophe before it; phone numbers and amounts
    stay."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
    return file.getvalue()


def _harmless(cell: str) -> str:
    if cell.startswith(("=", "@", "\t", "\r")):
        return f"'{cell}"
    if cell.startswith(("+", "-")) and not cell[1:].replace(" ", "").replace("-", "").replace(".", "", 1).isdigit():
        return f"'{cell}"
    return cell
