"""Pages of a guest's money at a shop: what is there, topping up, the rest back, and leaving a card."""

from datetime import timedelta
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from shuke.cards import leave
from shuke.kit import clock
from shuke.kit.cursor import read_cursor
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.money import Money, parse
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.web import AnyRequest, phone_of
from shuke.payments import providers
from shuke.people import Viewer, signed_in
from shuke.purses.queries import last_payment, moves_of_purse, open_topups, sent_back
from shuke.shell import redirect, render
from shuke.storedvalue import NewTopUp, Purse, demand_empty, purse_of, refund_rest, terms_of, top_up

RECEIPT = timedelta(minutes=10)  # so long a payment shows beside the card's code
FREE = "free"


class TopUpForm(msgspec.Struct, frozen=True):
    """`choice` is an offer, or a free amount."""

    choice: str = ""
    amount: str = ""
    provider: str = ""


async def _purse(db: Db, merchant_id: UUID, person_id: UUID) -> Purse:
    purse = await purse_of(db, merchant_id, person_id)
    if purse is None:
        raise NotFound("no_money_here", _("This shop takes no top-ups."))
    return purse


async def _page(
    request: AnyRequest, db: Db, viewer: Viewer, merchant_id: UUID, *, cursor: str = "", refusal: Refusal | None = None
) -> Response[str]:
    purse = await _purse(db, merchant_id, viewer.person_id)
    terms = await terms_of(db, merchant_id)
    form = await request.form() if request.method == "POST" else {}
    offers = [str(offer.offer_id) for offer in terms.offers]
    return render(
        request,
        "purses/purse.html",
        status=refusal.status if refusal else 200,
        purse=purse,
        terms=terms,
        offers=terms.offers if purse.open and purse.member else [],
        waiting=await open_topups(db, merchant_id, viewer.person_id),
        sent=await sent_back(db, merchant_id, viewer.person_id),
        moves=await moves_of_purse(db, merchant_id, viewer.person_id, read_cursor(cursor)),
        ways=await providers(db, purse.currency),
        first=not cursor,
        refusal=refusal,
        typed={name: str(form.get(name, "")) for name in ("choice", "amount", "provider")},
        usual=offers[0] if offers else FREE,
        money=lambda minor: Money(minor, purse.currency),
    )


@get("/cards/{merchant_id:uuid}/money", guards=[signed_in])
async def purse_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    cursor: FromQuery[str] = "",
) -> Response[str]:
    """Own money and bonus apart, what may be done with it, and how it came and went."""
    return await _page(request, db, viewer, merchant_id, cursor=cursor)


@get("/cards/{merchant_id:uuid}/money/slot", guards=[signed_in])
async def purse_slot(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID]
) -> Response[str] | Response[None]:
    """The same in a few lines, for the card's page; nothing where there is nothing to say. A fresh payment shows as its receipt."""
    purse = await purse_of(db, merchant_id, viewer.person_id)
    if purse is None or not (purse.open or purse.all):
        return Response(None, status_code=204)
    receipt = await last_payment(db, merchant_id, viewer.person_id, clock.now() - RECEIPT)
    return render(request, "purses/slot.html", purse=purse, receipt=receipt, money=lambda minor: Money(minor, purse.currency))


@post("/cards/{merchant_id:uuid}/money", guards=[signed_in])
async def ask_top_up(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    data: URLEncodedBody[TopUpForm],
) -> Response[str] | Redirect:
    """To the page where it is paid, or what is wrong with the wish."""
    purse = await _purse(db, merchant_id, viewer.person_id)
    try:
        async with db.savepoint():
            wish = _wish(data, purse.currency)
            made = await top_up(db, merchant_id, viewer.person_id, wish, f"/cards/{merchant_id}/money", phone_of(request))
    except Refusal as refusal:
        return await _page(request, db, viewer, merchant_id, refusal=refusal)
    return redirect(f"/pay/{merchant_id}/{made.payment_id}")


def _wish(form: TopUpForm, currency: str) -> NewTopUp:
    if form.choice not in ("", FREE):
        if form.amount.strip():
            raise Refusal("choose_one", _("You chose an offer and wrote an amount. Clear the amount, or choose the other one."))
        try:
            return NewTopUp(form.provider[:20], offer_id=UUID(form.choice))
        except ValueError:
            raise Refusal("offer_ended", _("This offer has ended. Choose another one.")) from None
    amount = parse(form.amount, currency)
    if not amount:
        raise Refusal("amount_missing", _("Choose an offer or write an amount."))
    return NewTopUp(form.provider[:20], amount=amount)


@post("/cards/{merchant_id:uuid}/money/refund", guards=[signed_in])
async def ask_refund(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID]
) -> Response[str] | Redirect:
    """The rest on its way back."""
    try:
        async with db.savepoint():
            await refund_rest(db, merchant_id, viewer.person_id)
    except Refusal as refusal:
        return await _page(request, db, viewer, merchant_id, refusal=refusal)
    return redirect(f"/cards/{merchant_id}/money", flash=_("The money is on its way back to where it came from."))


@post("/cards/{merchant_id:uuid}/leave", guards=[signed_in])
async def leave_page(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID]
) -> Redirect | Response[str]:
    """Give the card back, asked twice on the page; not while money is on it."""
    try:
        await demand_empty(db, merchant_id, viewer.person_id)
        await leave(db, merchant_id, viewer.person_id)
    except Refusal as refusal:
        left = refusal.name == "money_left"
        return render(
            request,
            "shell/refusal.html",
            status=refusal.status,
            heading=_("There is money on this card") if left else _("You have no card of this shop"),
            detail=refusal.detail if left else _("Scan the code in the shop to get it."),
            next=(_("To the money"), f"/cards/{merchant_id}/money") if left else (_("Scan a code"), "/scan"),
        )
    return redirect("/wallet", flash=_("You have left the programme. Scan the shop's code to come back."))


pages = Router("/", route_handlers=[purse_page, purse_slot, ask_top_up, ask_refund, leave_page], include_in_schema=False)
