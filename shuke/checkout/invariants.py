"""What is always true of orders: what the proof and operators look at. Reads only."""

from shuke.kit.db import Db
from shuke.ledger import Broken


async def invariants(db: Db) -> list[Broken]:
    """Every place where stocks, limits, lines, orders and sold vouchers don't agree, at most 100; `holder_id` is the deal, order or
    buyer. What is held in the ledger is settlement's to look at, which knows what is due.

    stock: free, held and sold units make the initial stock. waiting: the line is as long as its orders. buyers: units are counted as
    they are held, waited for and sold. limits: nobody has more than one person may. own_list: a person's list says what her order
    says. shares: the vouchers of a fulfilled order carry its whole price, what was refunded of them was refunded of it.
    uses: the money used of a voucher is that of its uses. unfulfilled: a paid order waits for a group, or for nothing.
    """
    return [*await _counts(db), *await _money(db)]


async def _counts(db: Db) -> list[Broken]:
    return await db.all(
        Broken,
        """
        with taken as (
          select merchant_id, deal_id, person_id, coalesce(sum(quantity) filter (where status <> 'waiting'), 0) as units,
            count(*) filter (where status = 'waiting') as waiting, sum(quantity) as counted
          from checkout.orders where status in ('waiting', 'held', 'paid', 'fulfilled') group by merchant_id, deal_id, person_id
        ), sums as (
          select merchant_id, deal_id, sum(units) as units, sum(waiting) as waiting from taken group by merchant_id, deal_id
        )
        select 'stock' as name, s.merchant_id, s.deal_id as holder_id, s.initial as expected,
          (s.free + coalesce(t.units, 0))::bigint as found
        from checkout.stocks s left join sums t using (merchant_id, deal_id) where s.free + coalesce(t.units, 0) <> s.initial
        union all
        select 'waiting', s.merchant_id, s.deal_id, coalesce(t.waiting, 0)::bigint, s.waiting
        from checkout.stocks s left join sums t using (merchant_id, deal_id) where s.waiting <> coalesce(t.waiting, 0)
        union all
        select 'buyers', b.merchant_id, b.person_id, coalesce(t.counted, 0)::bigint, b.taken
        from checkout.buyers b left join taken t using (merchant_id, deal_id, person_id) where b.taken <> coalesce(t.counted, 0)
        union all
        select 'limits', b.merchant_id, b.person_id, d.per_person, b.taken
        from checkout.buyers b join deals.deals d using (merchant_id, deal_id) where b.taken > d.per_person
        union all
        select 'own_list', o.merchant_id, o.order_id, 1, 0
        from checkout.orders o join checkout.person_orders p on p.person_id = o.person_id and p.order_id = o.order_id
        where p.status <> o.status
        limit 100
        """,
    )


async def _money(db: Db) -> list[Broken]:
    return await db.all(
        Broken,
        """
        with sold as (
          select merchant_id, order_id, sum(amount)::bigint as amount, sum(refunded)::bigint as refunded
          from checkout.sold group by merchant_id, order_id
        ), used as (
          select merchant_id, voucher_id, coalesce(sum(amount) filter (where returned_at is null), 0)::bigint as amount
          from checkout.uses group by merchant_id, voucher_id
        )
        select 'shares' as name, o.merchant_id, o.order_id as holder_id, o.amount as expected, coalesce(s.amount, 0) as found
        from checkout.orders o left join sold s using (merchant_id, order_id)
        where o.status = 'fulfilled' and coalesce(s.amount, 0) <> o.amount
        union all
        select 'shares', o.merchant_id, o.order_id, o.refunded, s.refunded
        from checkout.orders o join sold s using (merchant_id, order_id) where o.refunded <> s.refunded
        union all
        select 'uses', s.merchant_id, s.voucher_id, s.used, coalesce(u.amount, 0)
        from checkout.sold s left join used u using (merchant_id, voucher_id) where s.used <> coalesce(u.amount, 0)
        union all
        select 'unfulfilled', o.merchant_id, o.order_id, 1, 0 from checkout.orders o where o.status = 'paid' and o.group_id is null
        limit 100
        """,
    )
