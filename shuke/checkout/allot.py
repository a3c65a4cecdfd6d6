"""Allotting: who gets what is left, who stands in line and who is refused, decided while the stock's row is locked."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from shuke.checkout.types import Order, OrderCall, OrderRefused
from shuke.kit import ids
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal

MOST_UNPAID = 10  # orders held or waiting in line that one person may have, over all merchants


class Sale(msgspec.Struct, frozen=True):
    """What taking needs of a deal. `free` is what was left of its stock a moment ago, `holding` whether more may come back."""

    merchant_id: UUID
    deal_id: UUID
    title: str
    merchant_name: str
    currency: str
    price: int
    stock: int | None
    starts_at: datetime
    ends_at: datetime
    per_person: int | None
    flash: bool
    hold_seconds: int
    is_on: bool
    free: int | None
    holding: bool


class Stock(msgspec.Struct):
    """A locked stock, counted down as it is given out."""

    merchant_id: UUID
    deal_id: UUID
    initial: int
    free: int
    waiting: int
    next_number: int
    changed: bool = False


class Counted(msgspec.Struct, frozen=True):
    """How many more units a buyer was granted, her order that stands in line, if one does, and how many she has not paid in all."""

    merchant_id: UUID
    deal_id: UUID
    person_id: UUID
    granted: int
    in_line: UUID | None
    unpaid: int


class Pick(msgspec.Struct, frozen=True):
    """An order that is to be written."""

    order: Order
    title: str
    merchant_name: str


def refuse(sale: Sale | None, call: OrderCall, now: datetime) -> Refusal | None:
    """What speaks against a call before anything is locked."""
    if sale is None:
        return NotFound()
    if not sale.is_on:
        return OrderRefused("deal_not_on", _("This deal is not sold at the moment."))
    if sale.starts_at > now:
        return OrderRefused("not_yet", _("This deal has not begun yet."), starts=sale.starts_at.isoformat())
    if sale.ends_at <= now:
        return OrderRefused("over", _("This deal is over."), ended=sale.ends_at.isoformat())
    if sale.per_person is not None and call.quantity > sale.per_person:
        return OrderRefused("limit_reached", _("One person may not buy as many of this."), limit=sale.per_person)
    if sale.free is not None and sale.free <= 0 and not (_has_line(sale, call) and sale.holding):
        return _sold_out(sale.free)
    return None


def allot(
    call: OrderCall, sale: Sale, stock: Stock | None, standing: dict[tuple[UUID, UUID], UUID], holding: set[UUID], now: datetime
) -> Pick | Refusal:
    """Units for this call, a place in line (`standing` says who has one, `holding` whether it leads anywhere), or a refusal."""
    place = number = None
    if stock is not None and (stock.waiting or stock.free < call.quantity):
        mine = standing.get((call.deal_id, call.person_id))
        if mine is not None:
            return already_in_line(mine)
        if not _has_line(sale, call) or not (call.deal_id in holding or stock.waiting):
            return _sold_out(stock.free)
        stock.waiting += 1
        place, number = stock.waiting, stock.next_number
        stock.next_number += 1
    elif stock is not None:
        stock.free -= call.quantity
    price = call.unit_price if call.unit_price is not None else sale.price
    order = Order(
        merchant_id=call.merchant_id,
        order_id=ids.uuid7(),
        deal_id=call.deal_id,
        person_id=call.person_id,
        quantity=call.quantity,
        unit_price=price,
        amount=price * call.quantity,
        currency=sale.currency,
        status="waiting" if number else "held",
        hold_until=None if number else now + timedelta(seconds=sale.hold_seconds),
        group_id=call.group_id,
        payment_id=None,
        refunded=0,
        why="",
        number=number,
        at=now,
        changed_at=now,
        request_key=call.key,
        place=place,
    )
    if stock is not None:
        stock.changed = True
    if number:
        standing[call.deal_id, call.person_id] = order.order_id
    return Pick(order, sale.title, sale.merchant_name)


def already_in_line(order_id: UUID) -> Refusal:
    """One place per person."""
    return OrderRefused("already_in_line", _("You stand in line for this already."), order=str(order_id))


def over_limit() -> Refusal:
    """What a buyer has or waits for is all that one person may have."""
    return OrderRefused("limit_reached", _("You already have as many of this as one person may buy."))


def too_many() -> Refusal:
    """Nobody keeps things from others by holding what she doesn't pay."""
    words = _("You have %(count)s orders that are not paid yet. Pay one, cancel one, or wait until one lapses.")
    return OrderRefused("too_many", words % {"count": MOST_UNPAID}, most=MOST_UNPAID)


def _has_line(sale: Sale, call: OrderCall) -> bool:
    """Flash sales have a line; a group's place is taken at once or not at all."""
    return sale.flash and call.group_id is None


def _sold_out(left: int) -> Refusal:
    if left > 0:
        return OrderRefused("sold_out", _("There are not as many left."), left=left)
    return OrderRefused("sold_out", _("All of this is sold."), left=0)
