"""Reads of the checkout room."""

from uuid import UUID

from shuke.checkout.types import Bought, Order, OrderLine, Sold
from shuke.kit.cursor import Cursor
from shuke.kit.db import Db


async def order_of(db: Db, merchant_id: UUID, order_id: UUID) -> Order | None:
    """One order, whoever's."""
    return await db.one(
        Order,
        """
        select merchant_id, order_id, deal_id, person_id, quantity, unit_price, amount, currency, status, hold_until, group_id,
          payment_id, refunded, why, number, at, changed_at, request_key
        from checkout.orders where merchant_id = :merchant and order_id = :order
        """,
        merchant=merchant_id,
        order=order_id,
    )


async def orders_of(db: Db, person_id: UUID, before: Cursor | None = None, most: int = 50) -> list[OrderLine]:
    """A person's orders over all merchants, the newest first; the next page begins before the last one of this."""
    return await db.all(
        OrderLine,
        """
        select merchant_id, order_id, deal_id, title, merchant_name, quantity, amount, currency, status, at
        from checkout.person_orders
        where person_id = :person and (:before::uuid is null or order_id < :before)
        order by order_id desc limit :most
        """,
        person=person_id,
        before=before.row_id if before else None,
        most=most,
    )


async def sold_of(db: Db, merchant_id: UUID, order_id: UUID) -> list[Sold]:
    """The vouchers that were sold with an order, and what has become of their money."""
    return await db.all(
        Sold,
        """
        select merchant_id, voucher_id, order_id, deal_id, person_id, amount, uses, uses_held, uses_refunded, used, refunded
        from checkout.sold where merchant_id = :merchant and order_id = :order order by voucher_id
        """,
        merchant=merchant_id,
        order=order_id,
    )


async def open_order_of(db: Db, person_id: UUID, merchant_id: UUID, deal_id: UUID) -> OrderLine | None:
    """A person's unpaid order of a deal, or her place in its line; the newest."""
    return await db.one(
        OrderLine,
        """
        select merchant_id, order_id, deal_id, title, merchant_name, quantity, amount, currency, status, at
        from checkout.person_orders
        where person_id = :person and merchant_id = :merchant and deal_id = :deal and status in ('waiting', 'held')
        order by order_id desc limit 1
        """,
        person=person_id,
        merchant=merchant_id,
        deal=deal_id,
    )


async def bought_with(db: Db, merchant_id: UUID, order_id: UUID) -> list[Bought]:
    """The vouchers of an order as they are now."""
    return await db.all(
        Bought,
        """
        select case when v.person_id = s.person_id then v.code else '' end as code, t.title,
          case when v.person_id = s.person_id or v.status <> 'issued' then v.status else 'given' end as status,
          v.uses_left, s.uses, v.starts_at, v.ends_at, s.amount, s.refunded
        from checkout.sold s
        join vouchers.vouchers v on v.merchant_id = s.merchant_id and v.voucher_id = s.voucher_id
        join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        where s.merchant_id = :merchant and s.order_id = :order order by s.voucher_id
        """,
        merchant=merchant_id,
        order=order_id,
    )
