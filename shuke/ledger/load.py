"""Points earned in the past, from another system: each with its own moment."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from shuke.kit.db import Db


class PastEarning(msgspec.Struct, frozen=True):
    """Points that became active at `at` by `reference`."""

    person_id: UUID
    points: int
    reference: UUID
    at: datetime


async def load_earnings(db: Db, merchant_id: UUID, earnings: Sequence[PastEarning], reason: str) -> None:
    """Give points as `earn` does, at their own moments and without expiry: lots, transfers and balances in one statement."""
    await db.run(
        """
        with given as (
          select uuidv7(at - clock_timestamp()) as lot_id, g.*
          from unnest(:people::uuid[], :points::bigint[], :references::uuid[], :moments::timestamptz[])
            as g(person_id, points, reference, at)
          where points > 0
        ), lots as (
          insert into ledger.lots (merchant_id, lot_id, person_id, state, amount, remaining, reference, at)
          select :merchant, lot_id, person_id, 'active', points, points, reference, at from given
        ), moved as (
          insert into ledger.transfers (merchant_id, transfer_id, from_holder, from_kind, to_holder, to_kind, unit, amount,
            reason, reference, lot_id, at)
          select :merchant, uuidv7(at - clock_timestamp()), :merchant, 'issued', person_id, 'active', 'points', points,
            :reason, reference, lot_id, at from given
        )
        insert into ledger.accounts as a (merchant_id, holder_id, kind, unit, balance)
        select :merchant, person_id, 'active', 'points', sum(points) from given group by person_id order by person_id
        on conflict (merchant_id, holder_id, kind, unit) do update set balance = a.balance + excluded.balance
        """,
        merchant=merchant_id,
        people=[earning.person_id for earning in earnings],
        points=[earning.points for earning in earnings],
        references=[earning.reference for earning in earnings],
        moments=[earning.at for earning in earnings],
        reason=reason,
    )
