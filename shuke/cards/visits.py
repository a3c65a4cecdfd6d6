"""Visits: what a purchase reads from a card and changes on it. The locked membership decides between two tills."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from shuke.cards.earning import Earner
from shuke.kit import clock
from shuke.kit.db import Db


class Noted(msgspec.Struct, frozen=True):
    """What one purchase changes on a card: `paid` in minor units, and the points of the programme's day so far."""

    merchant_id: UUID
    person_id: UUID
    paid: int
    day: date
    first: bool
    earned_today: int


class ArticlePoints(msgspec.Struct, frozen=True):
    """Points that an article brings."""

    merchant_id: UUID
    code: str
    points: int


async def earners(db: Db, members: Sequence[tuple[UUID, UUID]]) -> list[Earner]:
    """The cards of these (merchant, person) with the rules they earn by, locked in one order until the transaction ends."""
    return await db.all(
        Earner,
        """
        with locked as (
          select m.merchant_id, m.person_id, m.tier, m.earned_on, m.earned_today from cards.memberships m
          join (select distinct * from unnest(:merchants::uuid[], :people::uuid[])) as c(merchant_id, person_id)
            on c.merchant_id = m.merchant_id and c.person_id = m.person_id
          where m.left_at is null order by m.merchant_id, m.person_id for no key update of m
        )
        select m.merchant_id, m.person_id, p.zone, p.earn_points, p.earn_per, p.visit_points, p.birthday_factor, p.daily_cap,
          p.pending_days, p.expiry_days, coalesce(t.percent_off, 0)::int as percent_off, coalesce(t.points_factor, 1) as points_factor,
          h.birthday, m.earned_on, m.earned_today
        from locked m
        join cards.programmes p on p.merchant_id = m.merchant_id
        join people.people h on h.person_id = m.person_id
        left join cards.tiers t on t.merchant_id = m.merchant_id and t.position = m.tier
        """,
        merchants=[merchant_id for merchant_id, _person in members],
        people=[person_id for _merchant, person_id in members],
    )


async def article_points(db: Db, articles: Sequence[tuple[UUID, str]]) -> dict[tuple[UUID, str], int]:
    """What these articles bring, where they bring points."""
    if not articles:
        return {}
    found = await db.all(
        ArticlePoints,
        """
        select a.merchant_id, a.code, a.points from cards.article_points a
        join (select distinct * from unnest(:merchants::uuid[], :codes::text[])) as c(merchant_id, code)
          on c.merchant_id = a.merchant_id and c.code = a.code
        """,
        merchants=[merchant_id for merchant_id, _code in articles],
        codes=[code for _merchant, code in articles],
    )
    return {(article.merchant_id, article.code): article.points for article in found}


async def note_purchases(db: Db, noted: Sequence[Noted]) -> None:
    """What was paid, and a visit for the first purchase of a day; each card at most once a call."""
    if not noted:
        return
    await db.run(
        """
        update cards.memberships m set visits = m.visits + n.first::int, spent = m.spent + n.paid,
          visited_at = greatest(m.visited_at, :now), earned_on = n.day, earned_today = n.earned_today
        from unnest(:merchants::uuid[], :people::uuid[], :paid::bigint[], :days::date[], :firsts::boolean[], :earned::bigint[])
          as n(merchant_id, person_id, paid, day, first, earned_today)
        where m.merchant_id = n.merchant_id and m.person_id = n.person_id
        """,
        now=clock.now(),
        merchants=[note.merchant_id for note in noted],
        people=[note.person_id for note in noted],
        paid=[note.paid for note in noted],
        days=[note.day for note in noted],
        firsts=[note.first for note in noted],
        earned=[note.earned_today for note in noted],
    )


async def take_back_visit(db: Db, merchant_id: UUID, person_id: UUID, paid: int, points: int, *, whole: bool) -> None:
    """Undo what a purchase of this day noted; `whole` when it was the only one, so that the visit goes too."""
    await db.run(
        """
        update cards.memberships set visits = greatest(0, visits - :whole::boolean::int), spent = greatest(0, spent - :paid),
          earned_on = case when :whole::boolean then null else earned_on end, earned_today = greatest(0, earned_today - :points)
        where merchant_id = :merchant and person_id = :person
        """,
        whole=whole,
        paid=paid,
        points=points,
        merchant=merchant_id,
        person=person_id,
    )
