"""Pages of the treasury: terms, books, transfers."""

from typing import Literal
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from shuke.agreements import TermsDraft, parties, set_terms, terms_log
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.money import Money, parse
from shuke.kit.refusals import Refusal, Unreadable
from shuke.kit.web import AnyRequest
from shuke.payouts import Decided, MinimumDraft, Status, bundles, decide, minimums, set_minimum, test_money
from shuke.people import Viewer
from shuke.platform import operator
from shuke.settlement import check_books, latest_checks
from shuke.shell import redirect, render
from shuke.treasury.percent import read_percent
from shuke.treasury.routes import csv_of

Answer = Response[str] | Redirect


class TermsForm(msgspec.Struct, frozen=True):
    """Percentages as they are typed."""

    percent: str = ""
    stored_percent: str = ""


class MinimumForm(msgspec.Struct, frozen=True):
    """A currency and an amount."""

    currency: str = ""
    minimum: str = ""


class DecisionForm(msgspec.Struct, frozen=True):
    """What became of a transfer."""

    outcome: Literal["paid", "returned"]
    bank_reference: str = ""


def terms_of(form: TermsForm) -> TermsDraft:
    """Terms as typed, from now on. Refusal: percent_unreadable."""
    return TermsDraft(read_percent(form.percent, 50), read_percent(form.stored_percent or "0", 50))


async def _money_page(
    request: AnyRequest, db: Db, refusal: Refusal | None = None, form: TermsForm | None = None
) -> Response[str]:
    return render(
        request,
        "treasury/money.html",
        status=refusal.status if refusal else 200,
        checks=await latest_checks(db),
        log=await terms_log(db, None),
        minimums=await minimums(db),
        open=len(await bundles(db, "open", most=200)),
        parties=len(await parties(db)),
        refusal=refusal,
        form=form,
        money_of=Money,
    )


@get("/platform/money", guards=[operator])
async def money_page(request: AnyRequest, db: NamedDependency[Db]) -> Response[str]:
    """Whether the books are in order, the terms for all, the smallest payouts."""
    return await _money_page(request, db)


@post("/platform/money/check", guards=[operator])
async def check_now(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Redirect:
    """Look at all books now."""
    check = await check_books(db, viewer.person_id)
    if check.found:
        return redirect("/platform/money", flash=_("The books don't agree. See what was found."), kind="bad")
    return redirect("/platform/money", flash=_("All books are in order."))


@post("/platform/money/terms", guards=[operator])
async def write_terms(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: URLEncodedBody[TermsForm]
) -> Answer:
    """Terms for all merchants without their own."""
    try:
        await set_terms(db, viewer.person_id, None, terms_of(data))
    except Refusal as refusal:
        return await _money_page(request, db, refusal, data)
    return redirect("/platform/money", flash=_("Saved. It holds for uses from now on."))


@post("/platform/money/minimum", guards=[operator])
async def write_minimum(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: URLEncodedBody[MinimumForm]
) -> Answer:
    """The smallest payout of a currency."""
    currency = data.currency.strip().upper()
    amount = parse(data.minimum, currency) if len(currency) == 3 and currency.isalpha() and currency.isascii() else None
    if not amount:
        refusal = Unreadable("minimum_unreadable", _("Write a currency such as EUR, and an amount above zero."))
        return await _money_page(request, db, refusal)
    await set_minimum(db, viewer.person_id, MinimumDraft(currency, amount))
    return redirect("/platform/money", flash=_("Saved. It holds from the next closing on."))


async def _payouts_page(request: AnyRequest, db: Db, status: Status, refusal: Refusal | None = None) -> Response[str]:
    listed = await bundles(db, status, most=200)
    return render(
        request,
        "treasury/payouts.html",
        status=refusal.status if refusal else 200,
        listed=listed,
        chosen=status,
        refusal=refusal,
        money_of=Money,
        test=bool(listed) and await test_money(db, listed[0].currency),
    )


@get("/platform/payouts", guards=[operator])
async def payouts_page(request: AnyRequest, db: NamedDependency[Db], status: FromQuery[Status] = "open") -> Response[str]:
    """Transfers to make, made, sent back."""
    return await _payouts_page(request, db, status)


@get("/platform/payouts.csv", guards=[operator], media_type="text/csv")
async def payouts_csv(db: NamedDependency[Db]) -> Response[str]:
    """Open transfers for a bank."""
    return csv_of(await bundles(db, "open", most=10_000))


@post("/platform/payouts/{bundle_id:uuid}", guards=[operator])
async def mark_payout(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    bundle_id: FromPath[UUID],
    data: URLEncodedBody[DecisionForm],
) -> Answer:
    """Mark a transfer as made or sent back."""
    try:
        await decide(db, viewer.person_id, bundle_id, Decided(data.outcome, data.bank_reference[:120]))
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _payouts_page(request, db, "open", refusal)
    if data.outcome == "paid":
        return redirect("/platform/payouts", flash=_("Marked as paid."))
    return redirect("/platform/payouts", flash=_("Marked as sent back: it is owed again."))


money_pages = Router(
    "/",
    route_handlers=[money_page, check_now, write_terms, write_minimum, payouts_page, payouts_csv, mark_payout],
    include_in_schema=False,
)
