"""Reads of the ledger room."""

from uuid import UUID

from shuke.kit.db import Db
from shuke.ledger.types import Balance, Broken, PointsMove


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


async def moves_of(db: Db, merchant_id: UUID, person_id: UUID, *, most: int = 20) -> list[PointsMove]:
    """How a member's points came and went lately, the newest first."""
    return await db.all(
        PointsMove,
        """
        select transfer_id, from_kind, to_kind, case when to_holder = :person then amount else -amount end as amount, reason, at
        from (
          (select * from ledger.transfers where merchant_id = :merchant and to_holder = :person and unit = 'points'
            order by at desc, transfer_id desc limit :most)
          union
          (select * from ledger.transfers where merchant_id = :merchant and from_holder = :person and unit = 'points'
            order by at desc, transfer_id desc limit :most)
        ) moved order by at desc, transfer_id desc limit :most
        """,
        merchant=merchant_id,
        person=person_id,
        most=most,
    )


async def invariants(db: Db) -> list[Broken]:
    """What is wrong with the books, nothing if all is well; at most 100 rows. It looks at every row.

    balance: an account holds what its transfers brought less what they took. lots: what is left of a member's lots is her
    balance, and nothing is left of them while she owes. zero_sum: all accounts of a merchant, its own among them, sum to zero.
    """
    return await db.all(
        Broken,
        """
        with moved as (
          select merchant_id, holder_id, kind, unit, sum(amount)::bigint as amount from (
            select merchant_id, to_holder as holder_id, to_kind as kind, unit, amount from ledger.transfers
            union all
            select merchant_id, from_holder, from_kind, unit, -amount from ledger.transfers) as sides
          group by merchant_id, holder_id, kind, unit
        ), mine as (
          select * from moved where kind in ('active', 'pending', 'stored', 'bonus')
        ), lots as (
          select merchant_id, person_id as holder_id, state as kind, unit, sum(remaining)::bigint as amount from ledger.lots
          group by merchant_id, person_id, state, unit
        )
        select 'balance' as name, merchant_id, holder_id, coalesce(m.amount, 0) as expected, coalesce(a.balance, 0) as found
        from mine m full join ledger.accounts a using (merchant_id, holder_id, kind, unit)
        where coalesce(m.amount, 0) <> coalesce(a.balance, 0)
        union all
        select 'lots', merchant_id, holder_id, greatest(coalesce(a.balance, 0), 0), coalesce(l.amount, 0)
        from (select * from lots where kind <> 'closed') l
        full join (select * from ledger.accounts where unit = 'points') a using (merchant_id, holder_id, kind, unit)
        where greatest(coalesce(a.balance, 0), 0) <> coalesce(l.amount, 0)
        union all
        select 'lots', merchant_id, holder_id, 0, amount from lots where kind = 'closed' and amount <> 0
        union all
        select 'zero_sum', merchant_id, merchant_id, 0, (sum(amount))::bigint from (
          select merchant_id, unit, amount from moved where kind not in ('active', 'pending', 'stored', 'bonus')
          union all
          select merchant_id, unit, balance from ledger.accounts) as held
        group by merchant_id, unit having sum(amount) <> 0
        limit 100
        """,
    )
