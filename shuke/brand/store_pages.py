"""Pages of stores: list, description, week, exceptions, photos, closing."""

from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import get_day_names
from litestar import Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from shuke.brand.forms import Errors, Typed, read_special, read_store, read_week, typed_in, typed_store
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.i18n import locale
from shuke.kit.refusals import NotFound, Refusal, Unreadable
from shuke.kit.web import AnyRequest
from shuke.merchants import (
    Acting,
    Spell,
    Store,
    add_photo,
    category_names,
    change_store,
    close_store,
    create_store,
    drop_special_day,
    hours_of,
    office_page,
    opening,
    photos_of,
    picture_of,
    remove_photo,
    set_hours,
    set_special_day,
    span,
    special_days_of,
    special_hours_of,
    staff_of,
    staff_with,
    store_of,
    stores_of,
)
from shuke.shell import redirect

MAY = [staff_with("stores")]
Answer = Response[str] | Redirect


@get("/stores", guards=[staff_of])
async def list_page(request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]) -> Response[str]:
    """All open stores, and whether each is open now."""
    now = clock.now()
    stores = await stores_of(db, acting.merchant_id)
    spells = await hours_of(db, acting.merchant_id)
    specials = await special_hours_of(db, acting.merchant_id, now.date() - timedelta(days=2))
    states = {}
    for store in stores:
        mine = [spell for spell in spells if spell.store_id == store.store_id]
        states[store.store_id] = opening(mine, [day for day in specials if day.store_id == store.store_id], store.zone, now)
    return office_page(request, acting, "brand/stores.html", stores=stores, states=states, categories=dict(category_names()))


async def _form(
    request: AnyRequest, db: Db, acting: Acting, store: Store | None, typed: Typed, errors: Errors
) -> Response[str]:
    """The page of a store, or the form of a new one; `errors` by field."""
    values: dict[str, object] = {}
    if store is not None:
        now = clock.now()
        spells = [spell for spell in await hours_of(db, acting.merchant_id) if spell.store_id == store.store_id]
        today = now.astimezone(ZoneInfo(store.zone)).date()
        ahead = await special_hours_of(db, acting.merchant_id, today - timedelta(days=1))
        values = {
            "week": _week(spells) | {name: text for name, text in typed.items() if name.startswith("day") and name != "day"},
            "state": opening(spells, [day for day in ahead if day.store_id == store.store_id], store.zone, now),
            "specials": await special_days_of(db, acting.merchant_id, store.store_id, today - timedelta(days=1)),
            "photos": [photo for photo in await photos_of(db, acting.merchant_id) if photo.store_id == store.store_id],
        }
    names = get_day_names("wide", locale=locale())
    return office_page(
        request,
        acting,
        "brand/store.html",
        status=422 if errors else 200,
        store=store,
        typed=typed,
        errors=errors,
        categories=category_names(),
        days=[(f"day{day + 1}", str(names[day])) for day in range(7)],
        span=span,
        page=values,
    )


def _week(spells: list[Spell]) -> Typed:
    """The week as its form shows it."""
    days: dict[str, list[str]] = {}
    for spell in spells:
        shown = "24:00" if spell.closes.hour == spell.closes.minute == 0 else f"{spell.closes:%H:%M}"
        days.setdefault(f"day{spell.weekday}", []).append(f"{spell.opens:%H:%M}-{shown}")
    return {day: ", ".join(spans) for day, spans in days.items()}


async def _store(db: Db, acting: Acting, store_id: UUID) -> Store:
    store = await store_of(db, acting.merchant_id, store_id)
    if store is None:
        raise NotFound
    return store


def _marked(refusal: Refusal) -> Errors:
    return {name: str(said) for name, said in refusal.facts.items()}


@get("/stores/new", guards=MAY)
async def new_page(request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]) -> Response[str]:
    """The form of a new store, in the zone of the last one."""
    stores = await stores_of(db, acting.merchant_id)
    zone = stores[-1].zone if stores else request.cookies.get("zone", "")[:64]
    return await _form(request, db, acting, None, {"zone": zone}, {})


@post("/stores", guards=MAY)
async def create(request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]) -> Answer:
    """A new store; its hours and photos come next."""
    typed = await typed_in(request)
    draft, errors = read_store(typed)
    if errors:
        return await _form(request, db, acting, None, typed, errors)
    try:
        store_id = await create_store(db, acting.merchant_id, draft)
    except Unreadable as refusal:
        return await _form(request, db, acting, None, typed, _marked(refusal))
    return redirect(f"/console/{acting.merchant_id}/stores/{store_id}", flash=_("The store is there. When is it open?"))


@get("/stores/{store_id:uuid}", guards=[staff_of])
async def store_page(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], store_id: FromPath[UUID]
) -> Response[str]:
    """One store."""
    store = await _store(db, acting, store_id)
    return await _form(request, db, acting, store, typed_store(store), {})


@post("/stores/{store_id:uuid}", guards=MAY)
async def change(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], store_id: FromPath[UUID]
) -> Answer:
    """Say something else of a store."""
    store = await _store(db, acting, store_id)
    typed = await typed_in(request)
    draft, errors = read_store(typed)
    if not errors:
        try:
            await change_store(db, acting.merchant_id, store_id, draft)
        except Unreadable as refusal:
            errors = _marked(refusal)
    if errors:
        return await _form(request, db, acting, store, typed, errors)
    return _saved(acting, store_id)


def _saved(acting: Acting, store_id: UUID, said: str = "") -> Redirect:
    return redirect(f"/console/{acting.merchant_id}/stores/{store_id}", flash=said or _("Saved."))


@post("/stores/{store_id:uuid}/hours", guards=MAY)
async def change_hours(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], store_id: FromPath[UUID]
) -> Answer:
    """Set the week."""
    store = await _store(db, acting, store_id)
    typed = await typed_in(request)
    spells, errors = read_week(typed)
    if not errors:
        try:
            await set_hours(db, acting.merchant_id, store_id, spells)
        except Unreadable as refusal:
            errors = {"week": refusal.detail}
    if errors:
        return await _form(request, db, acting, store, typed_store(store) | typed, errors)
    return _saved(acting, store_id)


@post("/stores/{store_id:uuid}/special-days", guards=MAY)
async def add_special(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], store_id: FromPath[UUID]
) -> Answer:
    """An exception."""
    store = await _store(db, acting, store_id)
    typed = await typed_in(request)
    day, wanted, errors = read_special(typed)
    if day is not None and not errors:
        try:
            await set_special_day(db, acting.merchant_id, store_id, day, wanted)
        except Unreadable as refusal:
            errors = {"hours": refusal.detail}
    if errors:
        return await _form(request, db, acting, store, typed_store(store) | typed, errors)
    return _saved(acting, store_id)


@post("/stores/{store_id:uuid}/special-days/{day:date}/removal", guards=MAY)
async def remove_special(
    db: NamedDependency[Db], acting: NamedDependency[Acting], store_id: FromPath[UUID], day: FromPath[date]
) -> Redirect:
    """No exception any more."""
    await drop_special_day(db, acting.merchant_id, store_id, day)
    return _saved(acting, store_id)


@post("/stores/{store_id:uuid}/photos", guards=MAY)
async def upload(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], store_id: FromPath[UUID]
) -> Answer:
    """A photo of the store."""
    store = await _store(db, acting, store_id)
    form = await request.form()
    photo = form.get("photo")
    try:
        content = await photo.read() if isinstance(photo, UploadFile) else b""
        await add_photo(db, acting.merchant_id, acting.person_id, content, "store", store_id)
    except Refusal as refusal:
        return await _form(request, db, acting, store, typed_store(store), {"photo": refusal.detail})
    return _saved(acting, store_id)


@post("/photos/{photo_id:uuid}/removal", guards=MAY)
async def take_away(
    db: NamedDependency[Db], acting: NamedDependency[Acting], photo_id: FromPath[UUID], store: FromQuery[UUID | None] = None
) -> Redirect:
    """A photo less."""
    await remove_photo(db, acting.merchant_id, photo_id)
    return redirect(f"/console/{acting.merchant_id}/{f'stores/{store}' if store else 'merchant'}", flash=_("Removed."))


@get("/photos/{photo_id:uuid}", guards=[staff_of])
async def photo_file(db: NamedDependency[Db], acting: NamedDependency[Acting], photo_id: FromPath[UUID]) -> Response[bytes]:
    """A photo as its own people see it, licences too."""
    picture = await picture_of(db, acting.merchant_id, photo_id, public=False)
    return Response(picture.body, media_type=picture.content_type, headers={"cache-control": "private, max-age=86400"})


@post("/stores/{store_id:uuid}/closing", guards=MAY)
async def close(db: NamedDependency[Db], acting: NamedDependency[Acting], store_id: FromPath[UUID]) -> Redirect:
    """Close a store for good."""
    await close_store(db, acting.merchant_id, store_id)
    return redirect(f"/console/{acting.merchant_id}/stores", flash=_("The store is closed."))


store_pages = Router(
    "/console/{merchant_id:uuid}",
    route_handlers=[
        *(list_page, new_page, create, store_page, change, change_hours, add_special, remove_special),
        *(upload, take_away, photo_file, close),
    ],
    include_in_schema=False,
)
