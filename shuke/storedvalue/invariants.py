"""What must hold for stored value in any installation at any moment. It looks at every row and only reads."""

from shuke.kit.db import Db


async def invariants(db: Db) -> list[str]:
    """Where it does not hold, at most 100 lines.

    A guest's balance is her top-ups less payments plus returns less refunds: by the rows of each, by the journal and in the ledger.
    A top-up's refunds are its parts; a payment's returns are what it says; one code pays once; no purchase is paid beyond its sum.
    """
    return await db.values(
        str,
        """
        with parts as (
          select merchant_id, person_id, pay as stored, bonus from storedvalue.topups where status = 'stored'
          union all select merchant_id, person_id, -stored, -bonus from storedvalue.spends
          union all select merchant_id, person_id, stored, bonus from storedvalue.returns
          union all select merchant_id, person_id, -amount, -lapsed from storedvalue.refunds
        ), rows as (
          select merchant_id, person_id, sum(stored) as stored, sum(bonus) as bonus from parts group by 1, 2
        ), journal as (
          select merchant_id, person_id, sum(stored) as stored, sum(bonus) as bonus from storedvalue.moves group by 1, 2
        ), ledger as (
          select merchant_id, holder_id as person_id, sum(balance) filter (where kind = 'stored') as stored,
            sum(balance) filter (where kind = 'bonus') as bonus
          from ledger.accounts where kind in ('stored', 'bonus') group by 1, 2
        )
        select * from (
          select format('balance of %s at %s: rows %s + %s, journal %s + %s, ledger %s + %s', person_id, merchant_id,
            r.stored, r.bonus, j.stored, j.bonus, l.stored, l.bonus)
          from rows r full join journal j using (merchant_id, person_id) full join ledger l using (merchant_id, person_id)
          where (coalesce(r.stored, 0), coalesce(r.bonus, 0)) <> (coalesce(j.stored, 0), coalesce(j.bonus, 0))
            or (coalesce(r.stored, 0), coalesce(r.bonus, 0)) <> (coalesce(l.stored, 0), coalesce(l.bonus, 0))
          union all
          select format('top-up %s: refunded %s, its parts %s', t.topup_id, t.refunded, coalesce(sum(p.amount), 0))
          from storedvalue.topups t left join storedvalue.refund_parts p using (merchant_id, topup_id)
          group by t.merchant_id, t.topup_id, t.refunded having t.refunded <> coalesce(sum(p.amount), 0)
          union all
          select format('refund %s: %s, its parts %s', r.refund_id, r.amount, coalesce(sum(p.amount), 0))
          from storedvalue.refunds r left join storedvalue.refund_parts p using (merchant_id, refund_id)
          group by r.merchant_id, r.refund_id, r.amount having r.amount <> coalesce(sum(p.amount), 0)
          union all
          select format('payment %s: returned %s + %s, its returns %s + %s', s.spend_id, s.stored_returned, s.bonus_returned,
            coalesce(sum(b.stored), 0), coalesce(sum(b.bonus), 0))
          from storedvalue.spends s left join storedvalue.returns b using (merchant_id, spend_id)
          group by s.merchant_id, s.spend_id, s.stored_returned, s.bonus_returned
          having (s.stored_returned, s.bonus_returned) <> (coalesce(sum(b.stored), 0), coalesce(sum(b.bonus), 0))
          union all
          select format('payment %s took nothing', spend_id) from storedvalue.spends where stored + bonus = 0
          union all
          select format('purchase %s: paid %s from the card, of %s', p.purchase_id, sum(s.stored + s.bonus), p.total - p.discount)
          from storedvalue.spends s join purchases.purchases p using (merchant_id, purchase_id)
          group by p.merchant_id, p.purchase_id, p.total, p.discount having sum(s.stored + s.bonus) > p.total - p.discount
        ) as broken limit 100
        """,
    )
