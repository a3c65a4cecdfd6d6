"""Paying and fulfilling: captured money is held for its order, and becomes vouchers; what can't goes back by itself."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.checkout.release import take_back
from shuke.checkout.types import Order, OrderFulfilled, OrderPaid
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import record, record_all
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


async def settle(db: Db, event: PaymentCaptured) -> Order | None:
    """Hold the money of an order; a group's waits for the group, any other is fulfilled. Money that no order waits for any more,
    because it was released or paid before, goes back by itself: None then."""
    order = await db.one(
        Order,
        """
        with paid as (
          update checkout.orders set status = 'paid', payment_id = :payment, changed_at = :now
          where merchant_id = :merchant and order_id = :order and status = 'held' and amount = :amount and currency = :currency
          returning merchant_id, order_id, deal_id, person_id, quantity, unit_price, amount, currency, status, hold_until, group_id,
            payment_id, refunded, why, number, at, changed_at, request_key
        ), listed as (
          update checkout.person_orders p set status = 'paid' from paid e where p.person_id = e.person_id and p.order_id = e.order_id
        )
        select merchant_id, order_id, deal_id, person_id, quantity, unit_price, amount, currency, status, hold_until, group_id,
          payment_id, refunded, why, number, at, changed_at, request_key from paid
        """,
        merchant=event.merchant_id,
        order=event.reference,
        payment=event.payment_id,
        amount=event.amount,
        currency=event.currency,
        now=clock.now(),
    )
    if order is None:
        await _send_back(db, event)
        return None
    received, held = Account(event.merchant_id, "received"), Account(event.merchant_id, "held")
    await move(db, [Move(event.merchant_id, received, held, event.currency, event.amount, "order_paid", event.reference)])
    await record(db, OrderPaid(order.merchant_id, order.order_id, order.deal_id, order.person_id, order.group_id))
    if order.group_id is None:
        await fulfil(db, order.merchant_id, [order.order_id])
    return order


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
    await _give_money_back(db, merchant_id, [one for one in filling if one not in done])
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
    """What was paid for each voucher: equal parts of the order's amount, the last one takes the rest."""
    rows = [
        (one, voucher, one.amount // one.vouchers + (one.amount % one.vouchers if last else 0))
        for one in done
        for voucher, last in zip(given[one.order_id], [*[False] * (one.vouchers - 1), True], strict=True)
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
