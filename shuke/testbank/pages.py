"""Pages of the test bank: a payment there, with a button for each thing that may happen."""

from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from shuke.kit.db import Database, Db
from shuke.kit.i18n import gettext as _
from shuke.kit.money import Money
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.web import AnyRequest, resource
from shuke.merchants import merchant_card
from shuke.payments import Payment, my_payment
from shuke.people import Viewer, signed_in
from shuke.shell import redirect, render
from shuke.testbank.actions import Window
from shuke.testbank.bank import booked, is_on
from shuke.testbank.types import Act


class ActForm(msgspec.Struct, frozen=True):
    """A button of the bank."""

    act: Act


async def _bank_page(request: AnyRequest, db: Db, payment: Payment, refusal: Refusal | None = None) -> Response[str]:
    kept = await booked(db, payment.merchant_id, payment.payment_id)
    if kept is None or not is_on():
        raise NotFound
    card = await merchant_card(db, payment.merchant_id)
    return render(
        request,
        "testbank/bank.html",
        status=refusal.status if refusal else 200,
        payment=payment,
        kept=kept,
        price=Money(kept.amount, kept.currency),
        shop=card.name if card else "",
        refusal=refusal,
    )


@get("/bank/{merchant_id:uuid}/{payment_id:uuid}", guards=[signed_in])
async def show_bank(
    request: AnyRequest,
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    payment_id: FromPath[UUID],
) -> Response[str]:
    """The test bank's page of a payment, with a button for each thing that may happen."""
    database = resource(request, Database)
    payment = await my_payment(database, viewer.person_id, merchant_id, payment_id)
    async with database.read() as db:
        return await _bank_page(request, db, payment)


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
        await resource(request, Window)(payment, data.act)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        async with database.read() as db:
            return await _bank_page(request, db, payment, refusal)
    if data.act == "pay_late":
        return redirect(payment.page, flash=_("The test bank will pay some seconds after the time limit."), kind="note")
    return redirect(payment.page if data.act not in ("refuse_refunds", "allow_refunds") else payment.url)


pages = Router("/", route_handlers=[show_bank, press_at_bank], include_in_schema=False)
