"""Putting pictures in, keeping those that something is made with, and letting go of the others."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.jobs import every_minute
from shuke.kit.pictures import remake, shrink
from shuke.kit.refusals import NotFound, Refusal
from shuke.moderation import Thing, check_picture
from shuke.people import PersonErased, exports

LONGEST = 1600
SMALL = 480
MOST_LOOSE = 40  # pictures of one person that are in nothing yet
MOST_AT_ONCE = 9
DAY = timedelta(days=1)


async def add(db: Db, person_id: UUID, content: bytes) -> UUID:
    """Put a picture in. Refusals: photo_too_large, photo_unreadable, too_many_photos, picture_refused."""
    loose = await db.value(
        int, "select count(*) from album.photos where person_id = :person and kept_at is null", person=person_id
    )
    if (loose or 0) >= MOST_LOOSE:
        raise Refusal("too_many_photos", _("You have many photos waiting. Post those first, or try again tomorrow."))
    picture = await asyncio.to_thread(remake, content, LONGEST)
    small = await asyncio.to_thread(shrink, picture.body, SMALL)
    photo_id = uuid4()
    await check_picture(db, person_id, picture.body, Thing("photo", person_id, photo_id))
    await db.run(
        """
        insert into album.photos (person_id, photo_id, content_type, width, height, body, small, at)
        values (:person, :photo, :kind, :width, :height, :body, :small, :now)
        """,
        person=person_id,
        photo=photo_id,
        kind=picture.content_type,
        width=picture.width,
        height=picture.height,
        body=picture.body,
        small=small,
        now=clock.now(),
    )
    return photo_id


async def take_up(db: Db, person_id: UUID, contents: Sequence[bytes]) -> list[UUID]:
    """Put in what came with a form, for something that keeps it; empty fields are passed over. Refusals: those of add,
    too_many_photos beyond nine."""
    given = [content for content in contents if content]
    if len(given) > MOST_AT_ONCE:
        raise Refusal("too_many_photos", _("At most %(most)s photos at once.") % {"most": MOST_AT_ONCE})
    return [await add(db, person_id, content) for content in given]


async def keep(db: Db, person_id: UUID, photos: Sequence[UUID], use_id: UUID) -> None:
    """The thing `use_id` is made with these; said again it is the same. Refusals: not_found for another's or a hidden one,
    too_many_photos beyond nine."""
    if not photos:
        return
    if len(photos) > MOST_AT_ONCE:
        raise Refusal("too_many_photos", _("At most %(most)s photos at once.") % {"most": MOST_AT_ONCE})
    if not photos:
        return
    kept = await db.run(
        """
        update album.photos set kept_at = coalesce(kept_at, :now)
        where person_id = :person and photo_id = any(:photos) and hidden_at is null
        """,
        now=clock.now(),
        person=person_id,
        photos=sorted(set(photos)),
    )
    if kept != len(set(photos)):
        raise NotFound
    await db.run(
        """
        insert into album.uses (person_id, photo_id, use_id) select :person, p, :use from unnest(:photos::uuid[]) p
        on conflict do nothing
        """,
        person=person_id,
        use=use_id,
        photos=sorted(set(photos)),
    )


async def drop(db: Db, person_id: UUID, photos: Sequence[UUID], use_id: UUID) -> None:
    """The thing `use_id` is gone, or shows these no more: they go too, unless another thing is made with them."""
    if not photos:
        return
    await db.run(
        """
        select from album.photos where person_id = :person and photo_id = any(:photos::uuid[]) order by photo_id for update
        """,
        person=person_id,
        photos=list(photos),
    )
    await db.run(
        "delete from album.uses where person_id = :person and photo_id = any(:photos::uuid[]) and use_id = :use",
        person=person_id,
        photos=list(photos),
        use=use_id,
    )
    await db.run(
        """
        delete from album.photos p where person_id = :person and photo_id = any(:photos::uuid[])
          and not exists (select from album.uses u where u.person_id = p.person_id and u.photo_id = p.photo_id)
        """,
        person=person_id,
        photos=list(photos),
    )


async def hide(db: Db, person_id: UUID, photo_id: UUID, *, hidden: bool) -> None:
    """By a decision: nobody loads it any more, or everybody again."""
    await db.run(
        """
        update album.photos set hidden_at = case when :hidden::boolean then :now::timestamptz end
        where person_id = :person and photo_id = :photo
        """,
        hidden=hidden,
        now=clock.now(),
        person=person_id,
        photo=photo_id,
    )


@every_minute
async def sweep(db: Db) -> int:
    """Pictures that nothing was made with for a day; how many."""
    return await db.run(
        """
        delete from album.photos where (person_id, photo_id) in (
          select person_id, photo_id from album.photos where kept_at is null and at < :before order by at limit 500 for update skip locked)
        """,
        before=clock.now() - DAY,
    )


async def forget(db: Db, event: PersonErased) -> None:
    """Who is erased leaves no picture."""
    await db.run("delete from album.photos where person_id = :person", person=event.person_id)


@exports("album.photos")
async def _photos(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        """
        select json_build_object('photo_id', photo_id, 'width', width, 'height', height, 'at', at,
          'address', format('/photos/%s/%s', person_id, photo_id))::text
        from album.photos where person_id = :person order by at
        """,
        person=person_id,
    )
