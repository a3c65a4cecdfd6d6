"""Stamps for purchases of the past by the thousand."""

from datetime import datetime
from uuid import UUID

from shuke.kit.db import Db


async def load_stamps(db: Db, merchant_id: UUID, since: datetime) -> int:
    """A stamp, with the purchase's moment, for each purchase of a member since `since` that has none and that the punch card's rules
    give one for; how many. Rewards come with a member's next stamp."""
    return await db.run(
        """
        with bought as (
          select p.merchant_id, p.person_id, p.purchase_id, p.at from purchases.purchases p
          join stamps.cards c on c.merchant_id = p.merchant_id and c.minimum <= p.total - p.discount
          join cards.memberships m on m.merchant_id = p.merchant_id and m.person_id = p.person_id and m.left_at is null
          where p.merchant_id = :merchant and p.at >= :since and not exists (
            select from purchases.reversals r where r.merchant_id = p.merchant_id and r.purchase_id = p.purchase_id)
        ), holding as (
          insert into stamps.holders (merchant_id, person_id, changed_at)
          select merchant_id, person_id, max(at) from bought group by merchant_id, person_id
          on conflict do nothing
        )
        insert into stamps.stamps (merchant_id, person_id, purchase_id, at)
        select merchant_id, person_id, purchase_id, at from bought order by at
        on conflict (merchant_id, purchase_id) do nothing
        """,
        merchant=merchant_id,
        since=since,
    )
