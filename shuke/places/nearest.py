"""The nearest of what several callers look for, in one statement; and the batches in which they ask."""

from collections.abc import Sequence
from operator import attrgetter

import msgspec

from shuke.kit import clock
from shuke.kit.batch import Batcher
from shuke.kit.db import Database, Db
from shuke.kit.geo import mercator, metres
from shuke.places.cells import Part, around_of, clipped, parts
from shuke.places.types import FARTHEST, After, Found, Near, Ranked, Sought

BEST_OF = 1000  # by score the best of so many nearest
LAST_NAME = "~"  # after every category
A_BATCH = 16  # questions in one statement: more would let each wait for too many others
ORDER = attrgetter("rank", "place_id")


class _Numbered(Ranked, frozen=True):
    """A row, and the number of the question that it answers."""

    number: int


class _Asked(msgspec.Struct, frozen=True):
    """What a question asks of one cell."""

    number: int
    sought: Sought
    part: Part
    x: float
    y: float


class Nearest(Batcher[Sought, Found]):
    """Questions of the same moment are answered together; only such as are soon answered, so that none waits for a large one."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, nearest, each_alone=True, lanes=2, most=A_BATCH)


async def nearest(db: Db, several: Sequence[Sought]) -> list[Found]:
    """What each looks for, in order of distance or score; one statement."""
    found: list[list[_Numbered]] = [[] for _sought in several]
    for row in await _rows(db, [asked for number, sought in enumerate(several) for asked in _asked(number, sought)]):
        found[row.number].append(row)
    return [_page(sought, sorted(rows, key=ORDER)) for sought, rows in zip(several, found, strict=True)]


def _asked(number: int, sought: Sought) -> list[_Asked]:
    wanted = sought.wanted
    box = clipped(sought.box) if sought.box else around_of(wanted.point, min(wanted.radius, FARTHEST))
    x, y = mercator(wanted.point)
    return [_Asked(number, sought, part, x, y) for part in parts(box)]


def _page(sought: Sought, rows: Sequence[_Numbered]) -> Found:
    """Near questions end at their circle on the ground, views at their box."""
    most, point = sought.wanted.most, sought.wanted.point
    radius = None if sought.box else min(sought.wanted.radius, FARTHEST)
    shown = [Near(row, round(metres(point, row.point))) for row in rows[:most]]
    last = rows[most - 1] if len(rows) > most else None
    items = [one for one in shown if radius is None or one.metres <= radius]
    return Found(items, After(last.rank, last.place_id) if last else None)


async def _rows(db: Db, asked: Sequence[_Asked]) -> list[_Numbered]:
    """`found` is what the index gives of a cell by distance, `best` the first of it in the order that is asked for."""
    return await db.all(
        _Numbered,
        """
        select best.place_id, best.merchant_id, best.name, best.names, best.category, best.kind, best.street, best.city, best.zone,
          best.longitude, best.latitude, best.phone, best.website, best.hours_text, best.photo_id, best.price, best.score, best.reviews,
          case when best.offers = 0 then 0
            else (select count(*)::int from unnest(best.deals) as d(during) where during @> :now::timestamptz) end as deals,
          case when q.open_now then true when best.hours is null then null else coalesce(
            (select s.hours @> floor(date_part('epoch', l.clock::time) / 60)::int
             from places.special_days s where s.cell = best.cell and s.place_id = best.place_id and s.day = l.clock::date),
            best.hours @> mod(floor(date_part('epoch', l.clock) / 60)::bigint + 4320, 10080)::int) end as open,
          best.source, best.rank, q.number
        from unnest(:numbers::int[], :cells::bigint[], :wests::float8[], :souths::float8[], :easts::float8[], :norths::float8[],
            :xs::float8[], :ys::float8[], :categories::text[], :lasts::text[], :offers::smallint[], :opens::boolean[], :prices::int[],
            :scores::float8[], :onlys::text[], :by_scores::boolean[], :ranks::float8[], :afters::uuid[], :mosts::int[], :reaches::int[])
          as q(number, cell, west, south, east, north, x, y, category, last, offers, open_now, price, score, among, by_score, rank, after,
            most, reach)
        cross join lateral (
          select found.*, case when q.by_score then -found.score::float8 else found.distance end as rank
          from (
            select p.*, p.spot <-> point(q.x, q.y) as distance
            from places.places p
            cross join lateral (select (:now::timestamptz at time zone p.zone) as clock) as l
            where p.spot <@ box(point(q.west, q.south), point(q.east, q.north)) and p.cell = q.cell
              and p.category between q.category and q.last and p.offers >= q.offers
              and (q.offers = 0 or :now::timestamptz <@ any (p.deals))
              and (not q.open_now or coalesce(
                (select s.hours @> floor(date_part('epoch', l.clock::time) / 60)::int
                 from places.special_days s where s.cell = p.cell and s.place_id = p.place_id and s.day = l.clock::date),
                p.hours @> mod(floor(date_part('epoch', l.clock) / 60)::bigint + 4320, 10080)::int))
              and (q.price is null or p.price <= q.price) and (q.score is null or p.score >= q.score)
              and (q.among is null or p.place_id = any(q.among::uuid[]))
              and (q.rank is null or q.by_score or (p.spot <-> point(q.x, q.y), p.place_id) > (q.rank, q.after))
            order by p.spot <-> point(q.x, q.y), p.place_id limit q.reach
          ) found
          where q.rank is null or not q.by_score or (-found.score::float8, found.place_id) > (q.rank, q.after)
          order by rank, found.place_id limit q.most
        ) best
        cross join lateral (select (:now::timestamptz at time zone best.zone) as clock) as l
        """,
        now=clock.now(),
        **_columns(asked),
    )


def _columns(asked: Sequence[_Asked]) -> dict[str, list[object]]:
    """The questions as the statement takes them: an array for each thing they say."""
    wanted = [one.sought.wanted for one in asked]
    return {
        "numbers": [one.number for one in asked],
        "cells": [one.part.cell for one in asked],
        "wests": [one.part.west for one in asked],
        "souths": [one.part.south for one in asked],
        "easts": [one.part.east for one in asked],
        "norths": [one.part.north for one in asked],
        "xs": [one.x for one in asked],
        "ys": [one.y for one in asked],
        "categories": [one.category for one in wanted],
        "lasts": [one.category or LAST_NAME for one in wanted],
        "offers": [int(one.has_deals) for one in wanted],
        "opens": [one.open_now for one in wanted],
        "prices": [one.price for one in wanted],
        "scores": [one.score for one in wanted],
        "onlys": [None if one.only is None else f"{{{','.join(map(str, one.only))}}}" for one in wanted],
        "by_scores": [one.order == "score" for one in wanted],
        "ranks": [one.after.rank if one.after else None for one in wanted],
        "afters": [one.after.place_id if one.after else None for one in wanted],
        "mosts": [one.most + 1 for one in wanted],
        "reaches": [BEST_OF if one.order == "score" else one.most + 1 for one in wanted],
    }
