"""Filter: which members are meant, told by what their membership says; the same for lists and for batches."""

from datetime import datetime
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db


class MemberFilter(msgspec.Struct, frozen=True, omit_defaults=True):
    """Every part that is there must hold. `spent` in minor units; `away_days`: no visit for so long; empty: all members."""

    tier: int | None = None
    joined_from: datetime | None = None
    joined_until: datetime | None = None
    visits: int | None = None
    spent: int | None = None
    away_days: int | None = None
    tag: str | None = None
    scene_id: UUID | None = None


async def count_members(db: Db, merchant_id: UUID, wanted: MemberFilter) -> int:
    """How many members fit."""
    found = await db.value(
        int,
        "select count(*) from cards.memberships m where m.merchant_id = :merchant and cards.fits(m, :wanted::jsonb, :now)",
        merchant=merchant_id,
        wanted=msgspec.to_builtins(wanted),
        now=clock.now(),
    )
    return found or 0
