"""Reversing: a refund takes back the points that a purchase earned, as far as the programme's policy goes."""

from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.ledger.actions import hold
from shuke.ledger.sweeps import Holder, expire_of
from shuke.ledger.types import RefundPolicy


async def reverse(db: Db, merchant_id: UUID, person_id: UUID, reference: UUID, policy: RefundPolicy) -> int:
    """Take back what `reference` earned; how many points.

    What is still pending goes always. `pending_only` leaves the rest; `within_balance` takes as much of it as the card has,
    from the lots of this purchase first, then the soonest to expire; `may_go_negative` takes all, and the card owes what is missing.
    """
    await hold(db, merchant_id, person_id)
    await expire_of(db, [Holder(merchant_id, person_id)])
    taken = await db.value(
        int,
        """
        with mine as (
          select lot_id, state, amount, remaining from ledger.lots
          where merchant_id = :merchant and person_id = :person and unit = 'points' and reference = :reference
        ), live as (
          select lot_id, remaining, sum(remaining) over (order by (reference is distinct from :reference), expires_at nulls last, lot_id)
            - remaining as before
          from ledger.lots where merchant_id = :merchant and person_id = :person and unit = 'points' and state = 'active'
        ), owed as (
          select case :policy::text when 'pending_only' then 0
            when 'within_balance' then least(amount, (select coalesce(sum(remaining), 0) from live))
            else amount end::bigint as points
          from (select coalesce(sum(amount), 0) - (select coalesce(sum(t.amount), 0) from ledger.transfers t join mine m on m.lot_id = t.lot_id
              where t.merchant_id = :merchant and t.to_kind = 'expired') as amount from mine where state <> 'pending') as earned
        ), used as (
          select lot_id, 'pending' as kind, remaining as taken from mine where state = 'pending'
          union all
          select lot_id, 'active', least(remaining, points - before)::bigint from live cross join owed where before < points
        ), lots as (
          update ledger.lots l set remaining = l.remaining - u.taken, state = case when l.remaining = u.taken then 'closed' else l.state end
          from used u where l.merchant_id = :merchant and l.lot_id = u.lot_id
        ), gone as (
          select kind, lot_id, taken from used
          union all
          select 'active', null, points - (select coalesce(sum(taken), 0) from used where kind = 'active')::bigint from owed
        ), accounts as (
          update ledger.accounts a set balance = a.balance - g.taken, may_owe = a.may_owe or :policy::text = 'may_go_negative'
          from (select kind, sum(taken)::bigint as taken from gone group by kind) g
          where a.merchant_id = :merchant and a.holder_id = :person and a.kind = g.kind and a.unit = 'points'
        ), moved as (
          insert into ledger.transfers (merchant_id, from_holder, from_kind, to_holder, to_kind, unit, amount, reason, reference, lot_id, at)
          select :merchant, :person, kind, :merchant, 'reversed', 'points', taken, 'refund', :reference, lot_id, :now from gone where taken > 0
        )
        select coalesce(sum(taken), 0)::bigint from gone
        """,
        merchant=merchant_id,
        person=person_id,
        reference=reference,
        policy=policy,
        now=clock.now(),
    )
    return taken or 0
