"""Pages of the platform's office: an order of any merchant, what the rules allow about it, and refunding it with a reason."""

from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from shuke.checkout import Order, order_of
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.money import Money, parse
from shuke.kit.refusals import NotFound, Refusal, Unreadable
from shuke.kit.web import AnyRequest
from shuke.merchants import merchant_card
from shuke.people import Viewer
from shuke.platform.guards import operator
from shuke.refunds import THINGS, Asker, Part, Rule, Thing, parts_of, refund_order, refund_use, refunds_of, rule_for, uses_of
from shuke.shell import redirect, render
from shuke.shell.filters import money

WHOLE: dict[str, Thing] = {"waiting": "waiting", "held": "held", "paid": "paid"}


class Found(msgspec.Struct, frozen=True):
    """Where an order is."""

    merchant_id: UUID
    order_id: UUID


class Line(msgspec.Struct, frozen=True):
    """A voucher of the order with what may be done: `allowed` when it can be refunded here."""

    part: Part
    thing: str
    says: str
    allowed: bool


@get("/platform/orders", guards=[operator])
async def find_order(
    request: AnyRequest, db: NamedDependency[Db], find: FromQuery[str] = ""
) -> Response[str] | Response[object] | Redirect:
    """By the number of an order or of a payment."""
    wanted = _read(find)
    found = await _find(db, wanted) if wanted else None
    if found is not None:
        return redirect(f"/platform/orders/{found.merchant_id}/{found.order_id}")
    return render(request, "platform/find_order.html", find=find)


@get("/platform/orders/{merchant_id:uuid}/{order_id:uuid}", guards=[operator])
async def show_order(
    request: AnyRequest, db: NamedDependency[Db], merchant_id: FromPath[UUID], order_id: FromPath[UUID]
) -> Response[str]:
    """An order, the rule for each part of it, and what went back."""
    order = await order_of(db, merchant_id, order_id)
    if order is None:
        raise NotFound
    card = await merchant_card(db, merchant_id)
    whole = (
        rule_for("in_group" if order.status == "paid" and order.group_id else WHOLE[order.status], "platform")
        if order.status in WHOLE
        else None
    )
    return render(
        request,
        "platform/order.html",
        order=order,
        shop=card.name if card else "",
        whole=_says(whole) if whole else "",
        whole_allowed=whole is not None and whole.act is not None and whole.act.name == "give_back",
        lines=[_line(part) for part in await parts_of(db, order)],
        uses=await uses_of(db, merchant_id, order_id),
        refunds=await refunds_of(db, merchant_id, order_id),
        amount=lambda minor: money(Money(minor, order.currency)),
    )


@post("/platform/orders/{merchant_id:uuid}/{order_id:uuid}/refund", guards=[operator])
async def refund_on_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    order_id: FromPath[UUID],
) -> Redirect:
    """Refund what was chosen, or one use by agreement (`use`, `amount`), with a reason."""
    form = await request.form()
    order = await order_of(db, merchant_id, order_id)
    if order is None:
        raise NotFound
    asker = Asker("platform", viewer.person_id, reason=str(form.get("reason", "")))
    use = _read(str(form.get("use", "")))
    if use is not None:
        done = await refund_use(db, merchant_id, use, _amount(str(form.get("amount", "")), order), asker)
    else:
        chosen = [one for one in (_read(str(text)) for text in form.getall("voucher", [])) if one is not None]
        if form.get("some") and not chosen:
            raise Refusal("nothing_chosen", _("Choose what you want to have refunded."))
        done = await refund_order(db, merchant_id, order_id, asker, chosen or None)
    said = _("%(amount)s are on their way back to the guest.") % {"amount": money(Money(done.amount, done.currency))}
    return redirect(f"/platform/orders/{merchant_id}/{order_id}", flash=said)


async def _find(db: Db, wanted: UUID) -> Found | None:
    return await db.one(
        Found,
        """
        select merchant_id, reference as order_id from payments.payments where payment_id = :wanted and purpose = 'order'
        union all select merchant_id, order_id from checkout.orders where order_id = :wanted limit 1
        """,
        wanted=wanted,
    )


def _line(part: Part) -> Line:
    rule = rule_for(part.thing, "platform")
    return Line(part, _(THINGS[part.thing]), _says(rule), rule.act is not None and rule.act.name == "unused")


def _says(rule: Rule) -> str:
    """What the rule does or, where it refuses, what to do instead."""
    return _(rule.act.does) if rule.act else _(rule.next)


def _amount(typed: str, order: Order) -> int | None:
    amount = parse(typed, order.currency) if typed.strip() else None
    if typed.strip() and amount is None:
        raise Unreadable("amount_unreadable", _("Write an amount."))
    return amount


def _read(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None


refund_pages = Router("/", route_handlers=[find_order, show_order, refund_on_page], include_in_schema=False)
