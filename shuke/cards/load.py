"""Many cards at once, from another system: programmes with tiers, memberships with what was visited and spent."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from shuke.cards.codes import SECRET_BYTES
from shuke.kit import clock, ids
from shuke.kit.db import Db


class LoadedTier(msgspec.Struct, frozen=True):
    """A tier; the first begins at 0."""

    name: str
    threshold: int
    benefits: str = ""


class LoadedProgramme(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant's card with plain rules: one point for each `earn_per` minor units."""

    merchant_id: UUID
    name: str
    colour: str
    zone: str
    earn_per: int
    tiers: tuple[LoadedTier, ...]
    downgrade: str = "step"


class LoadedMember(msgspec.Struct, frozen=True):
    """A member since `joined_at`."""

    person_id: UUID
    joined_at: datetime


class PastVisits(msgspec.Struct, frozen=True):
    """What a member's past purchases add up to; `visits` are days with a purchase, `spent` minor units paid."""

    person_id: UUID
    visits: int
    spent: int
    last_at: datetime


async def load_programmes(db: Db, programmes: Sequence[LoadedProgramme]) -> None:
    """Copy programmes in with their tiers."""
    now = clock.now()
    await db.copy(
        "cards",
        "programmes",
        ("merchant_id", "name", "colour", "zone", "earn_per", "downgrade", "updated_at"),
        [(p.merchant_id, p.name[:80], p.colour, p.zone, p.earn_per, p.downgrade, now) for p in programmes],
    )
    await db.copy(
        "cards",
        "tiers",
        ("merchant_id", "position", "name", "threshold", "benefits"),
        [
            (programme.merchant_id, position, tier.name, tier.threshold, tier.benefits)
            for programme in programmes
            for position, tier in enumerate(programme.tiers)
        ],
    )


async def load_members(db: Db, merchant_id: UUID, members: Sequence[LoadedMember]) -> None:
    """Copy memberships in, each with a number and a secret of its own, and the person's own row."""
    numbers: dict[str, LoadedMember] = {}
    taken = set(
        await db.values(str, "select number from cards.memberships where merchant_id = :merchant", merchant=merchant_id)
    )
    for member in members:
        while (number := ids.new_number()) in numbers or number in taken:
            pass
        numbers[number] = member
    await db.copy(
        "cards",
        "memberships",
        ("merchant_id", "person_id", "number", "secret", "joined_at"),
        [(merchant_id, m.person_id, number, secrets.token_bytes(SECRET_BYTES), m.joined_at) for number, m in numbers.items()],
    )
    await db.copy(
        "cards",
        "wallet_cards",
        ("person_id", "merchant_id", "joined_at"),
        [(member.person_id, merchant_id, member.joined_at) for member in members],
    )


async def add_past_visits(db: Db, merchant_id: UUID, past: Sequence[PastVisits]) -> None:
    """Add past purchases to the members' sums."""
    await db.run(
        """
        update cards.memberships m
        set visits = m.visits + p.visits, spent = m.spent + p.spent, visited_at = greatest(m.visited_at, p.last_at)
        from unnest(:people::uuid[], :visits::int[], :spent::bigint[], :lasts::timestamptz[])
          as p(person_id, visits, spent, last_at)
        where m.merchant_id = :merchant and m.person_id = p.person_id
        """,
        merchant=merchant_id,
        people=[member.person_id for member in past],
        visits=[member.visits for member in past],
        spent=[member.spent for member in past],
        lasts=[member.last_at for member in past],
    )


async def place_in_tiers(db: Db, merchant_id: UUID) -> None:
    """Put every member into the tier that her visits or spending have reached, for as long as the programme says."""
    await db.run(
        """
        update cards.memberships m
        set tier = t.position,
          tier_until = case when p.downgrade <> 'never' then :now::timestamptz + make_interval(days => p.tier_days) end
        from cards.programmes p, cards.tiers t
        where m.merchant_id = :merchant and p.merchant_id = m.merchant_id and t.merchant_id = m.merchant_id and t.position = (
          select max(r.position) from cards.tiers r
          where r.merchant_id = m.merchant_id and r.threshold <= case p.tier_basis when 'visits' then m.visits else m.spent end)
        """,
        merchant=merchant_id,
        now=clock.now(),
    )
