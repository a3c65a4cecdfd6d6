"""Reads of the ledger room."""

from uuid import UUID

from shuke.kit.db import Db
from shuke.ledger.types import Balance


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
