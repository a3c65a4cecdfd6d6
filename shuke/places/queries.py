"""Reads of the places room: the nearest, those in a view, one by its id."""

from collections.abc import Sequence
from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.geo import Box, mercator, metres
from shuke.places.cells import around_of, clipped, middle, parts
from shuke.places.types import FARTHEST, After, Found, Near, Place, Ranked, Wanted

BEST_OF = 1000  # by score the best of so many nearest
LAST_NAME = "~"  # after every category


async def near(db: Db, wanted: Wanted) -> Found:
    """What is looked for within the radius, over the ground; one statement."""
    radius = min(wanted.radius, FARTHEST)
    return await _nearest(db, wanted, around_of(wanted.point, radius), radius)


async def within(db: Db, box: Box, wanted: Wanted) -> Found:
    """The same of what a map shows, from `wanted.point` on; views of more than some degrees are cut to their middle."""
    return await _nearest(db, wanted, clipped(box), None)


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


async def _nearest(db: Db, wanted: Wanted, box: Box, radius: float | None) -> Found:
    by_score = wanted.order == "score"
    asked = parts(box)
    x, y = mercator(wanted.point)
    rows = await db.all(
        Ranked,
        """
        select found.place_id, merchant_id, name, names, category, kind, street, city, zone, longitude, latitude, phone, website,
          hours_text, photo_id, price, score, reviews,
          (select count(*)::int from unnest(deals) as d(during) where during @> :now::timestamptz) as deals, open, source,
          case when :by_score::boolean then -score::float8 else distance end as rank
        from unnest(:cells::bigint[], :wests::float8[], :souths::float8[], :easts::float8[], :norths::float8[])
          as part(cell, west, south, east, north)
        cross join lateral (
          select p.*, o.open, p.spot <-> point(:x, :y) as distance
          from places.places p
          cross join lateral (select (:now::timestamptz at time zone p.zone) as clock) as l
          cross join lateral (select case when p.hours is null then null else coalesce(
            (select s.hours @> floor(date_part('epoch', l.clock::time) / 60)::int
             from places.special_days s where s.cell = p.cell and s.place_id = p.place_id and s.day = l.clock::date),
            p.hours @> mod(floor(date_part('epoch', l.clock) / 60)::bigint + 4320, 10080)::int) end as open) as o
          where p.spot <@ box(point(part.west, part.south), point(part.east, part.north)) and p.cell = part.cell
            and p.category between :category and :last and p.offers >= :offers
            and (:offers = 0 or exists (select from unnest(p.deals) as d(during) where during @> :now::timestamptz))
            and (not :open_now::boolean or o.open)
            and (:price::int is null or p.price <= :price) and (:score::float8 is null or p.score >= :score)
            and (:only::uuid[] is null or p.place_id = any(:only))
            and (:rank::float8 is null or :by_score or (p.spot <-> point(:x, :y), p.place_id) > (:rank, :after::uuid))
          order by p.spot <-> point(:x, :y), p.place_id limit :reach
        ) found
        where :rank is null or not :by_score or (-score::float8, place_id) > (:rank, :after)
        order by rank, found.place_id limit :most
        """,
        now=clock.now(),
        cells=[part.cell for part in asked],
        wests=[part.west for part in asked],
        souths=[part.south for part in asked],
        easts=[part.east for part in asked],
        norths=[part.north for part in asked],
        x=x,
        y=y,
        category=wanted.category,
        last=wanted.category or LAST_NAME,
        offers=int(wanted.has_deals),
        open_now=wanted.open_now,
        price=wanted.price,
        score=wanted.score,
        only=wanted.only,
        by_score=by_score,
        rank=wanted.after.rank if wanted.after else None,
        after=wanted.after.place_id if wanted.after else None,
        reach=BEST_OF if by_score else wanted.most + 1,
        most=wanted.most + 1,
    )
    shown = [Near(row, round(metres(wanted.point, row.point))) for row in rows[: wanted.most]]
    last = rows[wanted.most - 1] if len(rows) > wanted.most else None
    items = [one for one in shown if radius is None or one.metres <= radius]
    return Found(items, After(last.rank, last.place_id) if last else None)
