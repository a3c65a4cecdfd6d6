"""Giving back: unpaid orders are released, paid ones taken back; what returns to a stock goes to the head of its line first."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.checkout.types import Order, OrderReleased
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import record_all
from shuke.kit.live import announce_all

MOST = 500  # turns that come at once


class _Locked(msgspec.Struct, frozen=True):
    deal_id: UUID
    free: int
    waiting: int
    hold_seconds: int


class _Hopeless(msgspec.Struct, frozen=True):
    order_id: UUID
    why: str


async def release(db: Db, merchant_id: UUID, orders: Sequence[UUID], why: str) -> list[Order]:
    """End those of these orders that are not paid; the others stay. `why`: lapsed, cancelled, sold_out, stopped, erased."""
    locked = await lock_stocks(db, merchant_id, orders)
    ended = await db.all(
        Order,
        """
        with ended as (
          update checkout.orders set status = 'released', why = :why, changed_at = :now
          where merchant_id = :merchant and order_id = any(:orders) and status in ('waiting', 'held')
          returning merchant_id, order_id, deal_id, person_id, quantity, unit_price, amount, currency, new.status, hold_until, group_id,
            payment_id, refunded, why, number, at, changed_at, request_key, old.status as was
        ), listed as (
          update checkout.person_orders p set status = 'released' from ended e where p.person_id = e.person_id and p.order_id = e.order_id
        ), uncounted as (
          update checkout.buyers b set taken = b.taken - e.units, in_line = case when e.gone then null else b.in_line end
          from (select merchant_id, deal_id, person_id, sum(quantity) as units, bool_or(was = 'waiting') as gone
            from ended group by 1, 2, 3) e
          where b.merchant_id = e.merchant_id and b.deal_id = e.deal_id and b.person_id = e.person_id
        ), counted as (
          update checkout.stocks s set free = s.free + e.units, waiting = s.waiting - e.gone, lapsed = s.lapsed + e.lapsed
          from (select merchant_id, deal_id, coalesce(sum(quantity) filter (where was = 'held'), 0) as units,
              count(*) filter (where was = 'waiting') as gone, count(*) filter (where was = 'held' and :why = 'lapsed') as lapsed
            from ended group by 1, 2) e
          where s.merchant_id = e.merchant_id and s.deal_id = e.deal_id
        )
        select merchant_id, order_id, deal_id, person_id, quantity, unit_price, amount, currency, status, hold_until, group_id,
          payment_id, refunded, why, number, at, changed_at, request_key from ended
        """,
        merchant=merchant_id,
        orders=list(orders),
        why=why,
        now=clock.now(),
    )
    await record_all(
        db, [OrderReleased(merchant_id, one.order_id, one.deal_id, one.person_id, one.group_id, why) for one in ended]
    )
    for deal_id in locked:
        await serve(db, merchant_id, deal_id)
    return ended


async def take_back(db: Db, merchant_id: UUID, orders: Sequence[UUID]) -> list[Order]:
    """Orders that are paid but have no vouchers are refunded from now on; the caller pays their money back from `held`."""
    locked = await lock_stocks(db, merchant_id, orders)
    back = await db.all(
        Order,
        """
        with back as (
          update checkout.orders set status = 'refunded', refunded = amount, changed_at = :now
          where merchant_id = :merchant and order_id = any(:orders) and status = 'paid'
          returning merchant_id, order_id, deal_id, person_id, quantity, unit_price, amount, currency, status, hold_until, group_id,
            payment_id, refunded, why, number, at, changed_at, request_key
        ), listed as (
          update checkout.person_orders p set status = 'refunded' from back e where p.person_id = e.person_id and p.order_id = e.order_id
        ), uncounted as (
          update checkout.buyers b set taken = b.taken - e.units
          from (select merchant_id, deal_id, person_id, sum(quantity) as units from back group by 1, 2, 3) e
          where b.merchant_id = e.merchant_id and b.deal_id = e.deal_id and b.person_id = e.person_id
        ), counted as (
          update checkout.stocks s set free = s.free + e.units
          from (select merchant_id, deal_id, sum(quantity) as units from back group by 1, 2) e
          where s.merchant_id = e.merchant_id and s.deal_id = e.deal_id
        )
        select merchant_id, order_id, deal_id, person_id, quantity, unit_price, amount, currency, status, hold_until, group_id,
          payment_id, refunded, why, number, at, changed_at, request_key from back
        """,
        merchant=merchant_id,
        orders=list(orders),
        now=clock.now(),
    )
    await announce_all(db, [f"person:{one.person_id}" for one in back], "orders")
    for deal_id in locked:
        await serve(db, merchant_id, deal_id)
    return back


async def lock_stocks(db: Db, merchant_id: UUID, orders: Sequence[UUID]) -> list[UUID]:
    """Lock the stocks that these orders took from; their deals."""
    return await db.values(
        UUID,
        """
        select s.deal_id from checkout.stocks s
        where s.merchant_id = :merchant and s.deal_id in (
          select deal_id from checkout.orders where merchant_id = :merchant and order_id = any(:orders))
        order by s.deal_id for no key update
        """,
        merchant=merchant_id,
        orders=list(orders),
    )


async def serve(db: Db, merchant_id: UUID, deal_id: UUID) -> int:
    """Give what is left of a stock to the head of its line, in order; how many have their turn. Who asks for more than is left
    holds up those behind until it is there, or can't come."""
    stock = await db.one(
        _Locked,
        """
        select s.deal_id, s.free, s.waiting, d.hold_seconds
        from checkout.stocks s join deals.deals d on d.merchant_id = s.merchant_id and d.deal_id = s.deal_id
        where s.merchant_id = :merchant and s.deal_id = :deal for no key update of s
        """,
        merchant=merchant_id,
        deal=deal_id,
    )
    if stock is None or not stock.waiting or not stock.free:
        return 0
    turns = await _turns(db, merchant_id, stock)
    await announce_all(db, [f"person:{person}" for person in turns], "orders")
    return len(turns)


async def send_away(db: Db, merchant_id: UUID, deal_id: UUID) -> int:
    """Tell those in line for whom nothing can come any more: all of a stopped deal; once nothing is held unpaid, those who want
    more than is left, from the head to the first who does not. How many; at most so many at once."""
    hopeless = await db.all(
        _Hopeless,
        """
        select order_id, why from (
          select o.order_id, o.number, case when d.status = 'on' then 'sold_out' else 'stopped' end as why,
            bool_or(o.quantity <= s.free) over (order by o.number) and d.status = 'on' as can
          from checkout.stocks s
          join deals.deals d on d.merchant_id = s.merchant_id and d.deal_id = s.deal_id
          join checkout.orders o on o.merchant_id = s.merchant_id and o.deal_id = s.deal_id and o.status = 'waiting'
          where s.merchant_id = :merchant and s.deal_id = :deal order by o.number limit :most) w
        where not can and (why = 'stopped' or not exists (
          select from checkout.orders where merchant_id = :merchant and deal_id = :deal and status = 'held'))
        """,
        merchant=merchant_id,
        deal=deal_id,
        most=MOST,
    )
    if not hopeless:
        return 0
    return len(await release(db, merchant_id, [one.order_id for one in hopeless], hopeless[0].why))


async def _turns(db: Db, merchant_id: UUID, stock: _Locked) -> list[UUID]:
    """The first in line whose units are there hold them from now on; the people."""
    return await db.values(
        UUID,
        """
        with first as (
          select order_id, quantity, number from checkout.orders
          where merchant_id = :merchant and deal_id = :deal and status = 'waiting' order by number limit least(:free, :most::bigint)
        ), turn as (
          update checkout.orders o set status = 'held', hold_until = :now::timestamptz + make_interval(secs => :seconds), changed_at = :now
          from (select order_id, sum(quantity) over (order by number) as upto from first) f
          where o.merchant_id = :merchant and o.order_id = f.order_id and f.upto <= :free and o.status = 'waiting'
          returning o.order_id, o.person_id, o.quantity
        ), listed as (
          update checkout.person_orders p set status = 'held' from turn t where p.person_id = t.person_id and p.order_id = t.order_id
        ), called as (
          update checkout.buyers b set in_line = null from turn t
          where b.merchant_id = :merchant and b.deal_id = :deal and b.person_id = t.person_id
        ), counted as (
          update checkout.stocks s set free = s.free - t.units, waiting = s.waiting - t.n
          from (select coalesce(sum(quantity), 0) as units, count(*) as n from turn) t
          where s.merchant_id = :merchant and s.deal_id = :deal
        )
        select person_id from turn
        """,
        merchant=merchant_id,
        deal=stock.deal_id,
        free=stock.free,
        seconds=stock.hold_seconds,
        most=MOST,
        now=clock.now(),
    )
