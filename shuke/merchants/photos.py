"""Photos: checked to be what they claim, made anew without what a camera wrote into them, kept with the merchant."""

import asyncio
import io
from typing import Literal
from uuid import UUID

import msgspec
from PIL import Image, ImageOps, UnidentifiedImageError

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal, Unreadable

Purpose = Literal["store", "licence", "logo"]

MOST_BYTES = 10_000_000
MOST_KEPT = 3_000_000
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 2048
MOST_PHOTOS = 60
TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


class Picture(msgspec.Struct, frozen=True):
    """A picture made anew."""

    content_type: str
    width: int
    height: int
    body: bytes


class Photo(msgspec.Struct, frozen=True):
    """A photo in a list."""

    photo_id: UUID
    store_id: UUID | None
    purpose: str
    width: int
    height: int


def remake(content: bytes) -> Picture:
    """The picture without position, camera or comment, upright, no longer than 2,048 pixels. Refusals: photo_too_large, photo_unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable("photo_too_large", _("A photo has at most 10 MB."), most=MOST_BYTES)
    try:
        with Image.open(io.BytesIO(content), formats=tuple(TYPES)) as opened:
            if opened.width * opened.height > MOST_PIXELS or min(opened.size) < 16:
                raise Unreadable("photo_too_large", _("A photo has at most 60 million pixels, and at least 16 on each side."))
            kind = opened.format or "JPEG"
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
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


async def add_photo(
    db: Db, merchant_id: UUID, by: UUID, content: bytes, purpose: Purpose, store_id: UUID | None = None
) -> Photo:
    """Keep a photo. Refusals: photo_too_large, photo_unreadable, too_many_photos, not_found for another's store."""
    count = await db.value(int, "select count(*) from merchants.photos where merchant_id = :merchant", merchant=merchant_id)
    if (count or 0) >= MOST_PHOTOS:
        raise Refusal("too_many_photos", _("A merchant has at most 60 photos. Remove one first."))
    picture = await asyncio.to_thread(remake, content)
    photo_id = await db.value(
        UUID,
        """
        insert into merchants.photos (merchant_id, store_id, content_type, width, height, body, purpose, added_by, at)
        select :merchant, :store::uuid, :kind, :width, :height, :body, :purpose, :by, :now
        where :store is null or exists (select from merchants.stores where merchant_id = :merchant and store_id = :store)
        returning photo_id
        """,
        merchant=merchant_id,
        store=store_id,
        kind=picture.content_type,
        width=picture.width,
        height=picture.height,
        body=picture.body,
        purpose=purpose,
        by=by,
        now=clock.now(),
    )
    if photo_id is None:
        raise NotFound
    return Photo(photo_id, store_id, purpose, picture.width, picture.height)


async def remove_photo(db: Db, merchant_id: UUID, photo_id: UUID) -> None:
    """Take a photo away. Refusal: not_found."""
    if not await db.run(
        "delete from merchants.photos where merchant_id = :merchant and photo_id = :photo", merchant=merchant_id, photo=photo_id
    ):
        raise NotFound


async def photos_of(db: Db, merchant_id: UUID) -> list[Photo]:
    """All photos of a merchant, the first one first."""
    return await db.all(
        Photo,
        """
        select photo_id, store_id, purpose, width, height from merchants.photos
        where merchant_id = :merchant order by position, photo_id
        """,
        merchant=merchant_id,
    )


async def picture_of(db: Db, merchant_id: UUID, photo_id: UUID, *, public: bool) -> Picture:
    """A photo itself; `public` only of an approved merchant, and never of a licence. Refusal: not_found."""
    found = await db.one(
        Picture,
        """
        select p.content_type, p.width, p.height, p.body from merchants.photos p join merchants.merchants m using (merchant_id)
        where p.merchant_id = :merchant and p.photo_id = :photo
          and (not :public::boolean or (m.status = 'approved' and p.purpose <> 'licence'))
        """,
        merchant=merchant_id,
        photo=photo_id,
        public=public,
    )
    if found is None:
        raise NotFound
    return found
