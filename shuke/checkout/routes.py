"""JSON API of a buyer's orders."""

from typing import Annotated
from uuid import UUID, uuid4

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, Parameter

from shuke.checkout.buyer import Taker, cancel_order, own_order, pay
from shuke.checkout.line import Lines, Place, place_of
from shuke.checkout.queries import orders_of, sold_of
from shuke.checkout.types import NewOrder, Order, OrderCall, OrderLine, Sold
from shuke.kit.answers import once
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.kit.web import AnyRequest, phone_of, provide_raw, resource
from shuke.payments import Payment, payments_for
from shuke.people import Viewer, signed_in


class OrderPage(msgspec.Struct, frozen=True):
    """An order with its place in line, the attempts to pay it, and the vouchers that were sold with it."""

    order: Order
    line: Place | None
    payments: list[Payment]
    sold: list[Sold]


class Orders(msgspec.Struct, frozen=True):
    """A page of orders; `next` is the cursor of the following one."""

    orders: list[OrderLine]
    next: str | None


class NewPayment(msgspec.Struct, frozen=True):
    """How to pay: `bank`, `wechat`, `alipay` or `stripe`, as far as this installation has them."""

    provider: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


@post("/orders", guards=[signed_in], summary="Order a deal")
async def create_order(
    request: AnyRequest, viewer: NamedDependency[Viewer], key: NamedDependency[str | None], data: JSONBody[NewOrder]
) -> Order:
    """Its units are held until `hold_until`; in a flash sale whose stock is taken but not yet paid you stand in line (`waiting`, with
    your place). Refusals: not_found, deal_not_on, not_yet, over, sold_out, limit_reached, already_in_line,
    too_many (orders not paid yet), idempotency_key_reused."""
    call = OrderCall(data.merchant_id, data.deal_id, viewer.person_id, data.quantity, key or str(uuid4()))
    return await resource(request, Taker)(call)


@get("/orders", guards=[signed_in], summary="My orders, the newest first")
async def list_orders(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    cursor: FromQuery[str | None] = None,
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
) -> Orders:
    """Over all merchants. Refusals: cursor_unreadable."""
    rows = await orders_of(db, viewer.person_id, read_cursor(cursor), limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    return Orders(rows[:limit], Cursor(last.at, last.order_id).text if last else None)


@get("/orders/{merchant_id:uuid}/{order_id:uuid}", guards=[signed_in], summary="One of my orders")
async def get_order(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    order_id: FromPath[UUID],
) -> OrderPage:
    """As it stands now. Refusals: not_found."""
    order = await own_order(db, viewer.person_id, merchant_id, order_id)
    line = await place_of(resource(request, Lines), order)
    payments = await payments_for(db, merchant_id, "order", order_id)
    return OrderPage(order, line, payments, await sold_of(db, merchant_id, order_id))


@post("/orders/{merchant_id:uuid}/{order_id:uuid}/payments", guards=[signed_in], summary="Pay an order")
async def create_payment(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    merchant_id: FromPath[UUID],
    order_id: FromPath[UUID],
    data: JSONBody[NewPayment],
) -> Payment:
    """A new attempt, also beside one that is under way: what is paid twice goes back by itself. Called by a phone's
    browser, it opens WeChat or Alipay there. Refusals: not_found, not_payable, deal_not_on, too_many (attempts at once), provider_off,
    amount_unpayable, idempotency_key_reused."""

    async def work() -> Payment:
        return await pay(db, viewer.person_id, merchant_id, order_id, data.provider, phone_of(request))

    return await once(db, viewer.person_id, key, await provide_raw(request), Payment, work)


@post("/orders/{merchant_id:uuid}/{order_id:uuid}/cancellation", guards=[signed_in], summary="Cancel an unpaid order")
async def create_cancellation(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], order_id: FromPath[UUID]
) -> Order:
    """What was held goes back to the stock; in line: you leave it. Refusals: not_found, order_is_paid."""
    return await cancel_order(db, viewer.person_id, merchant_id, order_id)


routes = Router(
    "/api/v1",
    route_handlers=[create_order, list_orders, get_order, create_payment, create_cancellation],
    tags=["orders"],
)
