"""Photos of a merchant: its stores, its logo, its licence."""

import asyncio
from typing import Literal
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.kit.i18n import gettext as _
from shuke.kit.pictures import Picture, remake
from shuke.kit.refusals import NotFound, Refusal
from shuke.merchants.types import StoresChanged

Purpose = Literal["store", "licence", "logo"]

MOST_PHOTOS = 60


class Photo(msgspec.Struct, frozen=True):
    """A photo in a list."""

    photo_id: UUID
    store_id: UUID | None
    purpose: str
    width: int
    height: int


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
    await record(db, StoresChanged(merchant_id))
    return Photo(photo_id, store_id, purpose, picture.width, picture.height)


async def remove_photo(db: Db, merchant_id: UUID, photo_id: UUID) -> None:
    """Take a photo away. Refusal: not_found."""
    if not await db.run(
        "delete from merchants.photos where merchant_id = :merchant and photo_id = :photo", merchant=merchant_id, photo=photo_id
    ):
        raise NotFound
    await record(db, StoresChanged(merchant_id))


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
