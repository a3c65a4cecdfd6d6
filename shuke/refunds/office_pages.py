"""Pages of the office: an order with what can be refunded of it, the merchant's refunds, and refunding all of a deal."""

from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from shuke.checkout import order_of
from shuke.deals import deal_of
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.money import parse
from shuke.kit.refusals import NotFound, Refusal, Unreadable
from shuke.kit.web import AnyRequest
from shuke.merchants import Acting, office_page, staff_with
from shuke.payments import reason_word
from shuke.refunds import words
from shuke.refunds.actions import refund_order
from shuke.refunds.deal_runs import refund_all
from shuke.refunds.queries import SURE, merchant_refunds, parts_of, returned_of, runs_of, uses_of
from shuke.refunds.rules import AGREED, GIVE_BACK, UNUSED, rule_for
from shuke.refunds.types import Asker
from shuke.refunds.used import refund_use
from shuke.shell import redirect
from shuke.vouchers import WITHIN

MONEY = [staff_with("money")]
PAGE = 50


@get("/orders/{order_id:uuid}", guards=MONEY)
async def show_order(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], order_id: FromPath[UUID]
) -> Response[str]:
    """An order, its vouchers, their uses, and what went back."""
    order = await order_of(db, acting.merchant_id, order_id)
    if order is None:
        raise NotFound
    deal = await deal_of(db, acting.merchant_id, order.deal_id)
    parts = await parts_of(db, order)
    thing = {"paid": "in_group" if order.group_id else "paid", "fulfilled": "unused"}.get(order.status)
    return office_page(
        request,
        acting,
        "refunds/order.html",
        order=order,
        deal=deal,
        bought=[(part, _(words.THING[part.thing]), rule_for(part.thing, "merchant").act is UNUSED) for part in parts],
        uses=await uses_of(db, acting.merchant_id, order_id),
        open_until=WITHIN + SURE,
        agreed=rule_for("used", "merchant").act is AGREED,
        whole=thing == "paid" and rule_for("paid", "merchant").act is GIVE_BACK,
        in_group=_(rule_for("in_group", "merchant").next) if thing == "in_group" else "",
        returned=[
            (one, reason_word(one.why), *words.state(one.status)) for one in await returned_of(db, acting.merchant_id, order_id)
        ],
        amount=words.written_in(order.currency),
    )


@post("/orders/{order_id:uuid}/refund", guards=MONEY)
async def refund_from_office(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], order_id: FromPath[UUID]
) -> Redirect:
    """Refund what was chosen of an order, with a reason."""
    form = await request.form()
    chosen = [_uuid(str(text)) for text in form.getall("voucher", [])]
    if form.get("some") and not chosen:
        raise Refusal("nothing_chosen", _("Choose what you want to have refunded."))
    asker = Asker("merchant", acting.person_id, reason=str(form.get("reason", "")))
    done = await refund_order(db, acting.merchant_id, order_id, asker, chosen or None)
    said = _("%(amount)s are on their way back to the guest.") % {"amount": words.written_in(done.currency)(done.amount)}
    return redirect(f"/console/{acting.merchant_id}/orders/{order_id}", flash=said)


@post("/redemptions/{redemption_id:uuid}/refund", guards=MONEY)
async def refund_use_from_office(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], redemption_id: FromPath[UUID]
) -> Redirect:
    """Refund a use by agreement: an amount and a reason."""
    form = await request.form()
    typed = str(form.get("amount", "")).strip()
    amount = parse(typed, acting.currency) if typed else None
    if typed and amount is None:
        raise Unreadable("amount_unreadable", _("Write an amount."))
    asker = Asker("merchant", acting.person_id, reason=str(form.get("reason", "")))
    done = await refund_use(db, acting.merchant_id, redemption_id, amount, asker)
    said = _("%(amount)s are on their way back to the guest.") % {"amount": words.written_in(done.currency)(done.amount)}
    return redirect(f"/console/{acting.merchant_id}/orders/{done.order_id}", flash=said)


@get("/refunds", guards=MONEY)
async def show_refunds(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], cursor: FromQuery[str | None] = None
) -> Response[str]:
    """The merchant's refunds, the newest first."""
    found = await merchant_refunds(db, acting.merchant_id, read_cursor(cursor), PAGE)
    return office_page(
        request,
        acting,
        "refunds/refunds.html",
        refunds=[(one, reason_word(one.why), _(words.WHO_ASKED[one.actor]), *words.state(one.status)) for one in found],
        amount=words.written_in(acting.currency),
        next=Cursor(found[-1].at, found[-1].refund_id).text if len(found) == PAGE else "",
        first=cursor is not None,
    )


@get("/deals/{deal_id:uuid}/refund-all", guards=MONEY)
async def show_refund_all(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], deal_id: FromPath[UUID]
) -> Response[str]:
    """A part of the deal's page: how refunding all of it gets on, or the form that starts it; 204 for a draft."""
    deal = await deal_of(db, acting.merchant_id, deal_id)
    if deal is None:
        raise NotFound
    if deal.status == "draft":
        return Response("", status_code=204)
    runs = await runs_of(db, acting.merchant_id, deal_id)
    return office_page(
        request, acting, "refunds/refund_all.html", deal=deal, runs=runs, amount=words.written_in(acting.currency)
    )


@post("/deals/{deal_id:uuid}/refund-all", guards=MONEY)
async def start_refund_all(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], deal_id: FromPath[UUID]
) -> Redirect:
    """Stop the deal and give back all that is unused of it."""
    form = await request.form()
    await refund_all(db, acting.merchant_id, deal_id, Asker("merchant", acting.person_id, "deal", str(form.get("reason", ""))))
    return redirect(
        f"/console/{acting.merchant_id}/deals/{deal_id}",
        flash=_("The deal is stopped; what is unused goes back to the guests now."),
    )


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


office_pages = Router(
    "/console/{merchant_id:uuid}",
    route_handlers=[
        show_order,
        refund_from_office,
        refund_use_from_office,
        show_refunds,
        show_refund_all,
        start_refund_all,
    ],
    include_in_schema=False,
)
