"""Pages of scene codes: list with what they brought, new ones, posters to print."""

from collections.abc import Sequence
from typing import get_args
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from shuke.console.frame import show
from shuke.console.scene_queries import join_rows, joins_of, poster_maker
from shuke.console.templates import form_typed
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.i18n import ngettext
from shuke.kit.refusals import NotFound, Unreadable
from shuke.kit.web import AnyRequest, address
from shuke.merchants import (
    Acting,
    HungScene,
    SceneKind,
    end_scene,
    hang_scenes,
    scans_of,
    scene_of,
    scenes_of,
    staff_with,
    stores_of,
)
from shuke.posters import Poster, Size, pdf, svg
from shuke.shell import redirect

PAGE = 50
MAY = [staff_with("scenes")]
SIZES: dict[str, Size] = {"a4": "a4", "a5": "a5", "tent": "tent"}


def scene_kinds() -> dict[SceneKind, str]:
    """What a code can hang at."""
    return {
        "store": _("Shop window"),
        "table": _("Table"),
        "poster": _("Poster"),
        "checkout": _("Checkout"),
        "staff": _("Member of staff"),
        "product": _("Product"),
        "exhibit": _("Exhibit"),
    }


@get("/scenes", guards=MAY)
async def list_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    ended: FromQuery[bool] = False,
    before: FromQuery[str] = "",
) -> Response[str]:
    """All codes that hang, or those taken down, with scans, joins and the share of the one in the other."""
    scenes = await scenes_of(db, acting.merchant_id, ended=ended, before=read_cursor(before), most=PAGE)
    joins = await joins_of(db, acting.merchant_id, [scene.scene_id for scene in scenes])
    last = Cursor(scenes[-1].created_at, scenes[-1].scene_id).text if len(scenes) == PAGE else ""
    return show(
        request,
        acting,
        "scenes.html",
        scenes=scenes,
        joins=joins,
        kinds=scene_kinds(),
        ended=ended,
        last=last,
        before=before,
    )


@get("/scenes/new", guards=MAY)
async def new_page(request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]) -> Response[str]:
    """The form for one code or many."""
    return await _form(request, db, acting, {"kind": "checkout", "first": "1", "last": ""}, {})


async def _form(request: AnyRequest, db: Db, acting: Acting, typed: dict[str, str], errors: dict[str, str]) -> Response[str]:
    stores = await stores_of(db, acting.merchant_id)
    return show(
        request,
        acting,
        "scene_form.html",
        status=422 if errors else 200,
        typed=typed,
        errors=errors,
        kinds=scene_kinds(),
        stores=[("", _("The whole brand")), *((str(store.store_id), store.name) for store in stores)],
    )


@post("/scenes", guards=MAY)
async def create(request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]) -> Response[str] | Redirect:
    """Hang one code, or one for each number from `first` to `last`."""
    typed = {name: str(value) for name, value in (await form_typed(request)).items()}
    labels, errors = _labels(typed)
    store = _store(typed.get("store", ""), errors)
    kind = next((kind for kind in get_args(SceneKind) if kind == typed.get("kind")), None)
    if kind is None:
        errors["kind"] = _("Choose what the code stands at.")
    if errors or kind is None:
        return await _form(request, db, acting, typed, errors)
    try:
        async with db.savepoint():
            made = await hang_scenes(db, acting.merchant_id, acting.person_id, kind=kind, labels=labels, store_id=store)
    except Unreadable as refusal:
        return await _form(request, db, acting, typed, {"label": refusal.detail})
    said = ngettext("%(num)s code hangs now. Print it.", "%(num)s codes hang now. Print them.", len(made)) % {"num": len(made)}
    return redirect(f"/console/{acting.merchant_id}/scenes", flash=said)


def _labels(typed: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    label, first, last = (typed.get(name, "").strip() for name in ("label", "first", "last"))
    if not last:
        return [label], {} if label else {"label": _("Write where it hangs, in 1 to 120 characters.")}
    if not (first.isdecimal() and last.isdecimal() and len(first) < 6 and len(last) < 6):
        return [], {"last": _("Write a whole number.")}
    numbers = range(int(first), int(last) + 1)
    if not 1 <= len(numbers) <= 200:
        return [], {"last": _("Make at least one and at most %(count)s codes at once.") % {"count": 200}}
    return [f"{label} {number}".strip() for number in numbers], {}


def _store(text: str, errors: dict[str, str]) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        errors["store"] = _("Choose from the list.")
        return None


async def _scene(db: Db, acting: Acting, scene_id: UUID) -> HungScene:
    scene = await scene_of(db, acting.merchant_id, scene_id)
    if scene is None:
        raise NotFound
    return scene


@get("/scenes/{scene_id:uuid}", guards=MAY)
async def scene_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    scene_id: FromPath[UUID],
    rows: FromQuery[str] = "joins",
    before: FromQuery[str] = "",
) -> Response[str]:
    """One code: its poster, and the scans or joins behind its numbers."""
    scene = await _scene(db, acting, scene_id)
    joins = (await joins_of(db, acting.merchant_id, [scene_id]))[scene_id]
    cursor = read_cursor(before)
    scans = await scans_of(db, acting.merchant_id, scene_id, cursor, PAGE) if rows == "scans" else []
    joined = await join_rows(db, acting.merchant_id, scene_id, cursor, PAGE) if rows != "scans" else []
    last = ""
    if len(scans) == PAGE:
        last = Cursor(scans[-1].at, scans[-1].scan_id).text
    elif len(joined) == PAGE:
        last = Cursor(joined[-1].at, joined[-1].person_id).text
    return show(
        request,
        acting,
        "scene.html",
        scene=scene,
        kinds=scene_kinds(),
        joins=joins,
        rows="scans" if rows == "scans" else "joins",
        scans=scans,
        joined=joined,
        last=last,
        before=before,
        link=f"{address(request)}/s/{scene.code}",
    )


@post("/scenes/{scene_id:uuid}/ending", guards=MAY)
async def end(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], scene_id: FromPath[UUID]
) -> Redirect:
    """Take a code down."""
    await end_scene(db, acting.merchant_id, scene_id)
    return redirect(f"/console/{acting.merchant_id}/scenes/{scene_id}", flash=_("This code leads nowhere any more."))


@get("/posters.pdf", guards=MAY)
async def posters_pdf(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    scene: FromQuery[list[UUID]],
    size: FromQuery[str] = "a4",
) -> Response[bytes]:
    """The chosen codes to print, one a page."""
    if not 1 <= len(scene) <= 200 or size not in SIZES:
        raise Unreadable("poster_unreadable", _("Choose codes and a size of paper."))
    return poster_file(await _posters(request, db, acting, scene), size)


@get("/scenes/{scene_id:uuid}/poster.svg", guards=MAY)
async def poster_svg(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], scene_id: FromPath[UUID]
) -> Response[str]:
    """The poster as a picture that can be laid out further."""
    [poster] = await _posters(request, db, acting, [scene_id])
    return Response(svg(poster), media_type="image/svg+xml", headers={"cache-control": "private, no-cache"})


async def _posters(request: AnyRequest, db: Db, acting: Acting, scenes: Sequence[UUID]) -> list[Poster]:
    maker = await poster_maker(db, acting, address(request))
    return [maker.poster(await _scene(db, acting, scene_id)) for scene_id in scenes]


def poster_file(posters: Sequence[Poster], size: str) -> Response[bytes]:
    """A PDF that the browser shows."""
    return Response(
        pdf(posters, SIZES[size]),
        media_type="application/pdf",
        headers={"content-disposition": f'inline; filename="posters-{size}.pdf"', "cache-control": "private, no-cache"},
    )


scene_pages = Router(
    "/console/{merchant_id:uuid}",
    route_handlers=[list_page, new_page, create, scene_page, end, posters_pdf, poster_svg],
    include_in_schema=False,
)
