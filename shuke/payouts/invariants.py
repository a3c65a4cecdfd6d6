"""What must hold between payouts and the ledger: money that left is a payout that was not sent back."""

from collections.abc import Sequence

from shuke.kit.db import Db


async def invariants(db: Db) -> Sequence[str]:
    """A line for each merchant's books in which the payouts to somebody are not what the ledger paid out to them."""
    return await db.values(
        str,
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
        select format('payouts to %s by %s: %s, the ledger says %s', holder_id, merchant_id, coalesce(p.amount, 0), coalesce(b.amount, 0))
        from paid p full join booked b using (merchant_id, holder_id, unit)
        where coalesce(p.amount, 0) <> coalesce(b.amount, 0) limit 10
        """,
    )
