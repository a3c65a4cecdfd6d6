"""What must hold between payouts and the ledger: money that left is a payout that was not sent back. Looked at every night."""

from shuke.kit.db import Db
from shuke.settlement import LOOKS, Wrong


async def invariants(db: Db) -> list[Wrong]:
    """Each merchant's books in which the payouts to somebody are not what the ledger paid out to them, at most 100."""
    return await db.all(
        Wrong,
        """
        with paid as (
          select merchant_id, coalesce(party_id, merchant_id) as holder_id, currency as unit, sum(amount) as amount
          from payouts.payouts where status <> 'returned' group by 1, 2, 3
        ), booked as (
          select merchant_id, holder_id, unit, sum(amount) as amount from (
            select merchant_id, to_holder as holder_id, unit, amount from ledger.transfers where unit <> 'points' and to_kind = 'paid_out'
            union all
            select merchant_id, from_holder, unit, -amount from ledger.transfers where unit <> 'points' and from_kind = 'paid_out') sides
          group by 1, 2, 3
        )
        select 'paid_out' as name, merchant_id, coalesce(p.amount, 0)::bigint as expected, coalesce(b.amount, 0)::bigint as found
        from paid p full join booked b using (merchant_id, holder_id, unit)
        where coalesce(p.amount, 0) <> coalesce(b.amount, 0) limit 100
        """,
    )


LOOKS.append(invariants)
