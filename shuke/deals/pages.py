"""Pages of deals in the office: list, form with a preview, what became of one, its photos and steps."""

from collections.abc import Awaitable, Mapping
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from shuke.deals.actions import change_deal, create_deal, discard_deal, zone_of
from shuke.deals.forms import MANY, Filled, as_deal, blank, read_deal, rules_of_draft, typed_of
from shuke.deals.photos import MOST_PHOTOS, add_photo, copy_photos, photo_of, photos_of, put_first, remove_photo
from shuke.deals.queries import deal_of, deals_of, steps_of
from shuke.deals.steps import add_stock, publish, reopen, stop
from shuke.deals.types import Deal
from shuke.deals.words import said_by
from shuke.kit import clock
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.kit.forms import Reading, Typed, typed_in
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.web import AnyRequest, address
from shuke.merchants import Acting, office_page, staff_with, stores_of
from shuke.shell import redirect
from shuke.terms import day_names
from shuke.vouchers import draft_of, named_by, rules_of, template_lines

PAGE = 50
MAY = [staff_with("deals")]
Answer = Response[str] | Redirect


async def _found(db: Db, acting: Acting, deal_id: UUID) -> Deal:
    deal = await deal_of(db, acting.merchant_id, deal_id)
    if deal is None:
        raise NotFound
    return deal


@get("/deals", guards=MAY)
async def list_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    status: FromQuery[str] = "",
    before: FromQuery[str] = "",
) -> Response[str]:
    """All deals, the newest first."""
    deals = await deals_of(db, acting.merchant_id, status, read_cursor(before), PAGE)
    last = Cursor(deals[-1].created_at, deals[-1].deal_id).text if len(deals) == PAGE else ""
    return office_page(
        request, acting, "deals/deals.html", deals=deals, chosen=status, last=last, before=before, now=clock.now()
    )


@get("/deals/new", guards=MAY)
async def new_page(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], copy: FromQuery[UUID | None] = None
) -> Response[str]:
    """An empty form, or another deal to begin with; its days are to be chosen anew when they are over."""
    zone = await zone_of(db, acting.merchant_id)
    typed = blank(zone)
    if copy is not None:
        deal = await _found(db, acting, copy)
        typed = {**await _typed(db, deal), "starts_at": "", "copied": str(copy)}
        if deal.ends_at <= clock.now():
            typed = {**typed, "ends_at": blank(zone)["ends_at"]}
    return await _form_page(request, db, acting, read_deal(typed, acting.currency, zone), {})


async def _typed(db: Db, deal: Deal) -> Typed:
    rules = await rules_of(db, deal.merchant_id, deal.template_id)
    if rules is None:
        raise NotFound
    return typed_of(deal, draft_of(rules, await named_by(db, deal.merchant_id, deal.template_id)))


async def _form_page(
    request: AnyRequest, db: Db, acting: Acting, filled: Filled, errors: dict[str, str], deal_id: UUID | None = None
) -> Response[str]:
    templates = [
        (str(line.template_id), line.title)
        for line in await template_lines(db, acting.merchant_id, "active", None, 200)
        if line.stock is None
    ]
    return office_page(
        request,
        acting,
        "deals/deal_form.html",
        status=422 if errors else 200,
        typed=filled.typed,
        errors=errors,
        stores=await stores_of(db, acting.merchant_id),
        day_names=day_names(),
        templates=templates,
        deal_id=deal_id,
        currency=acting.currency,
        faults=[],
        shown=await _previewed(db, acting, filled, deal_id),
        now=clock.now(),
    )


class Shown(msgspec.Struct, frozen=True):
    """A deal as people see it: its rules in words, and where its photos are."""

    deal: Deal
    said: list[str]
    photos: str


async def _previewed(db: Db, acting: Acting, filled: Filled, deal_id: UUID | None) -> Shown:
    """The draft as people would see it."""
    zone = await zone_of(db, acting.merchant_id)
    photos = [photo.photo_id for photo in await photos_of(db, acting.merchant_id, deal_id)] if deal_id else []
    deal = as_deal(filled, acting, zone, photos)
    if filled.draft.template_id is not None:
        said = await said_by(db, deal)
    else:
        stores = {store.store_id: store.name for store in await stores_of(db, acting.merchant_id)}
        said = rules_of_draft(filled, zone, acting.currency, stores)
    return Shown(deal, said, f"/console/{acting.merchant_id}/deals/{deal_id}/photos")


async def _filled(request: AnyRequest, db: Db, acting: Acting) -> Filled:
    return read_deal(await typed_in(request, MANY), acting.currency, await zone_of(db, acting.merchant_id))


@post("/deals", guards=MAY)
async def create(request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]) -> Answer:
    """Keep a new draft, or show the form again."""
    filled = await _filled(request, db, acting)
    if filled.errors:
        return await _form_page(request, db, acting, filled, filled.errors)
    deal_id = await create_deal(db, acting.merchant_id, acting.person_id, filled.draft)
    for copied in Reading(filled.typed, acting.currency).ids("copied"):
        await copy_photos(db, acting.merchant_id, copied, deal_id)
    return redirect(f"/console/{acting.merchant_id}/deals/{deal_id}", flash=_("Kept as a draft. Add photos, then publish it."))


@post("/deals/preview", guards=MAY, status_code=200)
async def preview(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    deal: FromQuery[UUID | None] = None,
) -> Response[str]:
    """The deal as people will see it, while it is being written."""
    filled = await _filled(request, db, acting)
    shown = await _previewed(db, acting, filled, deal)
    return office_page(request, acting, "deals/_preview.html", faults=list(filled.errors.values()), shown=shown)


@get("/deals/{deal_id:uuid}", guards=MAY)
async def deal_page(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], deal_id: FromPath[UUID]
) -> Response[str]:
    """One deal: as people see it, its photos, steps, sales."""
    return await _deal_page(request, db, acting, await _found(db, acting, deal_id), {})


async def _deal_page(request: AnyRequest, db: Db, acting: Acting, deal: Deal, errors: dict[str, str]) -> Response[str]:
    return office_page(
        request,
        acting,
        "deals/deal.html",
        status=422 if errors else 200,
        deal=deal,
        shown=Shown(deal, await said_by(db, deal), f"/console/{acting.merchant_id}/deals/{deal.deal_id}/photos"),
        faults=[],
        steps=await steps_of(db, acting.merchant_id, deal.deal_id),
        photos=await photos_of(db, acting.merchant_id, deal.deal_id),
        most=MOST_PHOTOS,
        errors=errors,
        now=clock.now(),
        link=f"{address(request)}/deals/{deal.merchant_id}/{deal.deal_id}",
    )


@get("/deals/{deal_id:uuid}/edit", guards=MAY)
async def edit_page(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], deal_id: FromPath[UUID]
) -> Response[str]:
    """A draft in the form."""
    deal = await _found(db, acting, deal_id)
    if deal.status != "draft":
        raise Refusal("deal_frozen", _("This deal was published, so it stands as people saw it. Make a copy for another one."))
    filled = read_deal(await _typed(db, deal), acting.currency, deal.zone)
    return await _form_page(request, db, acting, filled, {}, deal_id)


@post("/deals/{deal_id:uuid}", guards=MAY)
async def change(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], deal_id: FromPath[UUID]
) -> Answer:
    """Keep the changed draft, or show the form again."""
    filled = await _filled(request, db, acting)
    if filled.errors:
        await _found(db, acting, deal_id)
        return await _form_page(request, db, acting, filled, filled.errors, deal_id)
    await change_deal(db, acting.merchant_id, deal_id, acting.person_id, filled.draft)
    return redirect(f"/console/{acting.merchant_id}/deals/{deal_id}", flash=_("Saved."))


async def _refusal_of(db: Db, work: Awaitable[object]) -> Refusal | None:
    """Do it, or say why not with nothing of it left; what is not found is no page of ours."""
    try:
        async with db.savepoint():
            await work
    except NotFound:
        raise
    except Refusal as refusal:
        return refusal
    return None


async def _done(
    request: AnyRequest, db: Db, acting: Acting, deal_id: UUID, work: Awaitable[object], fields: Mapping[str, str]
) -> Response[str] | None:
    """The deal's page with what was refused, at its field (by the refusal's name; `step` otherwise); None when it is done."""
    refusal = await _refusal_of(db, work)
    if refusal is None:
        return None
    errors = {fields.get(refusal.name, "step"): refusal.detail}
    return await _deal_page(request, db, acting, await _found(db, acting, deal_id), errors)


@post("/deals/{deal_id:uuid}/publication", guards=MAY)
async def begin(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], deal_id: FromPath[UUID]
) -> Answer:
    """Publish a draft."""
    work = publish(db, acting.merchant_id, deal_id, acting.person_id)
    refused = await _done(request, db, acting, deal_id, work, {})
    return refused or redirect(f"/console/{acting.merchant_id}/deals/{deal_id}", flash=_("Published."))


@post("/deals/{deal_id:uuid}/removal", guards=MAY)
async def discard(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], deal_id: FromPath[UUID]
) -> Answer:
    """Take a draft away."""
    work = discard_deal(db, acting.merchant_id, deal_id, acting.person_id)
    refused = await _done(request, db, acting, deal_id, work, {})
    return refused or redirect(f"/console/{acting.merchant_id}/deals", flash=_("This draft is gone."))


@post("/deals/{deal_id:uuid}/stop", guards=MAY)
async def halt(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], deal_id: FromPath[UUID]
) -> Answer:
    """Stop selling, with the reason."""
    reason = str((await typed_in(request)).get("reason", ""))
    work = stop(db, acting.merchant_id, deal_id, acting.person_id, reason)
    refused = await _done(request, db, acting, deal_id, work, {"reason_needed": "reason"})
    return refused or redirect(f"/console/{acting.merchant_id}/deals/{deal_id}", flash=_("Stopped. What is bought stays."))


@post("/deals/{deal_id:uuid}/reopening", guards=MAY)
async def again(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], deal_id: FromPath[UUID]
) -> Answer:
    """Sell a stopped deal again."""
    work = reopen(db, acting.merchant_id, deal_id, acting.person_id)
    refused = await _done(request, db, acting, deal_id, work, {})
    return refused or redirect(f"/console/{acting.merchant_id}/deals/{deal_id}", flash=_("It is on sale again."))


@post("/deals/{deal_id:uuid}/stock", guards=MAY)
async def more(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], deal_id: FromPath[UUID]
) -> Answer:
    """More to sell."""
    typed = str((await typed_in(request)).get("more", "")).strip()
    wanted = int(typed) if typed.isdecimal() and len(typed) < 12 else 0
    work = add_stock(db, acting.merchant_id, deal_id, acting.person_id, wanted)
    refused = await _done(request, db, acting, deal_id, work, {"stock_unreadable": "more", "no_stock": "more"})
    return refused or redirect(f"/console/{acting.merchant_id}/deals/{deal_id}", flash=_("Added to the stock."))


@post("/deals/{deal_id:uuid}/photos", guards=MAY)
async def upload(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], deal_id: FromPath[UUID]
) -> Answer:
    """Another photo."""
    photo = (await request.form()).get("photo")
    content = await photo.read() if isinstance(photo, UploadFile) else b""
    work = add_photo(db, acting.merchant_id, deal_id, acting.person_id, content)
    names = ("photo_too_large", "photo_unreadable", "too_many_photos")
    refused = await _done(request, db, acting, deal_id, work, dict.fromkeys(names, "photo"))
    return refused or redirect(f"/console/{acting.merchant_id}/deals/{deal_id}", flash=_("Photo added."))


@get("/deals/{deal_id:uuid}/photos/{photo_id:uuid}", guards=MAY)
async def show_photo(
    db: NamedDependency[Db], acting: NamedDependency[Acting], deal_id: FromPath[UUID], photo_id: FromPath[UUID]
) -> Response[bytes]:
    """A photo, also of a draft."""
    picture = await photo_of(db, acting.merchant_id, deal_id, photo_id, public=False)
    return Response(picture.body, media_type=picture.content_type, headers={"cache-control": "private, max-age=86400"})


@post("/deals/{deal_id:uuid}/photos/{photo_id:uuid}/cover", guards=MAY)
async def cover(
    db: NamedDependency[Db], acting: NamedDependency[Acting], deal_id: FromPath[UUID], photo_id: FromPath[UUID]
) -> Redirect:
    """Make it the cover."""
    await put_first(db, acting.merchant_id, deal_id, photo_id)
    return redirect(f"/console/{acting.merchant_id}/deals/{deal_id}", flash=_("This photo comes first now."))


@post("/deals/{deal_id:uuid}/photos/{photo_id:uuid}/removal", guards=MAY)
async def drop_photo(
    db: NamedDependency[Db], acting: NamedDependency[Acting], deal_id: FromPath[UUID], photo_id: FromPath[UUID]
) -> Redirect:
    """Take it away."""
    await remove_photo(db, acting.merchant_id, deal_id, photo_id)
    return redirect(f"/console/{acting.merchant_id}/deals/{deal_id}", flash=_("Photo removed."))


deal_pages = Router(
    "/console/{merchant_id:uuid}",
    route_handlers=[
        *(list_page, new_page, create, preview, deal_page, edit_page, change, begin, discard, halt, again, more),
        *(upload, show_photo, cover, drop_photo),
    ],
    include_in_schema=False,
)
