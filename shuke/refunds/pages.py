"""Pages of buyers: what of an order can come back, and where money on its way is; the rules in words."""

from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from shuke.checkout import Order, order_of
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.web import AnyRequest
from shuke.payments import payment_of, reason_word
from shuke.people import Viewer, anyone, signed_in
from shuke.refunds import words
from shuke.refunds.actions import refund_order
from shuke.refunds.queries import parts_of, returned_of
from shuke.refunds.rules import ACTORS, THINGS, UNUSED, WHO, rule_for
from shuke.refunds.types import Asker
from shuke.shell import redirect, render


async def _own(db: Db, viewer: Viewer, merchant_id: UUID, order_id: UUID) -> Order:
    order = await order_of(db, merchant_id, order_id)
    if order is None or order.person_id != viewer.person_id:
        raise NotFound
    return order


@get("/orders/{merchant_id:uuid}/{order_id:uuid}/refund", guards=[signed_in])
async def show_order_refund(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    order_id: FromPath[UUID],
) -> Response[str]:
    """A part of the order's page: what comes back of it, and where money on its way is; 204 while there is nothing of either."""
    order = await _own(db, viewer, merchant_id, order_id)
    returned = await returned_of(db, merchant_id, order_id)
    parts = await parts_of(db, order) if order.status == "fulfilled" else []
    if not parts and not returned and (order.status != "paid" or order.group_id):
        return Response("", status_code=204)
    paid = await payment_of(db, merchant_id, order.payment_id) if order.payment_id else None
    return render(
        request,
        "refunds/order_refund.html",
        order=order,
        parts=[part for part in parts if rule_for(part.thing, "person").act is UNUSED],
        others=[
            (part, _(words.THING[part.thing]), _(rule_for(part.thing, "person").next))
            for part in parts
            if rule_for(part.thing, "person").act is not UNUSED and part.thing != "ended"
        ],
        returned=[(one, reason_word(one.why), *words.state(one.status)) for one in returned],
        amount=words.written_in(order.currency),
        long=words.how_long(paid.provider if paid else ""),
    )


@post("/orders/{merchant_id:uuid}/{order_id:uuid}/refund", guards=[signed_in])
async def ask_order_refund(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    order_id: FromPath[UUID],
) -> Redirect:
    """Have the chosen vouchers refunded, or all that is unused."""
    await _own(db, viewer, merchant_id, order_id)
    form = await request.form()
    chosen = [_uuid(str(text)) for text in form.getall("voucher", [])]
    if form.get("some") and not chosen:
        raise Refusal("nothing_chosen", _("Choose what you want to have refunded."))
    await refund_order(db, merchant_id, order_id, Asker("person", viewer.person_id), chosen or None)
    return redirect(f"/orders/{merchant_id}/{order_id}", flash=_("Your money is on its way back."))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


@get("/refunds", guards=[anyone])
async def show_rules(request: AnyRequest) -> Response[str]:
    """The rules of refunds, as the code has them."""
    rows = [(_(name), [(_(WHO[actor]), rule_for(thing, actor)) for actor in ACTORS]) for thing, name in THINGS.items()]
    return render(request, "refunds/rules.html", rows=rows)


refund_pages = Router("/", route_handlers=[show_order_refund, ask_order_refund, show_rules], include_in_schema=False)
