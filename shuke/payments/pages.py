"""Pages of paying: how a payment stands and what to do next, and the test bank."""

from uuid import UUID

import msgspec
import segno
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from markupsafe import Markup

from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.i18n import gettext as _
from shuke.kit.money import Money
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.web import AnyRequest, resource
from shuke.merchants import merchant_card
from shuke.payments.bank import booked
from shuke.payments.bank_acts import Act, act_at_bank
from shuke.payments.queries import bank_is_on, captures_of, my_payment, own_payment, provider_title, refunds_of
from shuke.payments.types import Payment
from shuke.payments.words import refund_line
from shuke.people import Viewer, signed_in
from shuke.shell import redirect, render


class ActForm(msgspec.Struct, frozen=True):
    """A button of the bank."""

    act: Act


async def _mine(db: Db, viewer: Viewer, merchant_id: UUID, payment_id: UUID) -> Payment:
    payment = await own_payment(db, viewer.person_id, merchant_id, payment_id)
    if payment is None:
        raise NotFound
    return payment


async def _shop(db: Db, payment: Payment) -> str:
    card = await merchant_card(db, payment.merchant_id)
    return card.name if card else ""


def _picture(text: str) -> Markup:
    return Markup(segno.make(text, error="m", micro=False).svg_inline(border=2, omitsize=True)) if text else Markup("")


@get("/pay/{merchant_id:uuid}/{payment_id:uuid}", guards=[signed_in])
async def show_payment(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    payment_id: FromPath[UUID],
) -> Response[str]:
    """What is paid to whom, where to pay it, how it stands at this moment, and what goes back."""
    payment = await _mine(db, viewer, merchant_id, payment_id)
    captures = await captures_of(db, merchant_id, payment_id)
    return render(
        request,
        "payments/payment.html",
        payment=payment,
        closing=payment.open and (payment.why == "cancelled" or payment.until <= clock.now()),
        price=Money(payment.amount, payment.currency),
        shop=await _shop(db, payment),
        way=provider_title(payment.provider),
        picture=_picture(payment.qr),
        surplus=[(Money(one.amount, one.currency), one.surplus) for one in captures if one.surplus],
        refunds=[refund_line(one) for one in await refunds_of(db, merchant_id, payment_id)],
    )


async def _bank_page(request: AnyRequest, db: Db, payment: Payment, refusal: Refusal | None = None) -> Response[str]:
    kept = await booked(db, payment.merchant_id, payment.payment_id)
    if kept is None or not bank_is_on():
        raise NotFound
    return render(
        request,
        "payments/bank.html",
        status=refusal.status if refusal else 200,
        payment=payment,
        kept=kept,
        price=Money(kept.amount, kept.currency),
        shop=await _shop(db, payment),
        refusal=refusal,
    )


@get("/bank/{merchant_id:uuid}/{payment_id:uuid}", guards=[signed_in])
async def show_bank(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    payment_id: FromPath[UUID],
) -> Response[str]:
    """The test bank's page of a payment, with a button for each thing that may happen."""
    return await _bank_page(request, db, await _mine(db, viewer, merchant_id, payment_id))


@post("/bank/{merchant_id:uuid}/{payment_id:uuid}", guards=[signed_in])
async def press_at_bank(
    request: AnyRequest,
    viewer: NamedDependency[Viewer],
    data: URLEncodedBody[ActForm],
    merchant_id: FromPath[UUID],
    payment_id: FromPath[UUID],
) -> Response[str] | Redirect:
    """Do it at the bank, and go back to where one pays."""
    database = resource(request, Database)
    payment = await my_payment(database, viewer.person_id, merchant_id, payment_id)
    try:
        await act_at_bank(database, payment, data.act)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        async with database.read() as db:
            return await _bank_page(request, db, payment, refusal)
    if data.act == "pay_late":
        return redirect(payment.page, flash=_("The test bank will pay some seconds after the time limit."), kind="note")
    return redirect(payment.page if data.act not in ("refuse_refunds", "allow_refunds") else payment.url)


pages = Router("/", route_handlers=[show_payment, show_bank, press_at_bank], include_in_schema=False)
