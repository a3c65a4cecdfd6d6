"""Sweeps: pending points become active, old points expire. Each batch is one transaction; running twice changes nothing more."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.jobs import every_minute

MOST = 500  # lots looked at in one batch


class Holder(msgspec.Struct, frozen=True):
    """A member with lots whose time has come."""

    merchant_id: UUID
    holder_id: UUID


@every_minute
async def activate(db: Db) -> int:
    """Let pending points be spent once their time has come; how many lots. What a member owes is paid from them first."""
    due = await db.all(
        Holder,
        """
        with due as (
          select distinct merchant_id, person_id from (
            select merchant_id, person_id from ledger.lots where state = 'pending' and pending_until <= :now limit :most) as d
        ), opened as (
          insert into ledger.accounts (merchant_id, holder_id, kind, unit)
          select merchant_id, person_id, 'active', 'points' from due order by merchant_id, person_id on conflict do nothing
        )
        select merchant_id, person_id as holder_id from due
        """,
        now=clock.now(),
        most=MOST,
    )
    held = await _hold(db, due)
    if not held:
        return 0
    return await db.run(
        """
        with held as (
          select * from unnest(:merchants::uuid[], :people::uuid[]) as h(merchant_id, person_id)
        ), due as (
          select l.merchant_id, l.person_id, l.lot_id, l.remaining from ledger.lots l
          join held h on h.merchant_id = l.merchant_id and h.person_id = l.person_id
          where l.unit = 'points' and l.state = 'pending' and l.pending_until <= :now
        ), sums as (
          select merchant_id, person_id, sum(remaining)::bigint as amount from due group by merchant_id, person_id
        ), given as (
          update ledger.accounts a set balance = a.balance - s.amount from sums s
          where a.merchant_id = s.merchant_id and a.holder_id = s.person_id and a.kind = 'pending' and a.unit = 'points'
        ), got as (
          update ledger.accounts a set balance = a.balance + s.amount from sums s
          where a.merchant_id = s.merchant_id and a.holder_id = s.person_id and a.kind = 'active' and a.unit = 'points'
          returning a.merchant_id, a.holder_id, old.balance as before
        ), owing as (
          select d.*, least(d.remaining, greatest(0, -g.before - (sum(d.remaining) over (
              partition by d.merchant_id, d.person_id order by d.lot_id) - d.remaining)))::bigint as owed
          from due d join got g on g.merchant_id = d.merchant_id and g.holder_id = d.person_id
        ), lots as (
          update ledger.lots l set state = case when o.owed = o.remaining then 'closed' else 'active' end, remaining = l.remaining - o.owed
          from owing o where l.merchant_id = o.merchant_id and l.lot_id = o.lot_id
        )
        insert into ledger.transfers (merchant_id, from_holder, from_kind, to_holder, to_kind, unit, amount, reason, lot_id, at)
        select merchant_id, person_id, 'pending', person_id, 'active', 'points', remaining, 'activated', lot_id, :now from due
        """,
        merchants=[holder.merchant_id for holder in held],
        people=[holder.holder_id for holder in held],
        now=clock.now(),
    )


@every_minute
async def expire(db: Db) -> int:
    """Close active lots past their day; how many."""
    due = await db.all(
        Holder,
        """
        select distinct merchant_id, person_id as holder_id from (
          select merchant_id, person_id from ledger.lots where state = 'active' and expires_at <= :now limit :most) as d
        """,
        now=clock.now(),
        most=MOST,
    )
    held = await _hold(db, due)
    return await expire_of(db, held) if held else 0


async def expire_of(db: Db, held: Sequence[Holder]) -> int:
    """Close the overdue lots of members whose accounts are locked; how many."""
    return await db.run(
        """
        with held as (
          select * from unnest(:merchants::uuid[], :people::uuid[]) as h(merchant_id, person_id)
        ), due as (
          select l.merchant_id, l.person_id, l.lot_id, l.remaining from ledger.lots l
          join held h on h.merchant_id = l.merchant_id and h.person_id = l.person_id
          where l.unit = 'points' and l.state = 'active' and l.expires_at <= :now
        ), closed as (
          update ledger.lots l set state = 'closed', remaining = 0
          from due d where l.merchant_id = d.merchant_id and l.lot_id = d.lot_id
        ), taken as (
          update ledger.accounts a set balance = a.balance - s.amount
          from (select merchant_id, person_id, sum(remaining)::bigint as amount from due group by merchant_id, person_id) s
          where a.merchant_id = s.merchant_id and a.holder_id = s.person_id and a.kind = 'active' and a.unit = 'points'
        )
        insert into ledger.transfers (merchant_id, from_holder, from_kind, to_holder, to_kind, unit, amount, reason, lot_id, at)
        select merchant_id, person_id, 'active', merchant_id, 'expired', 'points', remaining, 'expired', lot_id, :now from due
        """,
        merchants=[holder.merchant_id for holder in held],
        people=[holder.holder_id for holder in held],
        now=clock.now(),
    )


async def _hold(db: Db, holders: Sequence[Holder]) -> list[Holder]:
    """Lock the accounts of those who are not being changed at this moment; the others' turn comes with the next sweep."""
    if not holders:
        return []
    return await db.all(
        Holder,
        """
        select a.merchant_id, a.holder_id from ledger.accounts a
        join unnest(:merchants::uuid[], :people::uuid[]) as h(merchant_id, holder_id)
          on h.merchant_id = a.merchant_id and h.holder_id = a.holder_id
        where a.unit = 'points' and a.kind = 'active' order by a.merchant_id, a.holder_id for no key update of a skip locked
        """,
        merchants=[holder.merchant_id for holder in holders],
        people=[holder.holder_id for holder in holders],
    )
