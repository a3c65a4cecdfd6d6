"""Pages of stored value in the office: what is owed, day by day, each change; rules and offers."""

from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from shuke.kit.cursor import read_cursor
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.money import Money, digits, parse
from shuke.kit.refusals import Refusal
from shuke.kit.web import AnyRequest
from shuke.merchants import Acting, office_page, staff_with
from shuke.purses.office_routes import span
from shuke.purses.queries import days_of, moves_of_purse, owed, zone_of
from shuke.shell import redirect
from shuke.storedvalue import OfferDraft, Rules, RulesDraft, add_offer, end_offer, set_rules, terms_of

MAY = [staff_with("money")]
AMOUNTS = ("smallest", "largest", "most")
Typed = dict[str, str]


@get("/stored-value", guards=MAY)
async def stored_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    person: FromQuery[UUID | None] = None,
    cursor: FromQuery[str] = "",
) -> Response[str]:
    """What is owed in all, the last 31 days, and every change."""
    first, last = await span(db, acting, None, None)
    return office_page(
        request,
        acting,
        "purses/stored-value.html",
        terms=await terms_of(db, acting.merchant_id),
        owed=await owed(db, acting.merchant_id),
        days=await days_of(db, acting.merchant_id, first, last),
        moves=await moves_of_purse(db, acting.merchant_id, person, read_cursor(cursor)),
        person=person,
        first=not cursor,
        store_zone=await zone_of(db, acting.merchant_id),
        money=lambda minor: Money(minor, acting.currency),
    )


@get("/stored-value/rules", guards=MAY)
async def rules_page(request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]) -> Response[str]:
    """Rules and offers as they are."""
    return await _rules(request, db, acting, {})


async def _rules(
    request: AnyRequest, db: Db, acting: Acting, typed: Typed, errors: Typed | None = None, refusal: Refusal | None = None
) -> Response[str]:
    terms = await terms_of(db, acting.merchant_id)
    shown = {**_typed(terms.rules, acting.currency), **typed}
    return office_page(
        request,
        acting,
        "purses/rules.html",
        status=refusal.status if refusal else 422 if errors else 200,
        terms=terms,
        typed=shown,
        errors=errors or {},
        refusal=refusal,
        currency=acting.currency,
        money=lambda minor: Money(minor, acting.currency),
    )


def _typed(rules: Rules | None, currency: str) -> Typed:
    """Rules as their form shows them; before there are any, a proposal."""
    places = digits(currency)
    if rules is None:
        return {"open": "yes", "free_amounts": "yes", "smallest": "10", "largest": "500", "most": "1000"}
    amounts = {name: f"{getattr(rules, name) / 10**places:.{places}f}" for name in AMOUNTS}
    return {"open": "yes" if rules.open else "", "free_amounts": "yes" if rules.free_amounts else "", **amounts}


@post("/stored-value/rules", guards=MAY)
async def write_rules(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]
) -> Response[str] | Redirect:
    """Keep what was typed, from the next top-up on."""
    form = await request.form()
    typed = {name: str(form.get(name, "")) for name in ("open", "free_amounts", *AMOUNTS)}
    amounts = {name: parse(typed[name], acting.currency) for name in AMOUNTS}
    errors = {name: _("Write an amount.") for name, amount in amounts.items() if not amount}
    smallest, largest, most = (amounts[name] for name in AMOUNTS)
    if not smallest or not largest or not most:
        return await _rules(request, db, acting, typed, errors)
    draft = RulesDraft(typed["open"] == "yes", typed["free_amounts"] == "yes", smallest, largest, most)
    try:
        await set_rules(db, acting, draft)
    except Refusal as refusal:
        return await _rules(request, db, acting, typed, {"smallest": refusal.detail})
    return redirect(f"/console/{acting.merchant_id}/stored-value/rules", flash=_("Saved. It counts from the next top-up."))


@post("/stored-value/offers", guards=MAY)
async def write_offer(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]
) -> Response[str] | Redirect:
    """A new offer."""
    form = await request.form()
    typed = {"pay": str(form.get("pay", "")), "bonus": str(form.get("bonus", ""))}
    pay, bonus = parse(typed["pay"], acting.currency), parse(typed["bonus"] or "0", acting.currency)
    errors = {} if pay else {"pay": _("Write an amount.")}
    if not pay or bonus is None:
        return await _rules(
            request, db, acting, typed, {**errors, **({} if bonus is not None else {"bonus": _("Write an amount.")})}
        )
    try:
        await add_offer(db, acting, OfferDraft(pay, bonus))
    except Refusal as refusal:
        return await _rules(request, db, acting, typed, {"pay": refusal.detail})
    return redirect(f"/console/{acting.merchant_id}/stored-value/rules", flash=_("Guests can choose it now."))


@post("/stored-value/offers/{offer_id:uuid}/end", guards=MAY)
async def stop_offer(db: NamedDependency[Db], acting: NamedDependency[Acting], offer_id: FromPath[UUID]) -> Redirect:
    """Nobody can choose it any more."""
    await end_offer(db, acting, offer_id)
    return redirect(f"/console/{acting.merchant_id}/stored-value/rules", flash=_("The offer has ended."))


office_pages = Router(
    "/console/{merchant_id:uuid}",
    route_handlers=[stored_page, rules_page, write_rules, write_offer, stop_offer],
    include_in_schema=False,
)
