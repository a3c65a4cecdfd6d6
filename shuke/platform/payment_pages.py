"""Payments in the platform's office, as pages and as API: what is unknown, surplus or stuck, and trying refunds again."""

from uuid import UUID

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Response

from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.money import Money
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.web import AnyRequest
from shuke.merchants import merchant_card
from shuke.payments import ask_now, provider_title, reason_word, refund_of, send_back, try_again
from shuke.people import Viewer
from shuke.platform.actions import note
from shuke.platform.guards import operator
from shuke.platform.payments import PaymentFile, PaymentPage, Show, payment_file, payments_listed
from shuke.platform.words import payment_words
from shuke.shell import redirect, render


async def retry_refund(db: Db, by: UUID, merchant_id: UUID, refund_id: UUID) -> UUID:
    """Let the provider be asked again; its payment. Refusals: not_found, not_failed."""
    refund = await refund_of(db, merchant_id, refund_id)
    if refund is None:
        raise NotFound
    await try_again(db, merchant_id, refund_id)
    await note(db, by, "retried", f"refund {refund_id}")
    return refund.payment_id


@get("/platform/payments", guards=[operator], include_in_schema=False)
async def show_payments(
    request: AnyRequest, db: NamedDependency[Db], show: FromQuery[Show] = "all", before: FromQuery[UUID | None] = None
) -> Response[str]:
    """All payments, or those that want looking at."""
    return render(
        request,
        "platform/payments.html",
        page=await payments_listed(db, show, before),
        show=show,
        before=before,
        words=payment_words(),
        way=provider_title,
        money=Money,
    )


@get("/platform/payments/{merchant_id:uuid}/{payment_id:uuid}", guards=[operator], include_in_schema=False)
async def show_payment(
    request: AnyRequest, db: NamedDependency[Db], merchant_id: FromPath[UUID], payment_id: FromPath[UUID]
) -> Response[str]:
    """One payment: what was captured, what goes back, what its provider told."""
    found = await payment_file(db, merchant_id, payment_id)
    card = await merchant_card(db, merchant_id)
    return render(
        request,
        "platform/payment.html",
        found=found,
        shop=card.name if card else "",
        words=payment_words(),
        way=provider_title(found.payment.provider),
        reason=reason_word,
        money=Money,
    )


@post("/platform/payments/{merchant_id:uuid}/{payment_id:uuid}/question", guards=[operator], include_in_schema=False)
async def ask_provider(db: NamedDependency[Db], merchant_id: FromPath[UUID], payment_id: FromPath[UUID]) -> Redirect:
    """Ask the provider at once."""
    await ask_now(db, merchant_id, payment_id)
    return redirect(f"/platform/payments/{merchant_id}/{payment_id}", flash=_("The provider is being asked."))


@post("/platform/payments/{merchant_id:uuid}/refunds/{refund_id:uuid}/retry", guards=[operator], include_in_schema=False)
async def retry_on_page(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], refund_id: FromPath[UUID]
) -> Redirect:
    """Try a refund again that its provider refused."""
    try:
        payment_id = await retry_refund(db, viewer.person_id, merchant_id, refund_id)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return redirect("/platform/payments?show=refunds", flash=refusal.detail, kind="bad")
    return redirect(f"/platform/payments/{merchant_id}/{payment_id}", flash=_("It is being tried again."))


@post(
    "/platform/payments/{merchant_id:uuid}/{payment_id:uuid}/captures/{capture_id:uuid}/return",
    guards=[operator],
    include_in_schema=False,
)
async def send_back_on_page(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    payment_id: FromPath[UUID],
    capture_id: FromPath[UUID],
) -> Redirect:
    """Send back money that came in another currency."""
    page = f"/platform/payments/{merchant_id}/{payment_id}"
    try:
        await send_back(db, merchant_id, capture_id)
    except Refusal as refusal:
        return redirect(page, flash=_(refusal.detail), kind="bad")
    await note(db, viewer.person_id, "retried", f"capture {capture_id}")
    return redirect(page, flash=_("The money is on its way back."))


@get("/api/v1/platform/payments", guards=[operator], summary="Payments of all merchants")
async def get_payments(
    db: NamedDependency[Db], show: FromQuery[Show] = "all", before: FromQuery[UUID | None] = None
) -> PaymentPage:
    """The newest first: all, open, unknown, surplus, or with refunds that are stuck. Refusals: not_operator."""
    return await payments_listed(db, show, before)


@get("/api/v1/platform/payments/{merchant_id:uuid}/{payment_id:uuid}", guards=[operator], summary="One payment of a merchant")
async def get_payment(db: NamedDependency[Db], merchant_id: FromPath[UUID], payment_id: FromPath[UUID]) -> PaymentFile:
    """With its captures, refunds and the notices about it. Refusals: not_found, not_operator."""
    return await payment_file(db, merchant_id, payment_id)


@post(
    "/api/v1/platform/payments/{merchant_id:uuid}/refunds/{refund_id:uuid}/retries",
    guards=[operator],
    summary="Try a failed refund again",
)
async def create_retry(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], refund_id: FromPath[UUID]
) -> PaymentFile:
    """Its payment afterwards. Refusals: not_failed, not_found, not_operator."""
    payment_id = await retry_refund(db, viewer.person_id, merchant_id, refund_id)
    return await payment_file(db, merchant_id, payment_id)


payment_pages = Router("/", route_handlers=[show_payments, show_payment, ask_provider, retry_on_page, send_back_on_page])
payment_routes = Router("/", route_handlers=[get_payments, get_payment, create_retry], tags=["platform"])
