"""Scores: what the reviews of a place come to.

score = (WEIGHT x prior + sum of stars) / (WEIGHT + number of reviews). The prior is the mean of all counted reviews of the same
category in the same city, without this place; where the city has fewer than LEAST, of the category's last SAMPLE places anywhere;
NEUTRAL where those have fewer too. Every review counts alike, however old. What is hidden, taken away or whose visit was undone does
not count, nor what somebody wrote who works for the merchant now.
"""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.jobs import every_minute
from shuke.places import set_score

WEIGHT = 8
LEAST = 20
SAMPLE = 1000
NEUTRAL = 3.5
DAY = timedelta(days=1)


class Counted(msgspec.Struct, frozen=True):
    """What counts at a place now."""

    category: str
    city: str
    count: int
    total: int
    prices: dict[str, int]  # how many said which level


class Given(msgspec.Struct, frozen=True):
    """How many reviews, and the sum of their stars."""

    count: int
    total: int


def score_of(count: int, total: int, prior: float) -> float:
    """From 1 to 5 with two digits; 0 where nothing counts."""
    return round((WEIGHT * prior + total) / (WEIGHT + count), 2) if count else 0.0


def price_of(said: Mapping[str, int]) -> int | None:
    """The price level that half of those who said one don't exceed; none where nobody did."""
    levels = sorted(int(level) for level, count in said.items() for _one in range(count))
    return levels[(len(levels) - 1) // 2] if levels else None


async def recount(db: Db, merchant_id: UUID, place_id: UUID) -> None:
    """Count a place's reviews anew. Its row is locked first: two at once follow each other."""
    await db.run(
        """
        insert into reviews.scores as s (merchant_id, place_id, category, city, score, count, total, stars, counted_at)
        select st.merchant_id, st.store_id, case when st.category in ('', 'other') then m.category else st.category end, lower(st.city),
          0, 0, 0, '{}', :now
        from merchants.stores st join merchants.merchants m using (merchant_id)
        where st.merchant_id = :merchant and st.store_id = :place
        on conflict (merchant_id, place_id) do update set category = excluded.category, city = excluded.city,
          counted_at = excluded.counted_at
        """,
        now=clock.now(),
        merchant=merchant_id,
        place=place_id,
    )
    counted = await _count(db, merchant_id, place_id)
    if counted is None:
        return
    score = score_of(counted.count, counted.total, await _prior(db, counted, place_id))
    await db.run(
        "update reviews.scores set score = :score where merchant_id = :merchant and place_id = :place",
        score=score,
        merchant=merchant_id,
        place=place_id,
    )
    await set_score(db, place_id, score, counted.count, price_of(counted.prices))


async def _count(db: Db, merchant_id: UUID, place_id: UUID) -> Counted | None:
    return await db.one(
        Counted,
        """
        with given as (
          select r.overall, r.aspects from reviews.reviews r
          where r.merchant_id = :merchant and r.place_id = :place
            and r.hidden_at is null and r.taken_back_at is null and r.removed_at is null
            and not exists (select from merchants.staff s
              where s.merchant_id = r.merchant_id and s.person_id = r.person_id and s.ended_at is null)
        ), split as (
          select 'overall' as aspect, overall::text as stars from given
          union all select a.key, a.value from given, jsonb_each_text(given.aspects) a
        ), stars as (
          select aspect, jsonb_object_agg(stars, count) as counts
          from (select aspect, stars, count(*) from split group by aspect, stars) c group by aspect
        )
        update reviews.scores s set count = g.count, total = g.total,
          stars = coalesce((select jsonb_object_agg(aspect, counts) from stars), '{}')
        from (select count(*)::int as count, coalesce(sum(overall), 0)::int as total from given) g
        where s.merchant_id = :merchant and s.place_id = :place
        returning s.category, s.city, s.count, s.total, coalesce(s.stars -> 'price', '{}') as prices
        """,
        merchant=merchant_id,
        place=place_id,
    )


async def _prior(db: Db, counted: Counted, place_id: UUID) -> float:
    """What a place like this is worth before anybody has said anything."""
    nearby = await db.one(
        Given,
        """
        select coalesce(sum(count), 0)::int as count, coalesce(sum(total), 0)::int as total from reviews.scores
        where category = :category and city = :city and place_id <> :place
        """,
        category=counted.category,
        city=counted.city,
        place=place_id,
    )
    if nearby is not None and nearby.count >= LEAST:
        return nearby.total / nearby.count
    anywhere = await db.one(
        Given,
        """
        select coalesce(sum(count), 0)::int as count, coalesce(sum(total), 0)::int as total from (
          select count, total from reviews.scores
          where category = :category and place_id <> :place order by counted_at desc limit :most) s
        """,
        category=counted.category,
        place=place_id,
        most=SAMPLE,
    )
    return anywhere.total / anywhere.count if anywhere is not None and anywhere.count >= LEAST else NEUTRAL


class Due(msgspec.Struct, frozen=True):
    """A place to be counted again."""

    merchant_id: UUID
    place_id: UUID


@every_minute
async def count_daily(db: Db) -> int:
    """Places that were last counted a day ago: the prior moves with the others, and staff comes and goes; how many."""
    due = await db.all(
        Due,
        "select merchant_id, place_id from reviews.scores where counted_at < :before order by counted_at limit 50 for update skip locked",
        before=clock.now() - DAY,
    )
    for place in due:
        await recount(db, place.merchant_id, place.place_id)
    return len(due)
