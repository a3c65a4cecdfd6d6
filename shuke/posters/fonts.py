"""Fonts for drawn pictures: one of this machine's that writes Chinese, else the small Latin one that Pillow brings."""

from functools import cache
from pathlib import Path

import msgspec
from PIL import ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/opt/homebrew/share/fonts",
    "/System/Library/Fonts",
    "C:/Windows/Fonts",
)
LATIN_ENDS = "\u024f"


class Cut(msgspec.Struct, frozen=True):
    """A font file; `face` is which of those in it (in Noto's collections the third is simplified Chinese)."""

    name: str
    face: int = 0


REGULAR = (
    *(
        Cut("NotoSansCJK-Regular.ttc", 2),
        Cut("NotoSansCJKsc-Regular.otf"),
        Cut("NotoSansSC-Regular.otf"),
        Cut("NotoSansSC-Regular.ttf"),
    ),
    *(
        Cut("SourceHanSansSC-Regular.otf"),
        Cut("wqy-microhei.ttc"),
        Cut("PingFang.ttc"),
        Cut("Hiragino Sans GB.ttc"),
        Cut("msyh.ttc"),
    ),
)
BOLD = (
    *(Cut("NotoSansCJK-Bold.ttc", 2), Cut("NotoSansCJKsc-Bold.otf"), Cut("NotoSansSC-Bold.otf"), Cut("NotoSansSC-Bold.ttf")),
    *(Cut("SourceHanSansSC-Bold.otf"), Cut("msyhbd.ttc")),
)


@cache
def _found(cuts: tuple[Cut, ...]) -> tuple[Path, int] | None:
    """The first of them that this machine has."""
    there = {
        path.name: path for folder in FOLDERS for path in Path(folder).rglob("*") if path.suffix in (".ttc", ".otf", ".ttf")
    }
    return next(((there[cut.name], cut.face) for cut in cuts if cut.name in there), None)


@cache
def font(size: int, *, bold: bool = False) -> Font:
    """The font of that size in pixels."""
    found = (_found(BOLD) if bold else None) or _found(REGULAR)
    if found is None:
        return ImageFont.load_default(size)
    return ImageFont.truetype(str(found[0]), size, index=found[1])


def writable(text: str) -> bool:
    """Whether this machine can draw the text."""
    return _found(REGULAR) is not None or all(letter <= LATIN_ENDS or letter in "€–—…" for letter in text)
