"""Pictures: checked to be what they claim, made anew without what a camera wrote into them."""

import io

import msgspec
from PIL import Image, ImageOps, UnidentifiedImageError

from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Unreadable

MOST_BYTES = 10_000_000
MOST_KEPT = 3_000_000
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 2048
TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


class Picture(msgspec.Struct, frozen=True):
    """A picture made anew."""

    content_type: str
    width: int
    height: int
    body: bytes


def remake(content: bytes, longest: int = LONGEST_SIDE) -> Picture:
    """The picture without position, camera or comment, upright, no side longer than `longest` pixels. Refusals: photo_too_large,
    photo_unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable("photo_too_large", _("A photo has at most 10 MB."), most=MOST_BYTES)
    try:
        with Image.open(io.BytesIO(content), formats=tuple(TYPES)) as opened:
            if opened.width * opened.height > MOST_PIXELS or min(opened.size) < 16:
                raise Unreadable("photo_too_large", _("A photo has at most 60 million pixels, and at least 16 on each side."))
            kind = opened.format or "JPEG"
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((longest, longest))
            see_through = (kind != "JPEG" and "transparency" in upright.info) or upright.mode in ("RGBA", "LA")
            plain = upright.convert("RGBA" if see_through else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unreadable("photo_unreadable", _("This is not a photo in JPEG, PNG or WebP.")) from error
    for made, quality in ((kind, 86), ("WEBP", 80)):
        body = io.BytesIO()
        plain.save(body, made, quality=quality)
        if body.tell() <= MOST_KEPT:
            return Picture(TYPES[made], plain.width, plain.height, body.getvalue())
    raise Unreadable("photo_too_large", _("A photo has at most 10 MB."), most=MOST_BYTES)


def shrink(content: bytes, longest: int) -> bytes:
    """A picture of ours with no side longer than `longest` pixels, as WebP."""
    with Image.open(io.BytesIO(content), formats=tuple(TYPES)) as opened:
        opened.thumbnail((longest, longest))
        body = io.BytesIO()
        opened.save(body, "WEBP", quality=78)
    return body.getvalue()
