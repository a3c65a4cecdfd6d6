"""Photos of a deal: made anew and small, the first one is its cover; seen by everybody once the deal was published."""

import asyncio
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.pictures import Picture, remake
from shuke.kit.refusals import NotFound, Refusal

LONGEST_SIDE = 1280
MOST_PHOTOS = 12


class DealPhoto(msgspec.Struct, frozen=True):
    """A photo of a deal in a list."""

    photo_id: UUID
    width: int
    height: int


async def add_photo(db: Db, merchant_id: UUID, deal_id: UUID, by: UUID, content: bytes) -> DealPhoto:
    """Keep a photo behind those that are there. Refusals: not_found, photo_too_large, photo_unreadable, too_many_photos."""
    picture = await asyncio.to_thread(remake, content, LONGEST_SIDE)
    await _hold(db, merchant_id, deal_id)
    photo = await db.one(
        DealPhoto,
        """
        insert into deals.photos (merchant_id, deal_id, position, content_type, width, height, body, added_by, at)
        select :merchant, :deal, coalesce(max(position), 0) + 1, :kind, :width, :height, :body, :by, :now
        from deals.photos where merchant_id = :merchant and deal_id = :deal having count(*) < :most
        returning photo_id, width, height
        """,
        merchant=merchant_id,
        deal=deal_id,
        kind=picture.content_type,
        width=picture.width,
        height=picture.height,
        body=picture.body,
        by=by,
        now=clock.now(),
        most=MOST_PHOTOS,
    )
    if photo is None:
        raise Refusal("too_many_photos", _("A deal has at most %(count)s photos. Remove one first.") % {"count": MOST_PHOTOS})
    return photo


async def remove_photo(db: Db, merchant_id: UUID, deal_id: UUID, photo_id: UUID) -> None:
    """Take a photo away. Refusal: not_found."""
    if not await db.run(
        "delete from deals.photos where merchant_id = :merchant and deal_id = :deal and photo_id = :photo",
        merchant=merchant_id,
        deal=deal_id,
        photo=photo_id,
    ):
        raise NotFound


async def put_first(db: Db, merchant_id: UUID, deal_id: UUID, photo_id: UUID) -> None:
    """Make a photo the cover. Refusal: not_found."""
    await _hold(db, merchant_id, deal_id)
    if not await db.run(
        """
        update deals.photos set position = (
          select min(position) - 1 from deals.photos where merchant_id = :merchant and deal_id = :deal)
        where merchant_id = :merchant and deal_id = :deal and photo_id = :photo
        """,
        merchant=merchant_id,
        deal=deal_id,
        photo=photo_id,
    ):
        raise NotFound


async def copy_photos(db: Db, merchant_id: UUID, source: UUID, target: UUID) -> None:
    """The photos of one deal for another one of the same merchant."""
    await db.run(
        """
        insert into deals.photos (merchant_id, deal_id, position, content_type, width, height, body, added_by, at)
        select merchant_id, :target, position, content_type, width, height, body, added_by, :now
        from deals.photos where merchant_id = :merchant and deal_id = :source
        """,
        merchant=merchant_id,
        source=source,
        target=target,
        now=clock.now(),
    )


async def photos_of(db: Db, merchant_id: UUID, deal_id: UUID) -> list[DealPhoto]:
    """All photos of a deal, its cover first."""
    return await db.all(
        DealPhoto,
        """
        select photo_id, width, height from deals.photos where merchant_id = :merchant and deal_id = :deal order by position, photo_id
        """,
        merchant=merchant_id,
        deal=deal_id,
    )


async def photo_of(db: Db, merchant_id: UUID, deal_id: UUID, photo_id: UUID, *, public: bool) -> Picture:
    """A photo itself; `public` only of a deal that was published, by an approved merchant. Refusal: not_found."""
    found = await db.one(
        Picture,
        """
        select p.content_type, p.width, p.height, p.body
        from deals.photos p
        join deals.deals d on d.merchant_id = p.merchant_id and d.deal_id = p.deal_id
        join merchants.merchants m on m.merchant_id = p.merchant_id
        where p.merchant_id = :merchant and p.deal_id = :deal and p.photo_id = :photo
          and (not :public::boolean or (m.status = 'approved' and d.status <> 'draft'))
        """,
        merchant=merchant_id,
        deal=deal_id,
        photo=photo_id,
        public=public,
    )
    if found is None:
        raise NotFound
    return found


async def _hold(db: Db, merchant_id: UUID, deal_id: UUID) -> None:
    """One at a time changes the photos of a deal."""
    if not await db.run(
        "select from deals.deals where merchant_id = :merchant and deal_id = :deal for no key update",
        merchant=merchant_id,
        deal=deal_id,
    ):
        raise NotFound
