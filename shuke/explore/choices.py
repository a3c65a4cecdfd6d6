"""Choosing a place on another page, such as for a post: suggestions while one types, and the chosen one as an option of its field."""

from uuid import UUID

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from shuke.explore.queries import NOWHERE, start
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound
from shuke.kit.web import AnyRequest
from shuke.people import Viewer, signed_in
from shuke.places import icon_of, place_of
from shuke.search import suggest
from shuke.shell import render

LONGEST = 80


@get("/explore/choices", guards=[signed_in])
async def show_choices(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], q: FromQuery[str] = ""
) -> Response[str]:
    """Places that the letters typed so far may become, those near where she was last first."""
    words = q.strip()[:LONGEST]
    begins = await start(db, viewer.person_id) if words else NOWHERE
    found = await suggest(db, words, None if begins is NOWHERE else begins.point) if words else []
    return render(request, "explore/_choices.html", found=[one for one in found if one.place_id], q=words, icon_of=icon_of)


@get("/explore/choices/{place_id:uuid}", guards=[signed_in])
async def show_chosen(request: AnyRequest, db: NamedDependency[Db], place_id: FromPath[UUID]) -> Response[str]:
    """The chosen place for the field, and that it was chosen. Refusal: not_found."""
    place = await place_of(db, place_id)
    if place is None:
        raise NotFound
    return render(request, "explore/_chosen.html", place=place)


choice_pages = Router("/", route_handlers=[show_choices, show_chosen], include_in_schema=False)
