"""The page behind a link: what it is, who recommends it, one button; for a card the way in, also for somebody who is new."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import msgspec
from litestar import Router, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Response

from shuke.cards import JoinCall, benefits, join, membership_of, programme_of
from shuke.friends import faces, hidden_from
from shuke.kit import limits
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal
from shuke.kit.web import AnyRequest, address, client_address, secure_cookies
from shuke.merchants import merchant_card
from shuke.people import (
    UNDER_WAY,
    CodeGiven,
    ContactGiven,
    Viewer,
    anyone,
    ask_for_code,
    code_page,
    contact_from,
    session_cookie,
    sign_in,
    signed_in,
    under_way,
    viewer_of,
)
from shuke.shares import Share, Thing, arrive, preview, share_by_code
from shuke.sharing.actions import came_before, come, take_card
from shuke.sharing.own import gone
from shuke.shell import redirect, render

WAY = "shuke_way"  # a stranger's browser: its mark, and the links it opened
KEPT = 5  # links
DAYS = 30
OPENED = 600  # an hour from one address that are counted: a whole market may share one
HOUR = timedelta(hours=1)


class Offer(msgspec.Struct, frozen=True):
    """A card as the landing page shows it."""

    merchant_id: UUID
    name: str
    about: str
    programme: str
    colour: str
    benefits: list[str]


async def _offer(db: Db, merchant_id: UUID) -> Offer | None:
    merchant, programme = await merchant_card(db, merchant_id), await programme_of(db, merchant_id)
    if merchant is None or programme is None or not programme.open or merchant.status != "approved":
        return None
    return Offer(
        merchant_id, merchant.name, merchant.about, programme.name, programme.colour, benefits(programme, merchant.currency)
    )


def kept_way(request: AnyRequest) -> tuple[UUID | None, list[str]]:
    """The browser's mark, and the codes it opened, the last first."""
    mark, *codes = request.cookies.get(WAY, "").split(".")[: KEPT + 1]
    with suppress(ValueError):
        return UUID(mark), codes
    return None, []


def _way(mark: UUID, codes: list[str]) -> Cookie:
    value = ".".join([mark.hex, *codes[:KEPT]])
    return Cookie(key=WAY, value=value, path="/x", max_age=DAYS * 86400, httponly=True, samesite="lax", secure=secure_cookies())


def _nowhere(request: AnyRequest) -> Response[str]:
    return render(
        request,
        "shell/refusal.html",
        status=404,
        heading=_("This link leads nowhere"),
        detail=_("What it showed is gone, or not for you."),
        next=(_("To the start"), "/"),
    )


async def _page(
    request: AnyRequest, db: Db, share: Share, viewer: Viewer | None, *, contact: str = "", refusal: Refusal | None = None
) -> Response[str]:
    person_id = viewer.person_id if viewer else None
    shown = await preview(db, share.thing, person_id)
    hidden = bool(await hidden_from(db, person_id, [share.person_id]))
    if shown is None and (viewer is not None or await gone(db, share)):
        return _nowhere(request)
    return render(
        request,
        "sharing/landing.html",
        status=refusal.status if refusal else 200,
        share=share,
        shown=shown,
        offer=await _offer(db, share.owner_id) if share.kind == "card" and shown is not None else None,
        giver=None if hidden else (await faces(db, person_id, [share.person_id]))[share.person_id],
        known=viewer is not None,
        mine=person_id == share.person_id,
        contact=contact,
        error=refusal.detail if refusal else "",
        site=address(request),
        here_is=share.path,
    )


@get("/x/{code:str}", guards=[anyone], opt={"writes": True})
async def landing_page(request: AnyRequest, db: NamedDependency[Db], code: FromPath[str]) -> Response[str] | Redirect:
    """Who is signed in goes to the thing at once, except for a card to be taken; a stranger is counted once her browser says so."""
    share = await share_by_code(db, code)
    if share is None:
        return _nowhere(request)
    viewer = viewer_of(request)
    if viewer is None:
        return await _page(request, db, share, None)
    await come(db, share, viewer.person_id, kept_way(request)[0])
    shown = await preview(db, share.thing, viewer.person_id)
    if share.kind == "card" and await membership_of(db, viewer.person_id, share.owner_id) is not None:
        return redirect(f"/cards/{share.owner_id}")
    if share.kind != "card" and shown is not None:
        return redirect(shown.href)
    return await _page(request, db, share, viewer)


@post("/x/{code:str}/opened", guards=[anyone], status_code=204)
async def note_opened(request: AnyRequest, db: NamedDependency[Db], code: FromPath[str]) -> Response[None]:
    """Sent by the page itself: programs that only look for a picture are not counted."""
    share = await share_by_code(db, code)
    if share is None or viewer_of(request) is not None:
        return Response(None, status_code=204)
    subject = f"opened:{client_address(request)}"
    if await limits.tries(db, subject) >= OPENED:
        return Response(None, status_code=204)
    await limits.count(db, subject, HOUR)
    mark, codes = kept_way(request)
    mark = await arrive(db, share, None, mark)
    answer = Response(None, status_code=204)
    if mark is not None:
        answer.set_cookie(_way(mark, [share.code, *(one for one in codes if one != share.code)]))
    return answer


@get("/x/came", guards=[anyone], opt={"writes": True})
async def came(request: AnyRequest, db: NamedDependency[Db]) -> Response[None]:
    """Asked by a new member's card: the links that her browser opened before are hers from now on."""
    viewer, (mark, codes) = viewer_of(request), kept_way(request)
    answer = Response(None, status_code=204)
    if viewer is not None and mark is not None:
        await came_before(db, viewer.person_id, codes, mark)
        answer.delete_cookie(WAY, path="/x")
    return answer


@post("/x/{code:str}/card", guards=[signed_in])
async def take_shared_card(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], code: FromPath[str]
) -> Response[str] | Redirect:
    """The one button of somebody who is signed in."""
    share = await share_by_code(db, code)
    if share is None:
        return _nowhere(request)
    try:
        joined = await take_card(db, share, viewer.person_id, kept_way(request)[0])
    except Refusal:
        return _nowhere(request)
    return redirect(f"/cards/{share.owner_id}" + ("?new" if joined.fresh else ""))


def _form(share: Share) -> dict[str, str]:
    return {
        "title": _("Almost there"),
        "action": f"{share.path}/join/code",
        "again": f"{share.path}/join",
        "back": share.path,
        "button": _("Take the card"),
    }


@post("/x/{code:str}/join", guards=[anyone])
async def ask_code(
    request: AnyRequest, db: NamedDependency[Db], code: FromPath[str], data: URLEncodedBody[ContactGiven]
) -> Response[str] | Redirect:
    """Send a code to the contact, or say what is wrong with it beside the field."""
    share = await share_by_code(db, code)
    if share is None:
        return _nowhere(request)
    if viewer_of(request) is not None:
        return redirect(share.path)
    try:
        cookie = await ask_for_code(db, request, contact_from(data.contact), "sign_in", share.path)
    except Refusal as refusal:
        return await _page(request, db, share, None, contact=data.contact[:254], refusal=refusal)
    answer = redirect(f"{share.path}/join")
    answer.set_cookie(cookie)
    return answer


@get("/x/{code:str}/join", guards=[anyone])
async def show_code(request: AnyRequest, db: NamedDependency[Db], code: FromPath[str]) -> Response[str] | Redirect:
    """Ask for the code that was sent."""
    share = await share_by_code(db, code)
    if share is None:
        return _nowhere(request)
    found = under_way(request, "sign_in")
    if found is None or viewer_of(request) is not None:
        return redirect(share.path)
    return code_page(request, *found, _form(share))


@post("/x/{code:str}/join/code", guards=[anyone])
async def give_code(
    request: AnyRequest, db: NamedDependency[Db], code: FromPath[str], data: URLEncodedBody[CodeGiven]
) -> Response[str] | Redirect:
    """Account, session, card and branch in one transaction; or what is wrong with the code."""
    share = await share_by_code(db, code)
    if share is None:
        return _nowhere(request)
    found = under_way(request, "sign_in")
    if found is None:
        return redirect(share.path, flash=_("That took too long. Please ask for a new code."), kind="warn")
    asked, contact = found
    try:
        session = await sign_in(db, request, contact, data.code)
    except Refusal as refusal:
        return code_page(request, asked, contact, _form(share), refusal)
    try:
        joined = await take_card(db, share, session.person_id, kept_way(request)[0])
        answer = redirect(f"/cards/{share.owner_id}" + ("?new" if joined.fresh else ""))
    except Refusal:  # signed in all the same; the link's page says why there is no card
        answer = redirect(share.path)
    answer.set_cookie(session_cookie(session))
    answer.delete_cookie(UNDER_WAY)
    return answer


@get("/take/{merchant_id:uuid}", guards=[anyone])
async def card_to_take(request: AnyRequest, db: NamedDependency[Db], merchant_id: FromPath[UUID]) -> Response[str] | Redirect:
    """A card that nobody in particular recommends; a member's own opens at once."""
    viewer, offer = viewer_of(request), await _offer(db, merchant_id)
    if viewer is not None and await membership_of(db, viewer.person_id, merchant_id) is not None:
        return redirect(f"/cards/{merchant_id}")
    shown = await preview(db, Thing("card", merchant_id, merchant_id), viewer.person_id if viewer else None)
    if offer is None or shown is None:
        return _nowhere(request)
    return render(
        request,
        "sharing/landing.html",
        share=None,
        shown=shown,
        offer=offer,
        giver=None,
        known=viewer is not None,
        mine=False,
        contact="",
        error="",
        site=address(request),
        here_is=f"/take/{merchant_id}",
    )


@post("/take/{merchant_id:uuid}/card", guards=[signed_in])
async def take_found_card(db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID]) -> Redirect:
    """Join; a link that brought her before counts. Refusals: no_programme."""
    [joined] = await join(db, [JoinCall(merchant_id, viewer.person_id, None)])
    if isinstance(joined, Refusal):
        raise joined
    return redirect(f"/cards/{merchant_id}" + ("?new" if joined.fresh else ""))


landing_pages = Router(
    "/",
    route_handlers=[
        landing_page,
        note_opened,
        came,
        take_shared_card,
        ask_code,
        show_code,
        give_code,
        card_to_take,
        take_found_card,
    ],
    include_in_schema=False,
)
