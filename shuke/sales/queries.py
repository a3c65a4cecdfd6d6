"""How a deal sells: what is free, held, sold and refunded, over time, and the orders, as its merchant sees them."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from shuke.checkout import Status
from shuke.kit import clock
from shuke.kit.cursor import Cursor
from shuke.kit.db import Db

MINUTES, HOURS, DAYS = timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)


class Counts(msgspec.Struct, frozen=True):
    """Units of a deal by what became of them; `free` is None without a stock. `revenue` is what was paid and did not go back."""

    free: int | None
    held: int
    waiting: int
    sold: int
    refunded: int
    revenue: int
    buyers: int


class Step(msgspec.Struct, frozen=True):
    """Units that were sold in one span of time, from `at` on."""

    at: datetime
    units: int
    amount: int


class Sales(msgspec.Struct, frozen=True):
    """Counts now and the sale over time; each step is `step_seconds` long, steps without a sale are left out."""

    counts: Counts
    currency: str
    step_seconds: int
    steps: list[Step]


class MerchantOrder(msgspec.Struct, frozen=True):
    """An order in the merchant's list. `name` is there where the buyer is a member, empty otherwise."""

    order_id: UUID
    name: str
    quantity: int
    amount: int
    refunded: int
    currency: str
    status: Status
    at: datetime


async def counts_of(db: Db, merchant_id: UUID, deal_id: UUID) -> Counts:
    """What became of a deal's units up to now."""
    counts = await db.one(
        Counts,
        """
        select (select coalesce(s.free, d.stock) from deals.deals d left join checkout.stocks s using (merchant_id, deal_id)
            where d.merchant_id = :merchant and d.deal_id = :deal) as free,
          coalesce(sum(quantity) filter (where status = 'held'), 0)::bigint as held,
          count(*) filter (where status = 'waiting') as waiting,
          coalesce(sum(quantity) filter (where status in ('paid', 'fulfilled')), 0)::bigint as sold,
          coalesce(sum(quantity) filter (where status = 'refunded'), 0)::bigint as refunded,
          coalesce(sum(amount - refunded) filter (where status in ('paid', 'fulfilled')), 0)::bigint as revenue,
          count(distinct person_id) filter (where status in ('paid', 'fulfilled')) as buyers
        from checkout.orders where merchant_id = :merchant and deal_id = :deal
        """,
        merchant=merchant_id,
        deal=deal_id,
    )
    assert counts is not None
    return counts


async def sales_of(db: Db, merchant_id: UUID, deal_id: UUID, currency: str) -> Sales:
    """A deal's sale as it stands; the finer, the shorter it runs."""
    counts = await counts_of(db, merchant_id, deal_id)
    first = await db.value(
        datetime,
        "select at from checkout.orders where merchant_id = :merchant and deal_id = :deal order by order_id limit 1",
        merchant=merchant_id,
        deal=deal_id,
    )
    ran = clock.now() - first if first else timedelta()
    step = MINUTES if ran < timedelta(hours=6) else HOURS if ran < timedelta(days=7) else DAYS
    return Sales(counts, currency, int(step.total_seconds()), await _steps(db, merchant_id, deal_id, step))


async def _steps(db: Db, merchant_id: UUID, deal_id: UUID, step: timedelta) -> list[Step]:
    return await db.all(
        Step,
        """
        select date_bin(:step, at, timestamptz '2020-01-01') as at, sum(quantity)::bigint as units, sum(amount)::bigint as amount
        from checkout.orders
        where merchant_id = :merchant and deal_id = :deal and status in ('paid', 'fulfilled', 'refunded')
        group by 1 order by 1 desc limit 200
        """,
        merchant=merchant_id,
        deal=deal_id,
        step=step,
    )


async def merchant_orders(
    db: Db, merchant_id: UUID, deal_id: UUID, before: Cursor | None = None, most: int = 50
) -> list[MerchantOrder]:
    """Orders of a deal, the newest first; the next page begins before the last one of this."""
    return await db.all(
        MerchantOrder,
        """
        select o.order_id, case when m.person_id is null then '' else p.name end as name, o.quantity, o.amount, o.refunded, o.currency,
          o.status, o.at
        from checkout.orders o
        left join cards.memberships m on m.merchant_id = o.merchant_id and m.person_id = o.person_id and m.left_at is null
        left join people.people p on p.person_id = m.person_id
        where o.merchant_id = :merchant and o.deal_id = :deal and (:before::uuid is null or o.order_id < :before)
        order by o.order_id desc limit :most
        """,
        merchant=merchant_id,
        deal=deal_id,
        before=before.row_id if before else None,
        most=most,
    )
