"""Reads of the places room: the nearest, those in a view, one by its id."""

from collections.abc import Sequence
from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.geo import Box
from shuke.places.cells import clipped, middle
from shuke.places.nearest import nearest
from shuke.places.types import Found, Place, Sought, Wanted


async def near(db: Db, wanted: Wanted) -> Found:
    """What is looked for within the radius, over the ground; one statement."""
    [found] = await nearest(db, [Sought(wanted)])
    return found


async def within(db: Db, box: Box, wanted: Wanted) -> Found:
    """The same of what a map shows, from `wanted.point` on; views of more than some degrees are cut to their middle."""
    [found] = await nearest(db, [Sought(wanted, box)])
    return found


async def places_of(db: Db, places: Sequence[UUID]) -> dict[UUID, Place]:
    """These places by their ids, as far as they are in the index."""
    rows = await db.all(
        Place,
        """
        select p.place_id, merchant_id, name, names, category, kind, street, city, zone, longitude, latitude, phone, website,
          hours_text, photo_id, price, score, reviews,
          (select count(*)::int from unnest(deals) as d(during) where during @> :now::timestamptz) as deals,
          case when p.hours is null then null else coalesce(
            (select s.hours @> floor(date_part('epoch', l.clock::time) / 60)::int
             from places.special_days s where s.cell = p.cell and s.place_id = p.place_id and s.day = l.clock::date),
            p.hours @> mod(floor(date_part('epoch', l.clock) / 60)::bigint + 4320, 10080)::int) end as open, source
        from places.places p cross join lateral (select (:now::timestamptz at time zone p.zone) as clock) as l
        where p.place_id = any(:places::uuid[])
        """,
        places=list(places),
        now=clock.now(),
    )
    return {place.place_id: place for place in rows}


async def place_of(db: Db, place_id: UUID) -> Place | None:
    """One place, if it is in the index."""
    return (await places_of(db, [place_id])).get(place_id)


def looking_at(box: Box) -> Wanted:
    """Everything in a view, its middle first."""
    return Wanted(point=middle(clipped(box)))
