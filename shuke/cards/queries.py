"""Reads of the cards room."""

from collections.abc import Sequence
from uuid import UUID

from shuke.cards.types import Member, Membership, Programme, Tier
from shuke.kit.db import Db


async def programme_of(db: Db, merchant_id: UUID) -> Programme | None:
    """A merchant's programme."""
    return await db.one(
        Programme,
        """
        select merchant_id, name, colour, zone, earn_points, earn_per, visit_points, birthday_factor, daily_cap, pending_days,
          expiry_days, refund_policy, tier_basis, tier_days, downgrade, open
        from cards.programmes where merchant_id = :merchant
        """,
        merchant=merchant_id,
    )


async def tiers_of(db: Db, merchant_id: UUID) -> list[Tier]:
    """The steps of a programme, the lowest first."""
    return await db.all(
        Tier,
        "select position, name, threshold, percent_off, points_factor, benefits from cards.tiers where merchant_id = :merchant order by 1",
        merchant=merchant_id,
    )


async def membership_of(db: Db, person_id: UUID, merchant_id: UUID) -> Membership | None:
    """One card of a person."""
    return await db.one(
        Membership,
        """
        select m.merchant_id, b.name as merchant_name, b.tag, b.currency, p.name as programme, p.colour, m.number, m.secret,
          coalesce(t.name, '') as tier, m.tier as tier_position, coalesce(t.percent_off, 0) as percent_off,
          m.joined_at, m.visits, m.spent, a.points, a.points_pending, a.stored, a.bonus
        from cards.memberships m
        join merchants.merchants b on b.merchant_id = m.merchant_id
        join cards.programmes p on p.merchant_id = m.merchant_id
        left join cards.tiers t on t.merchant_id = m.merchant_id and t.position = m.tier
        cross join lateral (
          select coalesce(sum(balance) filter (where kind = 'active'), 0)::bigint as points,
            coalesce(sum(balance) filter (where kind = 'pending'), 0)::bigint as points_pending,
            coalesce(sum(balance) filter (where kind = 'stored'), 0)::bigint as stored,
            coalesce(sum(balance) filter (where kind = 'bonus'), 0)::bigint as bonus
          from ledger.accounts where merchant_id = m.merchant_id and holder_id = m.person_id) a
        where m.merchant_id = :merchant and m.person_id = :person and m.left_at is null
        """,
        merchant=merchant_id,
        person=person_id,
    )


async def cards_of(db: Db, people: Sequence[UUID]) -> dict[UUID, list[Membership]]:
    """All cards of each of these people, the last joined first."""
    return await db.grouped(
        Membership,
        """
        select c.person_id, m.merchant_id, b.name as merchant_name, b.tag, b.currency, p.name as programme, p.colour, m.number, m.secret,
          coalesce(t.name, '') as tier, m.tier as tier_position, coalesce(t.percent_off, 0) as percent_off,
          m.joined_at, m.visits, m.spent, a.points, a.points_pending, a.stored, a.bonus
        from unnest(:people::uuid[]) as asked(person_id)
        cross join lateral (select o.person_id, o.merchant_id, o.joined_at from cards.wallet_cards o
          where o.person_id = asked.person_id order by o.joined_at desc, o.merchant_id limit 200) c
        join cards.memberships m on m.merchant_id = c.merchant_id and m.person_id = c.person_id and m.left_at is null
        join merchants.merchants b on b.merchant_id = m.merchant_id
        join cards.programmes p on p.merchant_id = m.merchant_id
        left join cards.tiers t on t.merchant_id = m.merchant_id and t.position = m.tier
        cross join lateral (
          select coalesce(sum(balance) filter (where kind = 'active'), 0)::bigint as points,
            coalesce(sum(balance) filter (where kind = 'pending'), 0)::bigint as points_pending,
            coalesce(sum(balance) filter (where kind = 'stored'), 0)::bigint as stored,
            coalesce(sum(balance) filter (where kind = 'bonus'), 0)::bigint as bonus
          from ledger.accounts where merchant_id = m.merchant_id and holder_id = m.person_id) a
        order by c.joined_at desc, c.merchant_id
        """,
        people=people,
    )


async def member_of(db: Db, merchant_id: UUID, person_id: UUID) -> Member | None:
    """A member as staff sees her."""
    return await db.one(
        Member,
        """
        select m.merchant_id, m.person_id, m.number, h.name, coalesce(t.name, '') as tier, m.tier as tier_position,
          coalesce(t.percent_off, 0) as percent_off, m.visits, m.spent, m.visited_at, m.joined_at,
          a.points, a.points_pending, a.stored, a.bonus
        from cards.memberships m
        join people.people h on h.person_id = m.person_id
        left join cards.tiers t on t.merchant_id = m.merchant_id and t.position = m.tier
        cross join lateral (
          select coalesce(sum(balance) filter (where kind = 'active'), 0)::bigint as points,
            coalesce(sum(balance) filter (where kind = 'pending'), 0)::bigint as points_pending,
            coalesce(sum(balance) filter (where kind = 'stored'), 0)::bigint as stored,
            coalesce(sum(balance) filter (where kind = 'bonus'), 0)::bigint as bonus
          from ledger.accounts where merchant_id = m.merchant_id and holder_id = m.person_id) a
        where m.merchant_id = :merchant and m.person_id = :person and m.left_at is null
        """,
        merchant=merchant_id,
        person=person_id,
    )


class Bearer(Member, frozen=True):
    """A member with the key of her rotating code, which stays on the server."""

    secret: bytes

    def member(self) -> Member:
        """Without the key."""
        return Member(
            self.merchant_id,
            self.person_id,
            self.number,
            self.name,
            self.tier,
            self.tier_position,
            self.percent_off,
            self.visits,
            self.spent,
            self.visited_at,
            self.joined_at,
            self.points,
            self.points_pending,
            self.stored,
            self.bonus,
        )


async def member_by_number(db: Db, merchant_id: UUID, number: str) -> Bearer | None:
    """The member of a number."""
    return await db.one(
        Bearer,
        """
        select m.merchant_id, m.person_id, m.number, h.name, coalesce(t.name, '') as tier, m.tier as tier_position,
          coalesce(t.percent_off, 0) as percent_off, m.visits, m.spent, m.visited_at, m.joined_at,
          a.points, a.points_pending, a.stored, a.bonus, m.secret
        from cards.memberships m
        join people.people h on h.person_id = m.person_id
        left join cards.tiers t on t.merchant_id = m.merchant_id and t.position = m.tier
        cross join lateral (
          select coalesce(sum(balance) filter (where kind = 'active'), 0)::bigint as points,
            coalesce(sum(balance) filter (where kind = 'pending'), 0)::bigint as points_pending,
            coalesce(sum(balance) filter (where kind = 'stored'), 0)::bigint as stored,
            coalesce(sum(balance) filter (where kind = 'bonus'), 0)::bigint as bonus
          from ledger.accounts where merchant_id = m.merchant_id and holder_id = m.person_id) a
        where m.merchant_id = :merchant and m.number = :number and m.left_at is null
        """,
        merchant=merchant_id,
        number=number,
    )
