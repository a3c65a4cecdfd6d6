"""The page of people and groups near me."""

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.response import Redirect

from shuke.around.actions import show, stop
from shuke.around.queries import around, looking
from shuke.clubs import groups_near
from shuke.kit.db import Db
from shuke.kit.geo import Point
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal
from shuke.kit.web import AnyRequest
from shuke.people import Viewer, signed_in
from shuke.shell import redirect, render
from shuke.tribes import near

GROUPS = 5


class PositionForm(msgspec.Struct, frozen=True):
    """As the device says it."""

    longitude: str = ""
    latitude: str = ""


@get("/around", guards=[signed_in])
async def show_around(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """Who and what is near, or what it means to be shown."""
    mine = await looking(db, viewer.person_id)
    here = Point(mine.longitude, mine.latitude) if mine else None
    return render(
        request,
        "around/around.html",
        found=await around(db, viewer.person_id) if mine else None,
        clubs=await groups_near(db, viewer.person_id, here, GROUPS) if here else [],
        tribes=await near(db, viewer.person_id, here, GROUPS) if here else [],
    )


@post("/around", guards=[signed_in])
async def show_myself(db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: URLEncodedBody[PositionForm]) -> Redirect:
    """Be shown for two hours."""
    try:
        point = Point(float(data.longitude), float(data.latitude))
    except ValueError:
        return redirect("/around", flash=_("Your position did not arrive. Please try again."), kind="warn")
    try:
        await show(db, viewer.person_id, point)
    except Refusal as refusal:
        return redirect("/around", flash=refusal.detail, kind="warn")
    return redirect("/around")


@post("/around/end", guards=[signed_in])
async def hide_myself(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Redirect:
    """Be seen no more."""
    await stop(db, viewer.person_id)
    return redirect("/around", flash=_("Nobody sees you here any more, and nothing of it is kept."))


around_pages = Router("/", route_handlers=[show_around, show_myself, hide_myself], include_in_schema=False)
