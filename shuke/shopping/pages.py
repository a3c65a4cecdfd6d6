"""People's pages: deals of all shops, a merchant's, one deal, buying it, one's orders."""

from urllib.parse import urlencode
from uuid import UUID, uuid4

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Response

from shuke.checkout import (
    MOST_UNITS,
    Lines,
    OrderCall,
    Taker,
    bought_with,
    cancel_order,
    open_order_of,
    orders_of,
    own_order,
    pay,
    place_of,
    status_words,
    why_words,
)
from shuke.deals import Deal, deal_of, deals_around, public_deals, said_by
from shuke.kit import clock
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.money import Money
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.web import AnyRequest, address, phone_of, resource
from shuke.merchants import merchant_card
from shuke.payments import payments_for, providers
from shuke.people import Viewer, anyone, signed_in, viewer_of
from shuke.shell import redirect, render
from shuke.shopping.marks import distances, here_of, sold_out

PAGE = 20
FEW = 10  # left: from here on the page says how many


class BuyForm(msgspec.Struct, frozen=True):
    """How many; `key` makes a second press of the button the same order."""

    quantity: int = 1
    key: str = ""


class PayForm(msgspec.Struct, frozen=True):
    """How to pay."""

    provider: str = ""


@get("/deals", guards=[anyone])
async def deals_around_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    mine: FromQuery[bool] = False,
    after: FromQuery[str] = "",
    longitude: FromQuery[float | None] = None,
    latitude: FromQuery[float | None] = None,
) -> Response[str]:
    """What all shops sell now; for people who hold cards also only what those shops sell. Told where somebody is, also how far away:
    her position is used for this page and not kept."""
    viewer = viewer_of(request)
    of_cards = mine and viewer is not None
    rows = await deals_around(db, read_cursor(after), PAGE + 1, viewer.person_id if of_cards and viewer else None)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    here = here_of(longitude, latitude)
    asked = {"mine": "true"} if of_cards else {}
    asked |= {"longitude": f"{here.longitude:.5f}", "latitude": f"{here.latitude:.5f}"} if here else {}
    following = asked | {"after": Cursor(last.ends_at, last.deal_id).text} if last else {}
    return render(
        request,
        "shopping/around.html",
        frame=_frame(request),
        deals=rows[:PAGE],
        gone=await sold_out(resource(request, Lines), rows[:PAGE]),
        away=await distances(db, rows[:PAGE], here),
        here=here,
        next=f"/deals?{urlencode(following)}" if last else "",
        mine=of_cards,
        known=viewer is not None,
        now=clock.now(),
        money=Money,
    )


@get("/deals/{merchant_id:uuid}", guards=[anyone])
async def deals_page(request: AnyRequest, db: NamedDependency[Db], merchant_id: FromPath[UUID]) -> Response[str]:
    """What a merchant sells now and soon."""
    merchant = await merchant_card(db, merchant_id)
    if merchant is None:
        raise NotFound
    deals = await public_deals(db, merchant_id)
    return render(
        request,
        "shopping/deals.html",
        frame=_frame(request),
        merchant=merchant,
        deals=deals,
        gone=await sold_out(resource(request, Lines), deals),
        now=clock.now(),
        money=Money,
    )


@get("/deals/{merchant_id:uuid}/{deal_id:uuid}", guards=[anyone])
async def deal_page(
    request: AnyRequest, db: NamedDependency[Db], merchant_id: FromPath[UUID], deal_id: FromPath[UUID]
) -> Response[str]:
    """A deal, for everybody; buying it asks to sign in and comes back here."""
    deal = await deal_of(db, merchant_id, deal_id)
    if deal is None or deal.status == "draft":
        raise NotFound
    viewer = viewer_of(request)
    line = await resource(request, Lines).get((merchant_id, deal_id))
    left = deal.stock if line is None else line.free
    return render(
        request,
        "shopping/deal.html",
        frame=_frame(request),
        deal=deal,
        said=await said_by(db, deal),
        left=left,
        queue=line is not None and deal.flash and (line.free == 0 or bool(line.numbers)) and bool(line.held or line.numbers),
        waiting=len(line.numbers) if line else 0,
        most=_most(deal, left),
        few=FEW,
        now=clock.now(),
        key=uuid4().hex,
        mine=await open_order_of(db, viewer.person_id, merchant_id, deal_id) if viewer else None,
        known=viewer is not None,
        site=address(request),
        money=Money,
        ways=await providers(db, deal.currency),
    )


def _frame(request: AnyRequest) -> str:
    """Strangers see the public frame, people their app."""
    return "shell/app.html" if viewer_of(request) else "shell/public.html"


def _most(deal: Deal, left: int | None) -> int:
    """How many one may choose."""
    return max(1, min(deal.per_person or MOST_UNITS, 10, left or 10))


@post("/deals/{merchant_id:uuid}/{deal_id:uuid}/orders", guards=[signed_in])
async def buy(
    request: AnyRequest,
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    deal_id: FromPath[UUID],
    data: URLEncodedBody[BuyForm],
) -> Redirect:
    """On to the order, or back with what speaks against it."""
    deal = f"/deals/{merchant_id}/{deal_id}"
    if not 1 <= data.quantity <= MOST_UNITS:
        return redirect(deal, flash=_("Choose how many."), kind="bad")
    try:
        order = await resource(request, Taker)(
            OrderCall(merchant_id, deal_id, viewer.person_id, data.quantity, data.key[:200] or uuid4().hex)
        )
    except Refusal as refusal:
        if refusal.name == "already_in_line":
            return redirect(f"/orders/{merchant_id}/{refusal.facts['order']}")
        return redirect(deal, flash=refusal.detail, kind="bad")
    return redirect(f"/orders/{merchant_id}/{order.order_id}")


@get("/orders", guards=[signed_in])
async def orders_page(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], cursor: FromQuery[str | None] = None
) -> Response[str]:
    """A person's orders over all merchants."""
    rows = await orders_of(db, viewer.person_id, read_cursor(cursor), PAGE + 1)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return render(
        request,
        "shopping/orders.html",
        orders=rows[:PAGE],
        next=f"/orders?cursor={Cursor(last.at, last.order_id).text}" if last else "",
        first="/orders" if cursor else "",
        words=status_words(),
        money=Money,
    )


@get("/orders/{merchant_id:uuid}/{order_id:uuid}", guards=[signed_in])
async def order_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    order_id: FromPath[UUID],
) -> Response[str]:
    """One order: what is to be done next, and what came of it."""
    order = await own_order(db, viewer.person_id, merchant_id, order_id)
    deal = await deal_of(db, merchant_id, order.deal_id)
    assert deal is not None, "an order's deal stays"
    line = await place_of(resource(request, Lines), order)
    return render(
        request,
        "shopping/order.html",
        order=order,
        deal=deal,
        line=line,
        bought=await bought_with(db, merchant_id, order_id),
        payments=await payments_for(db, merchant_id, "order", order_id),
        ways=await providers(db, order.currency),
        words=status_words(),
        why=why_words().get(order.why, ""),
        pause=5 if line is None or line.place <= 100 else 15 if line.place <= 1000 else 30,
        now=clock.now(),
        money=Money,
    )


@post("/orders/{merchant_id:uuid}/{order_id:uuid}/payments", guards=[signed_in])
async def pay_order(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    order_id: FromPath[UUID],
    data: URLEncodedBody[PayForm],
) -> Redirect:
    """On to the payment's page; an attempt that is under way with the same provider goes on, so that nobody pays twice."""
    await own_order(db, viewer.person_id, merchant_id, order_id)
    for under_way in await payments_for(db, merchant_id, "order", order_id):
        if under_way.open and not under_way.unknown and under_way.provider == data.provider and under_way.until > clock.now():
            return redirect(under_way.page)
    try:
        payment = await pay(db, viewer.person_id, merchant_id, order_id, data.provider, phone_of(request))
    except NotFound:
        raise
    except Refusal as refusal:
        return redirect(f"/orders/{merchant_id}/{order_id}", flash=refusal.detail, kind="bad")
    return redirect(payment.page)


@post("/orders/{merchant_id:uuid}/{order_id:uuid}/cancellation", guards=[signed_in])
async def cancel(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], order_id: FromPath[UUID]
) -> Redirect:
    """Give back what is not paid, or leave the line."""
    try:
        await cancel_order(db, viewer.person_id, merchant_id, order_id)
    except NotFound:
        raise
    except Refusal as refusal:
        return redirect(f"/orders/{merchant_id}/{order_id}", flash=refusal.detail, kind="bad")
    return redirect(f"/orders/{merchant_id}/{order_id}", flash=_("Cancelled. Nothing was charged."))


pages = Router(
    "/",
    route_handlers=[deals_around_page, deals_page, deal_page, buy, orders_page, order_page, pay_order, cancel],
    include_in_schema=False,
)
