"""Pages on the way in: the start page, the scanner, what a scanned scene or claim link shows."""

from uuid import UUID

import msgspec
from litestar import Router, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Response

from shuke.cards import JoinCall
from shuke.kit import clock, limits
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal
from shuke.kit.web import AnyRequest, client_address, resource, secure_cookies
from shuke.merchants import Scene, note_scan
from shuke.people import Viewer, anyone, signed_in, viewer_of
from shuke.shell import redirect, render
from shuke.wallet.queries import claim_of, claim_shown, scene_of, scene_shown
from shuke.wallet.routes import Joiner, take
from shuke.wallet.scanned import Destination, read_scanned, standing

SEEN = "shuke_seen"  # the scene a stranger's browser has just shown: a reload within a minute is the same scan
SCANS = 600  # an hour from one address that are kept: a whole market may share one
GUESSES = 30  # unknown codes from one address in ten minutes


class Scanned(msgspec.Struct, frozen=True):
    """The form of the scanner."""

    code: str = ""


@get("/", guards=[anyone], include_in_schema=False)
async def start_page(request: AnyRequest, db: NamedDependency[Db]) -> Response[str] | Redirect:
    """Who is signed in goes on to the wallet; others learn what this installation is."""
    if viewer_of(request) is not None:
        return redirect("/wallet")
    return render(request, "wallet/start.html", standing=await standing(db))


@get("/scan", guards=[anyone], include_in_schema=False)
async def scan_page(request: AnyRequest) -> Response[str]:
    """Camera, picture, or typed code."""
    return render(request, "wallet/scan.html", value="", error="")


@post("/scan", guards=[anyone], include_in_schema=False, status_code=200)
async def scan(request: AnyRequest, db: NamedDependency[Db], data: URLEncodedBody[Scanned]) -> Response[str] | Redirect:
    """Go where the code leads, or say what is wrong with it."""
    viewer = viewer_of(request)
    found = await read_scanned(db, data.code, viewer.person_id if viewer else None)
    if isinstance(found, Destination):
        return redirect(found.address)
    try:
        await limits.at_most(db, f"scan:{_caller(request)}", GUESSES, limits.HOUR / 6)
    except Refusal as refusal:
        found = refusal
    return render(request, "wallet/scan.html", status=found.status, value=data.code[:80], error=found.detail)


def _caller(request: AnyRequest) -> str:
    viewer = viewer_of(request)
    return str(viewer.person_id) if viewer else request.client.host if request.client else ""


@get("/s/{code:str}", guards=[anyone], include_in_schema=False, opt={"writes": True})
async def scene_page(request: AnyRequest, db: NamedDependency[Db], code: FromPath[str]) -> Response[str] | Redirect:
    """What the scene opens; a member's card opens at once. The scan is kept."""
    try:
        scene = await scene_of(db, code)
    except Refusal as refusal:
        return refused_code(request, refusal)
    viewer = viewer_of(request)
    person_id = viewer.person_id if viewer else None
    if viewer is not None or request.cookies.get(SEEN) != scene.code:
        await _note(db, scene, person_id, client_address(request))
    shown = await scene_shown(db, scene, person_id)
    answer: Response[str] | Redirect = (
        redirect(f"/cards/{scene.merchant_id}")
        if shown.member
        else render(request, "wallet/scene.html", shown=shown, contact="", error="", known=viewer is not None)
    )
    if viewer is None:
        answer.set_cookie(_seen(scene))
    return answer


async def _note(db: Db, scene: Scene, person_id: UUID | None, address: str) -> None:
    """Keep the scan, unless this address has made as many as no shop has: the page opens all the same."""
    subject = f"seen:{address}"
    if await limits.tries(db, subject) < SCANS:
        await limits.count(db, subject, limits.HOUR)
        await note_scan(db, scene.merchant_id, scene.scene_id, person_id)


def _seen(scene: Scene) -> Cookie:
    return Cookie(key=SEEN, value=scene.code, path="/s", max_age=60, httponly=True, samesite="lax", secure=secure_cookies())


def refused_code(request: AnyRequest, refusal: Refusal) -> Response[str]:
    """A code that leads nowhere: why, and what to do."""
    headings = {
        "scene_ended": _("This code has been taken down"),
        "merchant_paused": _("Not at the moment"),
        "claim_ended": _("This link has ended"),
        "no_programme": _("No card here"),
    }
    return render(
        request,
        "shell/refusal.html",
        status=refusal.status,
        heading=headings.get(refusal.name, _("We don't know this code")),
        detail=refusal.detail,
        next=(_("Scan another code"), "/scan"),
    )


@post("/s/{code:str}/card", guards=[signed_in], include_in_schema=False)
async def take_card(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], code: FromPath[str]
) -> Response[str] | Redirect:
    """The one button of somebody who is signed in."""
    try:
        scene = await scene_of(db, code)
        await resource(request, Joiner)(JoinCall(scene.merchant_id, viewer.person_id, scene.scene_id))
    except Refusal as refusal:
        return refused_code(request, refusal)
    return redirect(f"/cards/{scene.merchant_id}?new")


@get("/claim/{code:str}", guards=[anyone], include_in_schema=False)
async def claim_page(request: AnyRequest, db: NamedDependency[Db], code: FromPath[str]) -> Response[str] | Redirect:
    """What a claim link gives; who has taken hers sees her voucher."""
    viewer = viewer_of(request)
    try:
        found = await claim_of(db, code)
        shown = await claim_shown(db, found, viewer.person_id if viewer else None)
        if shown.taken is not None:
            return redirect(f"/vouchers/{shown.taken}" if shown.taken else "/gifts")
        refusal = found.refusal(clock.now())
        if refusal is not None:
            raise refusal
    except Refusal as refusal:
        return refused_code(request, refusal)
    return render(request, "wallet/claim.html", shown=shown, known=viewer is not None, refusal=None)


@post("/claim/{code:str}", guards=[signed_in], include_in_schema=False)
async def take_claim(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], code: FromPath[str]
) -> Response[str] | Redirect:
    """Take the voucher; a second time leads to the same one."""
    try:
        found = await claim_of(db, code)
    except Refusal as refusal:
        return refused_code(request, refusal)
    try:
        taken = await take(request, found, viewer.person_id)
    except Refusal as refusal:
        shown = await claim_shown(db, found, viewer.person_id)
        return render(request, "wallet/claim.html", status=refusal.status, shown=shown, known=True, refusal=refusal)
    return redirect(f"/vouchers/{taken}" if taken else "/gifts", flash=_("It is yours. Show this code at the till."))


pages = Router(
    "/",
    route_handlers=[start_page, scan_page, scan, scene_page, take_card, claim_page, take_claim],
)
