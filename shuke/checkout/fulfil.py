"""Paying and fulfilling: captured money is held for its order, and becomes vouchers; what can't goes back by itself."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.checkout.release import take_back
from shuke.checkout.types import Order, OrderFulfilled, OrderPaid
from shuke.kit import clock
from shuke.kit.batch import rounds
from shuke.kit.db import Db
from shuke.kit.events import record_all
from shuke.ledger import Account, Move, move
from shuke.payments import PaymentCaptured, RefundWish, refund
from shuke.vouchers import IssueCall, Issued, issue


class _Filling(msgspec.Struct, frozen=True):
    """A paid order and what its deal gives."""

    order_id: UUID
    deal_id: UUID
    person_id: UUID
    group_id: UUID | None
    payment_id: UUID
    amount: int
    currency: str
    template_id: UUID
    vouchers: int
    uses: int


async def settle(db: Db, events: Sequence[PaymentCaptured]) -> None:
    """Hold the money of orders; a group's waits for the group, any other is fulfilled. Money that no order waits for any more,
    because it was released or paid before, goes back by itself."""
    for some in rounds(events, lambda event: (event.merchant_id, event.reference)):
        await _settle(db, some)


async def _settle(db: Db, events: Sequence[PaymentCaptured]) -> None:
    """One payment of each order."""
    paid = {order.order_id: order for order in await _hold(db, events)}
    wanted = [event for event in events if event.reference in paid]
    orders = [paid[event.reference] for event in wanted]
    await move(db, [_to_held(event) for event in wanted])
    await record_all(db, [OrderPaid(o.merchant_id, o.order_id, o.deal_id, o.person_id, o.group_id) for o in orders])
    for merchant_id in dict.fromkeys(order.merchant_id for order in orders):
        await fulfil(db, merchant_id, [o.order_id for o in orders if o.merchant_id == merchant_id and o.group_id is None])
    for event in events:
        if event.reference not in paid:
            await _send_back(db, event)


def _to_held(event: PaymentCaptured) -> Move:
    received, held = Account(event.merchant_id, "received"), Account(event.merchant_id, "held")
    return Move(event.merchant_id, received, held, event.currency, event.amount, "order_paid", event.reference)


async def _hold(db: Db, events: Sequence[PaymentCaptured]) -> list[Order]:
    """The orders that waited for this money, paid now."""
    return await db.all(
        Order,
        """
        with captured as (
          select * from unnest(:merchants::uuid[], :orders::uuid[], :payments::uuid[], :amounts::bigint[], :currencies::text[])
            as c(merchant_id, order_id, payment_id, amount, currency)
        ), paid as (
          update checkout.orders o set status = 'paid', payment_id = c.payment_id, changed_at = :now
          from captured c where o.merchant_id = c.merchant_id and o.order_id = c.order_id and o.status = 'held'
            and o.amount = c.amount and o.currency = c.currency
          returning o.merchant_id, o.order_id, o.deal_id, o.person_id, o.quantity, o.unit_price, o.amount, o.currency, o.status, o.hold_until,
            o.group_id, o.payment_id, o.refunded, o.why, o.number, o.at, o.changed_at, o.request_key
        ), listed as (
          update checkout.person_orders p set status = 'paid' from paid e where p.person_id = e.person_id and p.order_id = e.order_id
        )
        select merchant_id, order_id, deal_id, person_id, quantity, unit_price, amount, currency, status, hold_until, group_id,
          payment_id, refunded, why, number, at, changed_at, request_key from paid
        """,
        merchants=[event.merchant_id for event in events],
        orders=[event.reference for event in events],
        payments=[event.payment_id for event in events],
        amounts=[event.amount for event in events],
        currencies=[event.currency for event in events],
        now=clock.now(),
    )


async def _send_back(db: Db, event: PaymentCaptured) -> None:
    """Captured too late, or for an order that another attempt has paid: the money goes back, once."""
    ours = await db.value(
        int,
        "select 1 from checkout.orders where merchant_id = :merchant and order_id = :order and payment_id = :payment",
        merchant=event.merchant_id,
        order=event.reference,
        payment=event.payment_id,
    )
    if not ours:
        source = Account(event.merchant_id, "received")
        wish = RefundWish(
            event.merchant_id, event.payment_id, event.amount, source, "not_needed", event.reference, f"back:{event.payment_id}"
        )
        await refund(db, wish)


async def fulfil(db: Db, merchant_id: UUID, orders: Sequence[UUID]) -> int:
    """The vouchers of these orders, where they are paid; how many orders have theirs now. What the merchant gives out no more is
    refunded."""
    if not orders:
        return 0
    filling = await _filled(db, merchant_id, orders)
    calls = [
        IssueCall(merchant_id, one.template_id, one.person_id, "purchase", one.order_id)
        for one in filling
        for _voucher in range(one.vouchers)
    ]
    given: dict[UUID, list[UUID]] = {one.order_id: [] for one in filling}
    for call, outcome in zip(calls, await issue(db, calls), strict=True):
        if isinstance(outcome, Issued) and call.reference is not None:
            given[call.reference].append(outcome.voucher_id)
    done = [one for one in filling if len(given[one.order_id]) == one.vouchers]
    await _sell(db, merchant_id, done, given)
    await record_all(db, [OrderFulfilled(merchant_id, one.order_id, one.deal_id, one.person_id, one.group_id) for one in done])
    await _give_money_back(db, merchant_id, [one for one in filling if len(given[one.order_id]) < one.vouchers])
    return len(done)


async def _filled(db: Db, merchant_id: UUID, orders: Sequence[UUID]) -> list[_Filling]:
    return await db.all(
        _Filling,
        """
        with filled as (
          update checkout.orders set status = 'fulfilled', changed_at = :now
          where merchant_id = :merchant and order_id = any(:orders) and status = 'paid'
          returning merchant_id, order_id, deal_id, person_id, group_id, payment_id, quantity, amount, currency
        ), listed as (
          update checkout.person_orders p set status = 'fulfilled' from filled e
          where p.person_id = e.person_id and p.order_id = e.order_id
        )
        select f.order_id, f.deal_id, f.person_id, f.group_id, f.payment_id, f.amount, f.currency, d.template_id,
          f.quantity * d.vouchers_each as vouchers, t.uses
        from filled f
        join deals.deals d on d.merchant_id = f.merchant_id and d.deal_id = f.deal_id
        join vouchers.templates t on t.merchant_id = d.merchant_id and t.template_id = d.template_id
        order by f.order_id
        """,
        merchant=merchant_id,
        orders=list(orders),
        now=clock.now(),
    )


async def _sell(db: Db, merchant_id: UUID, done: Sequence[_Filling], given: dict[UUID, list[UUID]]) -> None:
    """What was paid for each voucher: equal parts of the order's amount; what is left over is spread, one minor unit each."""
    rows = [
        (one, voucher, one.amount // one.vouchers + (number < one.amount % one.vouchers))
        for one in done
        for number, voucher in enumerate(given[one.order_id])
    ]
    if rows:
        await db.run(
            """
            insert into checkout.sold (merchant_id, voucher_id, order_id, deal_id, person_id, amount, uses, uses_held)
            select :merchant, voucher_id, order_id, deal_id, person_id, amount, uses, uses
            from unnest(:vouchers::uuid[], :orders::uuid[], :deals::uuid[], :people::uuid[], :amounts::bigint[], :uses::int[])
              as r(voucher_id, order_id, deal_id, person_id, amount, uses)
            """,
            merchant=merchant_id,
            vouchers=[voucher for _one, voucher, _amount in rows],
            orders=[one.order_id for one, _voucher, _amount in rows],
            deals=[one.deal_id for one, _voucher, _amount in rows],
            people=[one.person_id for one, _voucher, _amount in rows],
            amounts=[amount for _one, _voucher, amount in rows],
            uses=[one.uses for one, _voucher, _amount in rows],
        )


async def _give_money_back(db: Db, merchant_id: UUID, orders: Sequence[_Filling]) -> None:
    """Orders whose vouchers the merchant gives out no more."""
    if not orders:
        return
    await db.run(
        "update checkout.orders set status = 'paid' where merchant_id = :merchant and order_id = any(:orders)",
        merchant=merchant_id,
        orders=[one.order_id for one in orders],
    )
    for order in await take_back(db, merchant_id, [one.order_id for one in orders]):
        assert order.payment_id is not None, "a paid order has its payment"
        source = Account(merchant_id, "held")
        key = f"unfulfilled:{order.order_id}"
        await refund(db, RefundWish(merchant_id, order.payment_id, order.amount, source, "not_given_out", order.order_id, key))
