"""The page of paying: how a payment stands and what to do next."""

from uuid import UUID

import segno
from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.money import Money
from shuke.kit.refusals import NotFound
from shuke.kit.web import AnyRequest
from shuke.merchants import merchant_card
from shuke.payments.queries import captures_of, own_payment, provider_title, refunds_of
from shuke.payments.words import refund_line
from shuke.people import Viewer, signed_in
from shuke.shell import render


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
    payment = await own_payment(db, viewer.person_id, merchant_id, payment_id)
    if payment is None:
        raise NotFound
    card = await merchant_card(db, merchant_id)
    captures = await captures_of(db, merchant_id, payment_id)
    return render(
        request,
        "payments/payment.html",
        payment=payment,
        closing=payment.open and (payment.why == "cancelled" or payment.until <= clock.now()),
        price=Money(payment.amount, payment.currency),
        shop=card.name if card else "",
        way=provider_title(payment.provider),
        picture=_picture(payment.qr),
        surplus=[(Money(one.amount, one.currency), one.surplus) for one in captures if one.surplus],
        refunds=[refund_line(one) for one in await refunds_of(db, merchant_id, payment_id)],
    )


pages = Router("/", route_handlers=[show_payment], include_in_schema=False)
