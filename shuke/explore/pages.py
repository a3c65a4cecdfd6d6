"""Pages of the map: map and list, one place, what friends like."""

from datetime import timedelta
from uuid import UUID

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from shuke.explore.asked import read_asked
from shuke.explore.friends import liked_by_friends
from shuke.explore.place import place_shown
from shuke.explore.queries import look, start, who
from shuke.explore.words import who_went
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound
from shuke.kit.web import AnyRequest
from shuke.merchants import category_names
from shuke.people import Viewer, anyone, signed_in, viewer_of
from shuke.places import icon_of, place_of
from shuke.shell import render

ZOOM = 14


def _page(request: AnyRequest, name: str, /, **values: object) -> Response[str]:
    return render(request, name, 200, names=dict(category_names()), icon_of=icon_of, who_went=who_went, **values)


@get("/explore", guards=[anyone])
async def explore_page(request: AnyRequest, db: NamedDependency[Db]) -> Response[str]:
    """Map and list of what the address asks for; without script the list."""
    viewer = viewer_of(request)
    asked = read_asked(request.query_params)
    viewer_id = viewer.person_id if viewer else None
    begins = None if asked.point or asked.box else await start(db, viewer_id)
    found = await look(db, asked, viewer_id, begins.point if begins else None)
    zoom = asked.at.rpartition(",")[2] or (begins.zoom if begins else ZOOM)
    at = f"{found.point.longitude:.5f},{found.point.latitude:.5f},{zoom}"
    return _page(
        request,
        "explore/explore.html",
        look=found,
        asked=asked,
        at=at,
        begins=begins is not None,
        signed=viewer is not None,
        categories=category_names(),
    )


@get("/explore/list", guards=[anyone])
async def list_part(request: AnyRequest, db: NamedDependency[Db]) -> Response[str]:
    """The list alone, of the view that the map shows."""
    viewer = viewer_of(request)
    asked = read_asked(request.query_params)
    found = await look(db, asked, viewer.person_id if viewer else None)
    return _page(request, "explore/_found.html", look=found, asked=asked)


@get("/explore/places/{place_id:uuid}", guards=[anyone])
async def place_part(request: AnyRequest, db: NamedDependency[Db], place_id: FromPath[UUID]) -> Response[str]:
    """One place as a line of the list, when its pin was chosen."""
    viewer = viewer_of(request)
    place = await place_of(db, place_id)
    if place is None:
        raise NotFound
    friends = (await who(db, viewer.person_id if viewer else None, [place_id])).get(place_id, [])
    return _page(request, "explore/_one.html", place=place, friends=friends)


@get("/explore/friends", guards=[signed_in])
async def friends_page(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """Where friends went and what they say about it: who, and why it stands here."""
    return _page(request, "explore/friends.html", liked=await liked_by_friends(db, viewer.person_id))


@get("/places/{place_id:uuid}", guards=[anyone])
async def place_page(request: AnyRequest, db: NamedDependency[Db], place_id: FromPath[UUID]) -> Response[str]:
    """All that is known of a place, and what one can do there."""
    viewer = viewer_of(request)
    shown = await place_shown(db, place_id, viewer.person_id if viewer else None)
    soon = shown.until is not None and shown.until < clock.now() + timedelta(hours=20)
    return _page(request, "explore/place.html", shown=shown, place=shown.place, signed=viewer is not None, soon=soon)


explore_pages = Router(
    "/", route_handlers=[explore_page, list_part, place_part, friends_page, place_page], include_in_schema=False
)
