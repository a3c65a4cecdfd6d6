"""Reads of the ledger room."""

from uuid import UUID

from shuke.kit.db import Db
from shuke.ledger.types import Balance, PointsMove


async def balance_of(db: Db, merchant_id: UUID, person_id: UUID) -> Balance:
    """A member's points."""
    found = await db.one(
        Balance,
        """
        select coalesce(sum(balance) filter (where kind = 'active'), 0)::bigint as active,
          coalesce(sum(balance) filter (where kind = 'pending'), 0)::bigint as pending
        from ledger.accounts where merchant_id = :merchant and holder_id = :person and unit = 'points'
        """,
        merchant=merchant_id,
        person=person_id,
    )
    return found or Balance(0, 0)


async def moves_of(db: Db, merchant_id: UUID, person_id: UUID, *, most: int = 20) -> list[PointsMove]:
    """How a member's points came and went lately, the newest first."""
    return await db.all(
        PointsMove,
        """
        select transfer_id, from_kind, to_kind, case when to_holder = :person then amount else -amount end as amount, reason, at
        from (
          (select * from ledger.transfers where merchant_id = :merchant and to_holder = :person and unit = 'points'
            order by at desc, transfer_id desc limit :most)
          union
          (select * from ledger.transfers where merchant_id = :merchant and from_holder = :person and unit = 'points'
            order by at desc, transfer_id desc limit :most)
        ) moved order by at desc, transfer_id desc limit :most
        """,
        merchant=merchant_id,
        person=person_id,
        most=most,
    )
