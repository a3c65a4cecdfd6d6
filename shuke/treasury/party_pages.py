"""Pages of agents and operating firms, and of what one merchant has agreed."""

from datetime import UTC, datetime
from typing import Literal
from uuid import UUID, uuid4

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from shuke.agreements import (
    AgreementDraft,
    PartyDraft,
    agree,
    change_party,
    create_party,
    end_agreement,
    link_person,
    parties,
    set_terms,
    unlink_person,
)
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.money import Money, parse
from shuke.kit.refusals import Refusal, Unreadable
from shuke.kit.web import AnyRequest
from shuke.merchants import merchant_card
from shuke.people import Viewer
from shuke.platform import operator
from shuke.settlement import correct
from shuke.shell import redirect, render
from shuke.treasury.deeds import deed_words
from shuke.treasury.pages import TermsForm, terms_of
from shuke.treasury.percent import read_percent
from shuke.treasury.reads import merchant_terms, party_file, read_party, shown

Answer = Response[str] | Redirect


class PartyForm(msgspec.Struct, frozen=True):
    """A party as it is typed; cities one a line or between commas."""

    name: str = ""
    territory: str = ""
    account_holder: str = ""
    account: str = ""


class PersonForm(msgspec.Struct, frozen=True):
    """Whom to link."""

    contact: str = ""


class AgreementForm(msgspec.Struct, frozen=True):
    """Who is to earn what."""

    party_id: UUID
    role: Literal["agent", "operator"] = "agent"
    part: str = ""
    until: str = ""


class CorrectionForm(msgspec.Struct, frozen=True):
    """What is put right, with a minus where the platform takes."""

    amount: str = ""
    note: str = ""
    key: str = ""


def _draft(form: PartyForm) -> PartyDraft:
    cities = [city.strip()[:100] for city in form.territory.replace("，", ",").replace("\n", ",").split(",") if city.strip()]
    return read_party(PartyDraft(form.name[:120], cities[:200], form.account_holder[:120], form.account[:60]))


async def _list(request: AnyRequest, db: Db, form: PartyForm, refusal: Refusal | None = None) -> Response[str]:
    status = refusal.status if refusal else 200
    return render(request, "treasury/parties.html", status=status, parties=await parties(db), form=form, refusal=refusal)


@get("/platform/parties", guards=[operator])
async def parties_page(request: AnyRequest, db: NamedDependency[Db]) -> Response[str]:
    """All of them, and the form for another."""
    return await _list(request, db, PartyForm())


@post("/platform/parties", guards=[operator])
async def add_party(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: URLEncodedBody[PartyForm]
) -> Answer:
    """A new one."""
    try:
        party = await create_party(db, viewer.person_id, _draft(data))
    except Refusal as refusal:
        return await _list(request, db, data, refusal)
    return redirect(f"/platform/parties/{party.party_id}", flash=_("Added. Link the people who may see its earnings."))


async def _party(
    request: AnyRequest, db: Db, party_id: UUID, refusal: Refusal | None = None, form: PartyForm | None = None
) -> Response[str]:
    found = await party_file(db, party_id)
    party = found.party
    kept = PartyForm(party.name, ", ".join(party.territory), party.account_holder, party.account)
    status = refusal.status if refusal else 200
    return render(
        request, "treasury/party.html", status=status, found=found, form=form or kept, refusal=refusal, words=deed_words()
    )


@get("/platform/parties/{party_id:uuid}", guards=[operator])
async def party_page(request: AnyRequest, db: NamedDependency[Db], party_id: FromPath[UUID]) -> Response[str]:
    """One of them: account, people, agreements."""
    return await _party(request, db, party_id)


@post("/platform/parties/{party_id:uuid}", guards=[operator])
async def write_party(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    party_id: FromPath[UUID],
    data: URLEncodedBody[PartyForm],
) -> Answer:
    """Its name, territory and account."""
    try:
        draft = _draft(data)
        await change_party(db, viewer.person_id, party_id, draft, shown(draft))
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _party(request, db, party_id, refusal, data)
    return redirect(f"/platform/parties/{party_id}", flash=_("Saved."))


@post("/platform/parties/{party_id:uuid}/people", guards=[operator])
async def add_person(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    party_id: FromPath[UUID],
    data: URLEncodedBody[PersonForm],
) -> Answer:
    """Link somebody."""
    try:
        await link_person(db, viewer.person_id, party_id, data.contact)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _party(request, db, party_id, refusal)
    return redirect(f"/platform/parties/{party_id}", flash=_("Linked: they see the earnings now."))


@post("/platform/parties/{party_id:uuid}/people/{person_id:uuid}/remove", guards=[operator])
async def remove_person(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], party_id: FromPath[UUID], person_id: FromPath[UUID]
) -> Redirect:
    """Unlink somebody."""
    await unlink_person(db, viewer.person_id, party_id, person_id)
    return redirect(f"/platform/parties/{party_id}", flash=_("Removed."))


async def _terms(request: AnyRequest, db: Db, merchant_id: UUID, refusal: Refusal | None = None) -> Response[str]:
    found = await merchant_terms(db, merchant_id)
    return render(
        request,
        "treasury/merchant_terms.html",
        status=refusal.status if refusal else 200,
        found=found,
        card=await merchant_card(db, merchant_id),
        parties=await parties(db),
        refusal=refusal,
        money_of=Money,
        key=str(uuid4()),
        words=deed_words(),
        now=clock.now(),
    )


@get("/platform/merchants/{merchant_id:uuid}/terms", guards=[operator])
async def terms_page(request: AnyRequest, db: NamedDependency[Db], merchant_id: FromPath[UUID]) -> Response[str]:
    """What holds for a merchant, and who earns on it."""
    return await _terms(request, db, merchant_id)


@post("/platform/merchants/{merchant_id:uuid}/terms", guards=[operator])
async def write_merchant_terms(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    data: URLEncodedBody[TermsForm],
) -> Answer:
    """Its own terms from now on."""
    try:
        await set_terms(db, viewer.person_id, merchant_id, terms_of(data))
    except Refusal as refusal:
        return await _terms(request, db, merchant_id, refusal)
    return redirect(f"/platform/merchants/{merchant_id}/terms", flash=_("Saved. It holds for uses from now on."))


@post("/platform/merchants/{merchant_id:uuid}/agreements", guards=[operator])
async def add_agreement(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    data: URLEncodedBody[AgreementForm],
) -> Answer:
    """Somebody earns on this merchant from now on."""
    try:
        points, until = read_percent(data.part, 25), _until(data.until)
        if not points:
            raise Unreadable("percent_unreadable", _("An agreement is about more than nothing."))
        await agree(db, viewer.person_id, AgreementDraft(merchant_id, data.party_id, data.role, points, None, until))
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _terms(request, db, merchant_id, refusal)
    return redirect(f"/platform/merchants/{merchant_id}/terms", flash=_("Agreed. It holds for uses from now on."))


def _until(text: str) -> datetime | None:
    """The end of an agreement: midnight UTC at the beginning of the day typed."""
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=UTC)
    except ValueError as error:
        raise Unreadable("day_unreadable", _("Write a day such as 2027-01-31.")) from error


@post("/platform/merchants/{merchant_id:uuid}/agreements/{agreement_id:uuid}/end", guards=[operator])
async def stop_agreement(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], agreement_id: FromPath[UUID]
) -> Redirect:
    """It ends now."""
    await end_agreement(db, viewer.person_id, merchant_id, agreement_id)
    return redirect(f"/platform/merchants/{merchant_id}/terms", flash=_("Ended. What was earned stays."))


@post("/platform/merchants/{merchant_id:uuid}/corrections", guards=[operator])
async def write_correction(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    data: URLEncodedBody[CorrectionForm],
) -> Answer:
    """A line that puts something right, once however often the form is sent."""
    found = await merchant_terms(db, merchant_id)
    typed = data.amount.strip().replace("−", "-")
    amount = parse(typed.lstrip("-"), found.currency) or 0
    try:
        signed = -amount if typed.startswith("-") else amount
        await correct(db, viewer.person_id, merchant_id, signed, data.note, key=data.key[:200] or None)
    except Refusal as refusal:
        return await _terms(request, db, merchant_id, refusal)
    return redirect(f"/platform/merchants/{merchant_id}/terms", flash=_("Written on the merchant's open day."))


party_pages = Router(
    "/",
    route_handlers=[
        parties_page,
        add_party,
        party_page,
        write_party,
        add_person,
        remove_person,
        terms_page,
        write_merchant_terms,
        add_agreement,
        stop_agreement,
        write_correction,
    ],
    include_in_schema=False,
)
