"""Tiers: which one a member holds and until when. What she has reached is told by the room that knows her purchases."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db


class TierStanding(msgspec.Struct, frozen=True):
    """The tier that a member holds until `tier_until`, and the one that the last `tier_days` have `reached`."""

    merchant_id: UUID
    person_id: UUID
    tier: int
    tier_until: datetime | None
    reached: int
    downgrade: str
    zone: str
    tier_days: int


class TierChange(msgspec.Struct, frozen=True):
    """From one tier to another, or the same one renewed."""

    merchant_id: UUID
    person_id: UUID
    before: int
    tier: int
    until: datetime | None


def raised(standing: TierStanding) -> TierChange | None:
    """A tier is reached at once, and holds for `tier_days` from then on."""
    return held(standing, standing.reached) if standing.reached > standing.tier else None


def renewed(standing: TierStanding) -> TierChange:
    """What holds when a tier's time is over: the one reached anew, or the old one lowered by the programme's rule.

    never: it stays. step: one tier down. recompute: down to what was reached.
    """
    lowest = {"never": standing.tier, "step": max(0, standing.tier - 1), "recompute": 0}[standing.downgrade]
    return held(standing, max(standing.reached, lowest))


def held(standing: TierStanding, tier: int) -> TierChange:
    """A tier from today on, to the end of a day in the programme's zone; the first one has no end."""
    last = clock.today(standing.zone) + timedelta(days=standing.tier_days)
    until = clock.end_of_day(last, standing.zone) if tier else None
    return TierChange(standing.merchant_id, standing.person_id, standing.tier, tier, until)


async def set_tiers(db: Db, changes: Sequence[TierChange]) -> None:
    """Write tiers, where they have not changed otherwise meanwhile."""
    if not changes:
        return
    await db.run(
        """
        update cards.memberships m set tier = c.tier, tier_until = c.until
        from unnest(:merchants::uuid[], :people::uuid[], :before::smallint[], :tiers::smallint[], :untils::timestamptz[])
          as c(merchant_id, person_id, before, tier, until)
        where m.merchant_id = c.merchant_id and m.person_id = c.person_id and m.tier = c.before
        """,
        merchants=[change.merchant_id for change in changes],
        people=[change.person_id for change in changes],
        before=[change.before for change in changes],
        tiers=[change.tier for change in changes],
        untils=[change.until for change in changes],
    )
