"""Joining by somebody who is new: contact, code, card; one flow that starts at the scanned scene."""

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Response

from shuke.cards import JoinCall, join
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal
from shuke.kit.web import AnyRequest
from shuke.people import (
    UNDER_WAY,
    CodeGiven,
    ContactGiven,
    anyone,
    ask_for_code,
    code_page,
    contact_from,
    session_cookie,
    sign_in,
    under_way,
    viewer_of,
)
from shuke.shell import redirect, render
from shuke.wallet.queries import scene_of, scene_shown
from shuke.wallet.scene_pages import refused_code


def _form(code: str) -> dict[str, str]:
    return {
        "title": _("Almost there"),
        "action": f"/s/{code}/join/code",
        "again": f"/s/{code}/join",
        "back": f"/s/{code}",
        "button": _("Take the card"),
    }


@post("/s/{code:str}/join", guards=[anyone], include_in_schema=False)
async def ask_join_code(
    request: AnyRequest, db: NamedDependency[Db], code: FromPath[str], data: URLEncodedBody[ContactGiven]
) -> Response[str] | Redirect:
    """Send a code to the contact, or say what is wrong with it beside the field."""
    try:
        scene = await scene_of(db, code)
    except Refusal as refusal:
        return refused_code(request, refusal)
    if viewer_of(request) is not None:
        return redirect(f"/s/{scene.code}")
    try:
        cookie = await ask_for_code(db, request, contact_from(data.contact), "sign_in", f"/s/{scene.code}")
    except Refusal as refusal:
        return render(
            request,
            "wallet/scene.html",
            status=refusal.status,
            shown=await scene_shown(db, scene, None),
            known=False,
            contact=data.contact[:254],
            error=refusal.detail,
        )
    answer = redirect(f"/s/{scene.code}/join")
    answer.set_cookie(cookie)
    return answer


@get("/s/{code:str}/join", guards=[anyone], include_in_schema=False)
async def show_join_code(request: AnyRequest, db: NamedDependency[Db], code: FromPath[str]) -> Response[str] | Redirect:
    """Ask for the code that was sent."""
    try:
        scene = await scene_of(db, code)
    except Refusal as refusal:
        return refused_code(request, refusal)
    found = under_way(request, "sign_in")
    if found is None or viewer_of(request) is not None:
        return redirect(f"/s/{scene.code}")
    return code_page(request, *found, _form(scene.code))


@post("/s/{code:str}/join/code", guards=[anyone], include_in_schema=False)
async def give_join_code(
    request: AnyRequest, db: NamedDependency[Db], code: FromPath[str], data: URLEncodedBody[CodeGiven]
) -> Response[str] | Redirect:
    """Account, session and card in one transaction; or what is wrong with the code."""
    try:
        scene = await scene_of(db, code)
    except Refusal as refusal:
        return refused_code(request, refusal)
    found = under_way(request, "sign_in")
    if found is None:
        return redirect(f"/s/{scene.code}", flash=_("That took too long. Please ask for a new code."), kind="warn")
    asked, contact = found
    try:
        session = await sign_in(db, request, contact, data.code)
    except Refusal as refusal:
        return code_page(request, asked, contact, _form(scene.code), refusal)
    joined = (await join(db, [JoinCall(scene.merchant_id, session.person_id, scene.scene_id)]))[0]
    if isinstance(joined, Refusal):  # signed in all the same; the scene's page says why there is no card
        answer = redirect(f"/s/{scene.code}")
    else:
        answer = redirect(f"/cards/{scene.merchant_id}" + ("?new" if joined.fresh else ""))
    answer.set_cookie(session_cookie(session))
    answer.delete_cookie(UNDER_WAY)
    return answer


pages = Router("/", route_handlers=[ask_join_code, show_join_code, give_join_code])
