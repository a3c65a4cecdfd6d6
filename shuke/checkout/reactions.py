"""What checkout does when others announce something, and what it holds about a person."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.checkout.fulfil import settle
from shuke.checkout.release import release, serve
from shuke.checkout.take import count_stock
from shuke.checkout.types import OrderFulfilled, OrderPaid, OrderReleased
from shuke.deals import DealPublished, DealStopped, StockAdded
from shuke.kit.db import Db
from shuke.kit.events import on, on_many
from shuke.kit.live import announce, announce_all
from shuke.payments import PaymentCaptured, PaymentEnded
from shuke.people import PersonErased, exports

MOST = 500  # orders released at once


class _Unpaid(msgspec.Struct, frozen=True):
    merchant_id: UUID
    order_id: UUID


@on(DealPublished)
async def open_stock(db: Db, event: DealPublished) -> None:
    """Count what is left of the deal from now on."""
    await count_stock(db, [(event.merchant_id, event.deal_id)])


@on(StockAdded)
async def grow_stock(db: Db, event: StockAdded) -> None:
    """More to take: the line first."""
    await count_stock(db, [(event.merchant_id, event.deal_id)])
    await serve(db, event.merchant_id, event.deal_id)


@on(DealStopped)
async def release_unpaid(db: Db, event: DealStopped) -> None:
    """Nothing of a stopped deal is paid any more: its line and its holds end."""
    while True:
        unpaid = await db.values(
            UUID,
            """
            select o.order_id from checkout.orders o join deals.deals d on d.merchant_id = o.merchant_id and d.deal_id = o.deal_id
            where o.merchant_id = :merchant and o.deal_id = :deal and o.status in ('waiting', 'held') and d.status = 'stopped'
            order by o.status desc, o.number desc limit :most
            """,
            merchant=event.merchant_id,
            deal=event.deal_id,
            most=MOST,
        )
        if not unpaid:
            return
        await release(db, event.merchant_id, unpaid, "stopped")


@on_many(PaymentCaptured)
async def hold_money(db: Db, events: Sequence[PaymentCaptured]) -> None:
    """An order's money is held, or goes back when no order waits for it."""
    await settle(db, [event for event in events if event.purpose == "order"])


@on(PaymentEnded)
async def tell_buyer(db: Db, event: PaymentEnded) -> None:
    """The order's page says what to do next."""
    if event.purpose == "order":
        await announce(db, f"person:{event.person_id}", "orders")


@on_many(OrderPaid)
async def show_paid(db: Db, events: Sequence[OrderPaid]) -> None:
    """The order's page follows."""
    await announce_all(db, [f"person:{event.person_id}" for event in events], "orders")


@on_many(OrderFulfilled)
async def show_fulfilled(db: Db, events: Sequence[OrderFulfilled]) -> None:
    """The order's page shows the vouchers."""
    await announce_all(db, [f"person:{event.person_id}" for event in events], "orders")


@on_many(OrderReleased)
async def show_released(db: Db, events: Sequence[OrderReleased]) -> None:
    """The order's page says why it ended."""
    await announce_all(db, [f"person:{event.person_id}" for event in events], "orders")


@on(PersonErased)
async def forget_buyer(db: Db, event: PersonErased) -> None:
    """What an erased person had not paid is released, her list goes; what she paid stays in the merchant's books."""
    unpaid = await db.all(
        _Unpaid,
        """
        select o.merchant_id, o.order_id from checkout.person_orders p
        join checkout.orders o on o.merchant_id = p.merchant_id and o.order_id = p.order_id and o.status in ('waiting', 'held')
        where p.person_id = :person order by o.merchant_id, o.order_id
        """,
        person=event.person_id,
    )
    for merchant_id in sorted({one.merchant_id for one in unpaid}):
        await release(db, merchant_id, [one.order_id for one in unpaid if one.merchant_id == merchant_id], "erased")
    await db.run("delete from checkout.person_orders where person_id = :person", person=event.person_id)


@exports("checkout.orders")
async def _orders(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        """
        select (to_jsonb(o) || jsonb_build_object('title', d.title))::text
        from checkout.orders o join deals.deals d using (merchant_id, deal_id) where o.person_id = :person order by o.order_id
        """,
        person=person_id,
    )


@exports("checkout.person_orders")
async def _own_list(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        "select to_json(p)::text from checkout.person_orders p where person_id = :person order by order_id",
        person=person_id,
    )


@exports("checkout.buyers")
async def _buyers(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(b)::text from checkout.buyers b where person_id = :person order by deal_id", person=person_id
    )


@exports("checkout.sold")
async def _sold(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(s)::text from checkout.sold s where person_id = :person order by voucher_id", person=person_id
    )
