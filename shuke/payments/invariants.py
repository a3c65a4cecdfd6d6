"""What is always true of payments: what the proof and operators look at. Reads only."""

from shuke.kit.db import Db
from shuke.ledger import PROVIDERS, Broken


async def invariants(db: Db) -> list[Broken]:
    """Every place where payments, captures, refunds and the ledger don't agree, at most 100."""
    return await db.all(
        Broken,
        """
        with providers as (
          select * from unnest(:names::text[], :holders::uuid[]) as p(provider, holder_id)
        ), sums as (
          select p.merchant_id, p.payment_id, p.status, p.captured, p.refunded, p.amount,
            (select coalesce(sum(c.amount), 0) from payments.captures c
              where c.merchant_id = p.merchant_id and c.payment_id = p.payment_id and c.currency = p.currency)::bigint as taken,
            (select count(*) from payments.captures c
              where c.merchant_id = p.merchant_id and c.payment_id = p.payment_id and c.surplus = '') as wanted,
            (select coalesce(sum(r.amount), 0) from payments.refunds r
              where r.merchant_id = p.merchant_id and r.payment_id = p.payment_id and r.currency is null)::bigint as asked
          from payments.payments p
        ), flows as (
          select c.merchant_id, w.holder_id, 'clearing' as kind, c.currency as unit, -c.amount as amount
          from payments.captures c join providers w using (provider)
          union all
          select r.merchant_id, w.holder_id, 'clearing', coalesce(r.currency, p.currency), r.amount
          from payments.refunds r join payments.payments p using (merchant_id, payment_id) join providers w using (provider)
          where r.status = 'succeeded'
          union all
          select r.merchant_id, r.merchant_id, 'refunding', coalesce(r.currency, p.currency), r.amount
          from payments.refunds r join payments.payments p using (merchant_id, payment_id) where r.status <> 'succeeded'
        ), booked as (
          select merchant_id, to_holder as holder_id, to_kind as kind, unit, amount from ledger.transfers
          where unit <> 'points' and to_kind in ('clearing', 'refunding')
          union all
          select merchant_id, from_holder, from_kind, unit, -amount from ledger.transfers
          where unit <> 'points' and from_kind in ('clearing', 'refunding')
        ), compared as (
          select kind, merchant_id, holder_id, sum(expected)::bigint as expected, sum(found)::bigint as found from (
            select kind, merchant_id, holder_id, unit, amount as expected, 0 as found from flows
            union all
            select kind, merchant_id, holder_id, unit, 0, amount from booked) as both_sides
          group by kind, merchant_id, holder_id, unit having sum(expected) <> sum(found)
        )
        select 'captured' as name, merchant_id, payment_id as holder_id, taken as expected, captured as found from sums where taken <> captured
        union all
        select 'refunded', merchant_id, payment_id, asked, refunded from sums where asked <> refunded or refunded > captured
        union all
        select 'wanted_captures', merchant_id, payment_id, (status = 'captured')::int::bigint, wanted from sums
        where wanted <> (status = 'captured')::int
        union all
        select kind, merchant_id, holder_id, expected, found from compared
        limit 100
        """,
        names=list(PROVIDERS),
        holders=list(PROVIDERS.values()),
    )
