"""Pages of the brand itself: founding, what it says of itself, vetting, and the rules of its card."""

from zoneinfo import available_timezones

import msgspec
from babel.numbers import list_currencies
from litestar import Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.response import Redirect

from shuke.brand.forms import TIERS, Errors, Typed, amount, read_programme, typed_in, typed_programme
from shuke.brand.words import status_words, step_words
from shuke.cards import benefits, gives, programme_of, rules_of_card, set_programme, threshold, tiers_of
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal, Unreadable
from shuke.kit.web import AnyRequest, resource
from shuke.merchants import (
    Acting,
    BrandDraft,
    NewMerchant,
    Staffing,
    add_photo,
    brand_of,
    category_names,
    change_brand,
    found_merchant,
    grounds_of,
    office_page,
    photos_of,
    staff_with,
    stores_of,
    submit,
    vetting_of,
)
from shuke.people import Viewer, signed_in
from shuke.shell import redirect, render
from shuke.shell.filters import PALETTE

Answer = Response[str] | Redirect
MAY = [staff_with("stores")]
RULES = [staff_with("templates")]


class NewForm(msgspec.Struct, frozen=True):
    """As the form of a new merchant sends it."""

    name: str = ""
    currency: str = "EUR"
    category: str = "other"


class BrandForm(msgspec.Struct, frozen=True):
    """As the brand's form sends it."""

    name: str = ""
    category: str = ""
    about: str = ""
    licence: str = ""


class SubmitForm(msgspec.Struct, frozen=True):
    """A word to those who vet."""

    word: str = ""


def _marked(refusal: Refusal) -> Errors:
    return {name: str(said) for name, said in refusal.facts.items()} or {"name": refusal.detail}


def _new(request: AnyRequest, form: NewForm, errors: Errors, status: int = 200) -> Response[str]:
    return render(
        request,
        "brand/new.html",
        status=status,
        form=form,
        errors=errors,
        categories=category_names(),
        currencies=[(code, code) for code in sorted(list_currencies())],
    )


@get("/merchants/new", guards=[signed_in], include_in_schema=False)
async def new_page(request: AnyRequest) -> Response[str]:
    """The first step of a new merchant."""
    return _new(request, NewForm(), {})


@post("/merchants/new", guards=[signed_in], include_in_schema=False)
async def create(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: URLEncodedBody[NewForm]
) -> Answer:
    """A merchant in draft; the viewer owns it."""
    try:
        merchant_id = await found_merchant(db, viewer.person_id, NewMerchant(data.name, data.currency, data.category))
    except Unreadable as refusal:
        return _new(request, data, _marked(refusal), 422)
    resource(request, Staffing).forget(str(viewer.person_id))  # the next page must know it, before the notice comes round
    return redirect(f"/console/{merchant_id}/merchant", flash=_("It is founded. Next: its grounds, then vetting."))


async def _page(
    request: AnyRequest, db: Db, acting: Acting, form: BrandForm | None = None, errors: Errors | None = None
) -> Response[str]:
    brand = await brand_of(db, acting.merchant_id)
    return office_page(
        request,
        acting,
        "brand/merchant.html",
        status=422 if errors else 200,
        brand=brand,
        form=form or brand,
        errors=errors or {},
        grounds=await grounds_of(db, acting.merchant_id),
        photos=[photo for photo in await photos_of(db, acting.merchant_id) if photo.store_id is None],
        log=await vetting_of(db, acting.merchant_id),
        steps=step_words(),
        state=status_words()[brand.status],
        categories=category_names(),
    )


@get("/merchant", guards=MAY)
async def brand_page(request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]) -> Response[str]:
    """What it says of itself, its grounds, and how vetting goes."""
    return await _page(request, db, acting)


@post("/merchant", guards=MAY)
async def change(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], data: URLEncodedBody[BrandForm]
) -> Answer:
    """Say something else of it."""
    try:
        await change_brand(db, acting.merchant_id, BrandDraft(data.name, data.category, data.about, data.licence))
    except Refusal as refusal:
        return await _page(request, db, acting, data, _marked(refusal) if refusal.facts else {"licence": refusal.detail})
    return redirect(f"/console/{acting.merchant_id}/merchant", flash=_("Saved."))


@post("/merchant/photos", guards=MAY)
async def upload(request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]) -> Answer:
    """A photo of the licence, or the logo."""
    form = await request.form()
    photo = form.get("photo")
    try:
        content = await photo.read() if isinstance(photo, UploadFile) else b""
        await add_photo(
            db, acting.merchant_id, acting.person_id, content, "logo" if form.get("purpose") == "logo" else "licence"
        )
    except Refusal as refusal:
        return await _page(request, db, acting, None, {"photo": refusal.detail})
    return redirect(f"/console/{acting.merchant_id}/merchant", flash=_("Saved."))


@post("/merchant/submission", guards=MAY)
async def send(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], data: URLEncodedBody[SubmitForm]
) -> Answer:
    """Send it to vetting."""
    try:
        await submit(db, acting.merchant_id, acting.person_id, data.word)
    except Refusal as refusal:
        return await _page(request, db, acting, None, {"submission": refusal.detail})
    return redirect(f"/console/{acting.merchant_id}/merchant", flash=_("Sent. The platform looks at it and tells you here."))


async def _programme(
    request: AnyRequest, db: Db, acting: Acting, typed: Typed | None = None, errors: Errors | None = None
) -> Response[str]:
    programme = await programme_of(db, acting.merchant_id)
    tiers = await tiers_of(db, acting.merchant_id)
    if typed is None and programme is not None:
        typed = typed_programme(await rules_of_card(db, acting.merchant_id), acting.currency)
    if typed is None:
        stores = await stores_of(db, acting.merchant_id)
        typed = {
            "name": acting.merchant_name[:80],
            "zone": stores[0].zone if stores else request.cookies.get("zone", "")[:64],
            "earn_points": "1",
            "earn_per": amount(100, acting.currency),
            "open": "yes",
            "tier0_name": _("Guest"),
        }
    return office_page(
        request,
        acting,
        "brand/programme.html",
        status=422 if errors else 200,
        typed=typed,
        errors=errors or {},
        programme=programme,
        said=benefits(programme, acting.currency) if programme else [],
        tiers=[(tier, threshold(tier, programme, acting.currency), gives(tier)) for tier in tiers] if programme else [],
        rows=max(3, sum(1 for name in typed if name.endswith("_name")) + 1) if len(tiers) < TIERS else TIERS,
        zones=[(zone, zone) for zone in sorted(available_timezones())],
        currency=acting.currency,
        colours=[(f"#{red:02x}{green:02x}{blue:02x}", name) for name, (red, green, blue) in PALETTE.items()],
    )


@get("/programme", guards=RULES)
async def programme_page(request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]) -> Response[str]:
    """The rules of the card in words, and the form they come from."""
    return await _programme(request, db, acting)


@post("/programme", guards=RULES)
async def write_programme(request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]) -> Answer:
    """Keep these rules from now on."""
    typed = await typed_in(request)
    draft, errors = read_programme(typed, acting.currency)
    if not errors:
        try:
            await set_programme(db, acting.merchant_id, draft)
        except Unreadable as refusal:
            errors = _marked(refusal)
    if errors:
        return await _programme(request, db, acting, typed, errors)
    return redirect(f"/console/{acting.merchant_id}/programme", flash=_("Saved. The rules hold from now on."))


founding_pages = Router("/", route_handlers=[new_page, create], include_in_schema=False)
brand_pages = Router(
    "/console/{merchant_id:uuid}",
    route_handlers=[brand_page, change, upload, send, programme_page, write_programme],
    include_in_schema=False,
)
