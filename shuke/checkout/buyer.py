"""What a buyer does with an order: paying it, leaving the line, cancelling what is not paid."""

from uuid import UUID

from shuke.checkout.queries import order_of
from shuke.checkout.release import release
from shuke.checkout.take import take
from shuke.checkout.types import Order, OrderCall, OrderRefused
from shuke.deals import deal_of
from shuke.kit import clock
from shuke.kit.batch import Batcher
from shuke.kit.db import Database, Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound
from shuke.payments import Payment, Wish, cancel, payments_for, request


class Taker(Batcher[OrderCall, Order]):
    """The one place where this process's orders meet and go to the database together."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, take)


async def own_order(db: Db, person_id: UUID, merchant_id: UUID, order_id: UUID) -> Order:
    """An order of this person's. Refusal: not_found."""
    order = await order_of(db, merchant_id, order_id)
    if order is None or order.person_id != person_id:
        raise NotFound
    return order


async def pay(db: Db, person_id: UUID, merchant_id: UUID, order_id: UUID, provider: str, phone: str = "") -> Payment:
    """An attempt to pay what is held; another one may be under way, and what is paid twice goes back by itself.

    Refusals: not_found, not_payable (in line, lapsed, paid already), deal_not_on (its merchant was suspended, say), provider_off,
    amount_unpayable.
    """
    order = await own_order(db, person_id, merchant_id, order_id)
    if order.status != "held" or order.hold_until is None or order.hold_until <= clock.now():
        raise OrderRefused("not_payable", _not_payable(order), status=order.status)
    deal = await deal_of(db, merchant_id, order.deal_id)
    assert deal is not None, "an order's deal stays"
    if deal.status == "stopped":
        raise OrderRefused("deal_not_on", _("This deal is not sold at the moment."))
    wish = Wish(
        merchant_id,
        person_id,
        "order",
        order_id,
        deal.title,
        order.amount,
        order.currency,
        provider,
        order.hold_until,
        f"/orders/{merchant_id}/{order_id}",
        phone,
    )
    return await request(db, wish)


def _not_payable(order: Order) -> str:
    if order.status == "waiting":
        return _("It is not your turn yet. Nothing is to be paid before.")
    if order.status in ("paid", "fulfilled", "refunded"):
        return _("This order is paid.")
    return _("The time to pay is over. Order again if there is some left.")


async def cancel_order(db: Db, person_id: UUID, merchant_id: UUID, order_id: UUID) -> Order:
    """Give an unpaid order back, or a place in line. Once more is the same. Refusals: not_found, order_is_paid."""
    order = await own_order(db, person_id, merchant_id, order_id)
    await release(db, merchant_id, [order_id], "cancelled")
    order = await own_order(db, person_id, merchant_id, order_id)
    if order.status != "released":
        raise OrderRefused("order_is_paid", _("This order is paid. Ask for a refund on its page."))
    await end_attempts(db, [order])
    return order


async def end_attempts(db: Db, orders: list[Order]) -> None:
    """Close what is under way to pay orders that nobody wants paid any more."""
    for order in orders:
        for attempt in await payments_for(db, order.merchant_id, "order", order.order_id):
            if attempt.open:
                await cancel(db, attempt.merchant_id, attempt.payment_id)
