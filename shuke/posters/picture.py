"""Share pictures: a few words and a price beside a photo, for where an address is passed on. What stands on one is given."""

import io
from functools import lru_cache

import msgspec
from PIL import Image, ImageDraw, ImageOps

from shuke.posters.fonts import Font, font, writable

WIDE, HIGH, SIDE, EDGE = 1200, 630, 570, 56
PAPER, INK, MUTED, BRAND, SOFT = "#ffffff", "#241f1b", "#675d54", "#c8321b", "#fdebe5"
LINES = 3

Colour = tuple[int, int, int]


class SharePicture(msgspec.Struct, frozen=True):
    """What stands on a share picture."""

    merchant: str
    title: str
    price: str
    otherwise: str
    together: str


@lru_cache(maxsize=32)
def share_picture(words: SharePicture, cover: bytes | None) -> bytes:
    """The picture as PNG: words on the left, the cover or a drawn ticket on the right."""
    picture = Image.new("RGB", (WIDE, HIGH), PAPER)
    picture.paste(_covered(cover) if cover is not None else _ticket(), (WIDE - SIDE, 0))
    pen = ImageDraw.Draw(picture)
    room = WIDE - SIDE - 2 * EDGE
    y = EDGE
    if writable(words.merchant):
        pen.text((EDGE, y), _fitted(words.merchant, font(34), room), fill=MUTED, font=font(34))
    y += 68
    if writable(words.title):
        for line in _broken(words.title, font(58, bold=True), room):
            pen.text((EDGE, y), line, fill=INK, font=font(58, bold=True))
            y += 76
    y = HIGH - EDGE - 118
    if words.together and writable(words.together):
        text = _fitted(words.together, font(30, bold=True), room - 40)
        pen.rounded_rectangle((EDGE, y - 74, EDGE + font(30, bold=True).getlength(text) + 40, y - 18), 14, fill=SOFT)
        pen.text((EDGE + 20, y - 66), text, fill=BRAND, font=font(30, bold=True))
    pen.text((EDGE, y - 6), words.price, fill=BRAND, font=font(88, bold=True))
    if words.otherwise and writable(words.otherwise):
        pen.text((EDGE + font(88, bold=True).getlength(words.price) + 24, y + 50), words.otherwise, fill=MUTED, font=font(32))
    file = io.BytesIO()
    picture.quantize(255).save(file, "PNG", optimize=True)
    return file.getvalue()


class CardPicture(msgspec.Struct, frozen=True):
    """What stands on the picture of a card or of anything else that is passed on: its name, a line or two, and the house that says it."""

    title: str
    said: str
    house: str
    colour: Colour


@lru_cache(maxsize=64)
def card_picture(words: CardPicture, cover: bytes | None) -> bytes:
    """As PNG: a card in its colour, with the cover in its right half where there is one."""
    picture = Image.new("RGB", (WIDE, HIGH), _mixed(words.colour, 0.12))
    pen = ImageDraw.Draw(picture)
    left, top, right, bottom = 70, 55, WIDE - 70, HIGH - 55
    pen.rounded_rectangle((left, top, right, bottom), 44, fill=words.colour)
    shade = Image.new("L", (WIDE, HIGH), 0)
    ImageDraw.Draw(shade).rounded_rectangle((left, top, right, bottom), 44, fill=255)
    rings = picture.copy()
    brush = ImageDraw.Draw(rings)
    for ring in range(3):
        reach = 190 + 95 * ring
        brush.ellipse(
            (right - reach, bottom - reach, right + reach, bottom + reach), outline=_mixed(words.colour, 0.82), width=14
        )
    if cover is not None:
        with Image.open(io.BytesIO(cover)) as opened:
            rings.paste(ImageOps.fit(opened.convert("RGB"), (460, bottom - top)), (right - 460, top))
    picture.paste(rings, (0, 0), shade)
    pen = ImageDraw.Draw(picture)
    room, x, y = right - left - 120 - (460 if cover is not None else 0), left + 60, top + 64
    if writable(words.title):
        for line in _broken(words.title, font(72, bold=True), room)[:2]:
            pen.text((x, y), line, fill="#ffffff", font=font(72, bold=True))
            y += 94
    if words.said and writable(words.said):
        for line in _broken(words.said, font(36), room)[:2]:
            pen.text((x, y + 14), line, fill="#ffffff", font=font(36))
            y += 50
    if writable(words.house):
        pen.text((x, bottom - 96), _fitted(words.house, font(34), room), fill="#ffffff", font=font(34))
    file = io.BytesIO()
    picture.quantize(255).save(file, "PNG", optimize=True)
    return file.getvalue()


def _mixed(colour: Colour, part: float) -> Colour:
    """So much of the colour, the rest white."""
    red, green, blue = (round(one * part + 255 * (1 - part)) for one in colour)
    return red, green, blue


def _covered(cover: bytes) -> Image.Image:
    with Image.open(io.BytesIO(cover)) as opened:
        return ImageOps.fit(opened.convert("RGB"), (SIDE, HIGH))


def _ticket() -> Image.Image:
    """A ticket on the house's colour, for a deal without a photo."""
    picture = Image.new("RGB", (SIDE, HIGH), BRAND)
    pen = ImageDraw.Draw(picture)
    for ring in range(3):
        reach = 140 + 70 * ring
        pen.ellipse((SIDE - reach, HIGH - reach, SIDE + reach, HIGH + reach), outline="#d4604e", width=10)
    pen.rounded_rectangle((105, 205, SIDE - 105, 425), 28, fill="#fff6f2")
    for x in (105, SIDE - 105):
        pen.ellipse((x - 30, 285, x + 30, 345), fill=BRAND)
    for y in range(232, 410, 26):
        pen.line((336, y, 336, y + 13), fill="#e7b3a6", width=5)
    for y, wide in ((260, 150), (306, 105), (352, 130)):
        pen.rounded_rectangle((158, y, 158 + wide, y + 20), 10, fill="#e7b3a6")
    pen.ellipse((362, 290, 412, 340), fill=BRAND)
    return picture


def _fitted(text: str, by: Font, room: float) -> str:
    """The text, cut where there is no more room."""
    if by.getlength(text) <= room:
        return text
    while text and by.getlength(f"{text}…") > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _broken(text: str, by: Font, room: float) -> list[str]:
    """The text in at most three lines; Latin words stay whole where they fit, Chinese breaks anywhere."""
    lines: list[str] = []
    rest = " ".join(text.split())
    while rest and len(lines) < LINES:
        if len(lines) == LINES - 1:
            lines.append(_fitted(rest, by, room))
            break
        fits = next((n for n in range(len(rest), 0, -1) if by.getlength(rest[:n]) <= room), 1)
        if (
            fits < len(rest)
            and rest[fits - 1].isascii()
            and rest[fits].isascii()
            and " " in rest[:fits].strip()
            and rest[fits] != " "
        ):
            fits = rest[:fits].rindex(" ")
        lines.append(rest[:fits].rstrip())
        rest = rest[fits:].lstrip()
    return lines
