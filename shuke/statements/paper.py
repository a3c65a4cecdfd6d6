"""A statement on paper: A4, in letters that every printer has, Chinese and Latin."""

import io
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import msgspec
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from shuke.kit.i18n import gettext as _
from shuke.posters import pieces
from shuke.settlement import Statement, StatementLine
from shuke.shell.filters import date, number
from shuke.statements.files import plain, title_of
from shuke.statements.words import column_words, kind_words

WIDE, HIGH, EDGE, STEP = 210 * mm, 297 * mm, 14 * mm, 5.2 * mm
INK, PALE, RULE = "#241f1b", "#5b534b", "#c9c2b8"
RIGHT_EDGES = (108, 124, 140, 156, 176, 196)  # of the six columns of numbers, in mm
MOST = 3_000  # lines on paper; a longer day has the rest in its file


class Ink(msgspec.Struct, frozen=True):
    """How a text is written."""

    size: float = 8.0
    bold: bool = False
    colour: str = INK
    room: float = 0.0  # points; longer text is cut


class Paper:
    """Pages that fill from the top."""

    def __init__(self, title: str) -> None:
        self._file = io.BytesIO()
        self._canvas = Canvas(self._file, pagesize=(WIDE, HIGH), pageCompression=1)
        self._canvas.setTitle(title)
        self._canvas.setCreator("Shuke")
        self._title = title
        self._page = 1
        self.y = HIGH - EDGE

    def line(self, left: str, middle: str, numbers: Sequence[str], ink: Ink) -> None:
        """A row: a moment, what it was for, numbers under each other."""
        self.need(1)
        self.text(left, EDGE, Ink(ink.size, ink.bold, ink.colour, 24 * mm))
        self.text(middle, EDGE + 14 * mm if left else EDGE, Ink(ink.size, ink.bold, ink.colour, (62 if left else 76) * mm))
        for value, edge in zip(numbers, RIGHT_EDGES, strict=False):
            self.right(value, edge * mm, ink)
        self.y -= STEP

    def text(self, text: str, x: float, ink: Ink) -> None:
        """From the left, cut where there is no more room."""
        written = text
        while ink.room and written and self._width(written, ink) > ink.room:
            written = written[:-2] + "…" if len(written) > 2 else ""
        beam = self._canvas.beginText(x, self.y)
        self._canvas.setFillColor(HexColor(ink.colour))
        for font, part in pieces(written, bold=ink.bold):
            beam.setFont(font, ink.size)
            beam.textOut(part)
        self._canvas.drawText(beam)

    def right(self, text: str, x: float, ink: Ink) -> None:
        """Up to a right edge."""
        self.text(text, x - self._width(text, ink), ink)

    def _width(self, text: str, ink: Ink) -> float:
        return float(sum(stringWidth(part, font, ink.size) for font, part in pieces(text, bold=ink.bold)))

    def rule(self) -> None:
        """A thin line under what was written."""
        self._canvas.setStrokeColor(HexColor(RULE))
        self._canvas.setLineWidth(0.5)
        self._canvas.line(EDGE, self.y + 2 * mm, WIDE - EDGE, self.y + 2 * mm)
        self.y -= 2.4 * mm

    def need(self, rows: int) -> None:
        """A new page where so many rows would not fit any more."""
        if self.y - rows * STEP < EDGE + 6 * mm:
            self._foot()
            self._canvas.showPage()
            self._page += 1
            self.y = HIGH - EDGE

    def _foot(self) -> None:
        self.y = EDGE
        self.text(self._title, EDGE, Ink(7, colour=PALE, room=150 * mm))
        self.right(str(self._page), WIDE - EDGE, Ink(7, colour=PALE))

    def done(self) -> bytes:
        """The file."""
        self._foot()
        self._canvas.save()
        return self._file.getvalue()


def paper(merchant: str, statement: Statement, lines: Sequence[StatementLine]) -> bytes:
    """The day as a PDF: balances, totals by kind, its lines."""
    zone, currency = ZoneInfo(statement.zone), statement.currency
    words = kind_words()
    day = date(statement.day, zone, "long")
    sheet = Paper(f"{merchant} · {day}")
    sheet.text(_("Statement"), EDGE, Ink(18, bold=True))
    sheet.y -= 8 * mm
    sheet.text(merchant, EDGE, Ink(11, bold=True, room=180 * mm))
    sheet.y -= 6 * mm
    state = _("closed") if statement.closed_at else _("provisional: this day is still open")
    sheet.text(f"{day} · {statement.zone} · {currency} · {state}", EDGE, Ink(9, colour=PALE, room=180 * mm))
    sheet.y -= 10 * mm
    heads = column_words()
    sheet.line("", heads[1], heads[3:], Ink(7, colour=PALE))
    sheet.rule()
    sheet.line("", _("Opening balance"), ["", "", "", "", "", plain(statement.opening, currency)], Ink(9, bold=True))
    balance = statement.opening
    for total in statement.totals:
        balance += total.net
        amounts = (total.gross, total.platform, total.agent, total.operator, total.net, balance)
        name = f"{words.get(total.kind, total.kind)} ({number(total.lines)})"
        sheet.line("", name, [plain(amount, currency) for amount in amounts], Ink(9))
    sheet.rule()
    sheet.line("", _("Closing balance"), ["", "", "", "", "", plain(statement.closing, currency)], Ink(9, bold=True))
    sheet.y -= 8 * mm
    sheet.need(3)
    sheet.line(heads[0], heads[1], heads[3:], Ink(7, colour=PALE))
    sheet.rule()
    balance = statement.opening
    for line in lines[:MOST]:
        balance += line.net
        amounts = (line.gross, line.platform, line.agent, line.operator, line.net, balance)
        what = f"{title_of(line, words)} · {line.store}" if line.store else title_of(line, words)
        sheet.line(f"{line.at.astimezone(zone):%H:%M}", what, [plain(amount, currency) for amount in amounts], Ink(7.5))
    if statement.lines > MOST:
        sheet.line("", _("The other lines are in the file."), [], Ink(8, colour=PALE))
    return sheet.done()
