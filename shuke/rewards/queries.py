"""Reads of the rewards room."""

from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.rewards.types import Reward


async def rewards_of(db: Db, merchant_id: UUID) -> list[Reward]:
    """What can be taken for points now, the cheapest first; of an approved merchant."""
    return await db.all(
        Reward,
        """
        select r.merchant_id, r.template_id, r.points, t.kind, t.title, t.value, t.gives, t.stock, m.currency
        from rewards.rewards r
        join vouchers.templates t on t.merchant_id = r.merchant_id and t.template_id = r.template_id
        join merchants.merchants m on m.merchant_id = r.merchant_id
        where r.merchant_id = :merchant and m.status = 'approved' and t.status = 'active' and (t.ends_at is null or t.ends_at > :now)
        order by r.points, r.template_id
        """,
        merchant=merchant_id,
        now=clock.now(),
    )
