"""Reads of the checkout room."""

from uuid import UUID

from shuke.checkout.types import Order, OrderLine, Sold
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
