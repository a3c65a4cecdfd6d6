"""Drawing: the code as vectors, Chinese and Latin letters each in a font that every printer has."""

import io
from collections.abc import Iterator, Sequence
from typing import Literal
from xml.sax.saxutils import escape

import msgspec
import segno
from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.units import mm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfgen.canvas import Canvas

Size = Literal["a4", "a5", "tent"]

QUIET = 4  # modules of white around a code, as the standard asks
HAN, LATIN, LATIN_BOLD = "STSong-Light", "Helvetica", "Helvetica-Bold"
INK, PALE = "#241f1b", "#5b534b"

registerFont(UnicodeCIDFont(HAN))


class Poster(msgspec.Struct, frozen=True):
    """What stands on one poster. `lines` are the card's offer, `typed` is for those who can't scan, `colour` is #rrggbb."""

    address: str
    shop: str
    label: str
    calls: Sequence[str]
    lines: Sequence[str]
    typed: str
    colour: str


class Box(msgspec.Struct, frozen=True):
    """A part of the paper, in points from its lower left corner."""

    x: float
    y: float
    wide: float
    high: float

    @property
    def middle(self) -> float:
        """Where its vertical axis is."""
        return self.x + self.wide / 2


class Style(msgspec.Struct, frozen=True):
    """How a line is written: its size in points, made smaller until it fits into `room`."""

    size: float
    room: float
    bold: bool = False
    colour: str = INK


def matrix(address: str) -> list[list[bool]]:
    """The modules of the code, without the white around it; a quarter of it may be damaged."""
    return [[bool(module) for module in row] for row in segno.make(address, error="q", micro=False).matrix]


def runs(modules: Sequence[Sequence[bool]]) -> Iterator[tuple[int, int, int]]:
    """(row, first column, length) of each dark stretch: fewer shapes, and no hairlines between modules."""
    for y, row in enumerate(modules):
        start = None
        for x, dark in enumerate([*row, False]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                yield y, start, x - start
                start = None


def pdf(posters: Sequence[Poster], size: Size) -> bytes:
    """One page a poster; a tent has it twice, back to back along the fold."""
    wide, high = (148 * mm, 210 * mm) if size == "a5" else (210 * mm, 297 * mm)
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(wide, high), pageCompression=1)
    canvas.setTitle(posters[0].shop if posters else "")
    canvas.setCreator("Shuke")
    for poster in posters:
        if size == "tent":
            _draw_lying(canvas, poster, Box(0, 0, wide, high / 2))
            canvas.saveState()
            canvas.translate(wide, high)
            canvas.rotate(180)
            _draw_lying(canvas, poster, Box(0, 0, wide, high / 2))
            canvas.restoreState()
            canvas.setStrokeColor(Color(0.6, 0.6, 0.6))
            canvas.setDash(3, 4)
            canvas.line(0, high / 2, wide, high / 2)
        else:
            _draw_standing(canvas, poster, Box(0, 0, wide, high))
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _draw_standing(canvas: Canvas, poster: Poster, box: Box) -> None:
    unit = box.wide / 210
    band = 52 * unit
    canvas.setFillColor(HexColor(poster.colour))
    canvas.rect(box.x, box.y + box.high - band, box.wide, band, stroke=0, fill=1)
    room = box.wide - 24 * unit
    _write(canvas, poster.shop, box.middle, box.y + box.high - 33 * unit, Style(22 * unit, room, bold=True, colour="#ffffff"))
    top = box.y + box.high - band
    _write(canvas, poster.calls[0], box.middle, top - 24 * unit, Style(17 * unit, room, bold=True))
    _write(canvas, poster.calls[1], box.middle, top - 36 * unit, Style(10 * unit, room))
    side = 126 * unit
    _code(canvas, poster.address, Box(box.middle - side / 2, top - 45 * unit - side, side, side))
    y = top - 53 * unit - side
    for line in poster.lines[:4]:
        _write(canvas, line, box.middle, y, Style(7.6 * unit, room, bold=True))
        y -= 11 * unit
    _foot(canvas, poster, Box(box.x, box.y, box.wide, 12 * unit), unit)


def _draw_lying(canvas: Canvas, poster: Poster, box: Box) -> None:
    unit = box.high / 148
    side = 104 * unit
    canvas.setFillColor(HexColor(poster.colour))
    canvas.rect(box.x, box.y + box.high - 32 * unit, box.wide, 32 * unit, stroke=0, fill=1)
    name = Style(15 * unit, box.wide - 20 * unit, bold=True, colour="#ffffff")
    _write(canvas, poster.shop, box.middle, box.y + box.high - 21 * unit, name)
    _code(canvas, poster.address, Box(box.x + 4 * unit, box.y + 8 * unit, side, side))
    words = Box(box.x + side + 6 * unit, box.y, box.wide - side - 14 * unit, box.high)
    y = box.y + box.high - 54 * unit
    for text, size in ((poster.calls[0], 11.5), (poster.calls[1], 6.5)):
        _write(canvas, text, words.middle, y, Style(size * unit, words.wide, bold=size > 10))
        y -= 12 * unit
    y -= 4 * unit
    for line in poster.lines[:4]:
        _write(canvas, line, words.middle, y, Style(5.6 * unit, words.wide))
        y -= 8.5 * unit
    _foot(canvas, poster, Box(words.x, box.y, words.wide, 12 * unit), unit)


def _foot(canvas: Canvas, poster: Poster, box: Box, unit: float) -> None:
    _write(canvas, poster.label, box.middle, box.y + 13 * unit, Style(6.4 * unit, box.wide - 8 * unit, bold=True))
    _write(canvas, poster.typed, box.middle, box.y + 6 * unit, Style(4 * unit, box.wide - 8 * unit, colour=PALE))


def _code(canvas: Canvas, address: str, box: Box) -> None:
    modules = matrix(address)
    step = box.wide / (len(modules) + 2 * QUIET)
    canvas.setFillColor(white)
    canvas.rect(box.x, box.y, box.wide, box.high, stroke=0, fill=1)
    canvas.setFillColor(HexColor("#000000"))
    path = canvas.beginPath()
    for row, first, length in runs(modules):
        path.rect(box.x + (QUIET + first) * step, box.y + box.high - (QUIET + row + 1) * step, length * step, step)
    canvas.drawPath(path, stroke=0, fill=1)


def pieces(text: str, *, bold: bool = False) -> list[tuple[str, str]]:
    """(font, text) of each stretch that one font can write; what no font has becomes a space."""
    found: list[tuple[str, str]] = []
    for letter in text:
        font = (LATIN_BOLD if bold else LATIN) if _is_latin(letter) else HAN
        plain = letter if letter.isprintable() and ord(letter) < 0x10000 else " "
        if found and found[-1][0] == font:
            found[-1] = (font, found[-1][1] + plain)
        else:
            found.append((font, plain))
    return found


def _is_latin(letter: str) -> bool:
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _write(canvas: Canvas, text: str, middle: float, base: float, style: Style) -> None:
    """One line around `middle`; Chinese strokes are thickened where it is bold, as the font has one weight."""
    parts = pieces(text, bold=style.bold)
    wide = sum(stringWidth(part, font, style.size) for font, part in parts)
    if not wide:
        return
    size = min(style.size, style.size * style.room / wide)
    line = canvas.beginText(middle - wide * size / style.size / 2, base)
    for font, part in parts:
        line.setFont(font, size)
        thick = style.bold and font == HAN
        line.setTextRenderMode(2 if thick else 0)
        line.textOut(part)
    canvas.saveState()
    canvas.setLineWidth(size / 28)
    canvas.setFillColor(HexColor(style.colour))
    canvas.setStrokeColor(HexColor(style.colour))
    canvas.drawText(line)
    canvas.restoreState()


def svg(poster: Poster) -> str:
    """The poster on its own sheet of A5, in millimetres, for whoever lays out something larger."""
    modules = matrix(poster.address)
    side = 92
    step = side / (len(modules) + 2 * QUIET)
    dark = "".join(
        f"M{28 + (QUIET + first) * step:.3f} {70 + (QUIET + row) * step:.3f}h{length * step:.3f}v{step:.3f}h-{length * step:.3f}z"
        for row, first, length in runs(modules)
    )
    texts = [
        _svg_text(poster.shop, 24, 12, "#ffffff", bold=True),
        _svg_text(poster.calls[0], 53, 11, INK, bold=True),
        _svg_text(poster.calls[1], 63, 7, INK),
        *(_svg_text(line, 171 + 7 * number, 5, INK) for number, line in enumerate(poster.lines[:3])),
        _svg_text(poster.label, 197, 5, INK, bold=True),
        _svg_text(poster.typed, 204, 3.2, PALE),
    ]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="148mm" height="210mm" viewBox="0 0 148 210" '
        'font-family="Noto Sans CJK SC, PingFang SC, Microsoft YaHei, Helvetica, Arial, sans-serif" text-anchor="middle">'
        f'<rect width="148" height="210" fill="#ffffff"/><rect width="148" height="37" fill="{escape(poster.colour)}"/>'
        f'<path fill="#000000" shape-rendering="crispEdges" d="{dark}"/>{"".join(texts)}</svg>'
    )


def _svg_text(text: str, y: float, size: float, colour: str, *, bold: bool = False) -> str:
    """Made smaller by a guess of its width: a Chinese letter is as wide as it is high, a Latin one half of that."""
    guess = sum(1.0 if ord(letter) > 0x2E7F else 0.56 for letter in text) * size
    fitting = size * min(1.0, 136 / guess) if guess else size
    weight = ' font-weight="700"' if bold else ""
    plain = escape("".join(letter if letter.isprintable() else " " for letter in text))
    return f'<text x="74" y="{y}" font-size="{fitting:.2f}" fill="{colour}"{weight}>{plain}</text>'
