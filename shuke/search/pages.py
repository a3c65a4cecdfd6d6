"""The page to search on, and what it suggests while one types."""

from urllib.parse import urlencode

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from shuke.kit.db import Db
from shuke.kit.web import AnyRequest
from shuke.merchants import category_names
from shuke.people import anyone
from shuke.places import icon_of
from shuke.search.asked import cut, point_of
from shuke.search.queries import search, suggest
from shuke.shell import render

SHOWN = 30
KINDS = ("restaurant", "cafe", "fast_food", "bar", "bakery", "grocery", "hotel", "culture")


@get("/search", guards=[anyone], include_in_schema=False)
async def search_page(
    request: AnyRequest, db: NamedDependency[Db], q: FromQuery[str] = "", at: FromQuery[str] = ""
) -> Response[str]:
    """What was found, the best first; before anything is typed, kinds of places. Refusals: query_unreadable."""
    words, point = cut(q), point_of(at)
    names = dict(category_names())
    return render(
        request,
        "search/search.html",
        q=words,
        at=at,
        found=await search(db, words, point, SHOWN) if words else [],
        names=names,
        kinds=[(names[kind], icon_of(kind), explored(kind, at)) for kind in KINDS],
        icon_of=icon_of,
    )


@get("/search/suggestions", guards=[anyone], include_in_schema=False)
async def suggestions(
    request: AnyRequest, db: NamedDependency[Db], q: FromQuery[str] = "", at: FromQuery[str] = ""
) -> Response[str]:
    """A part of the page: what the letters typed so far may become. Refusals: query_unreadable."""
    words = cut(q)
    found = await suggest(db, words, point_of(at)) if words else []
    return render(request, "search/_suggestions.html", found=found, q=words, at=at, icon_of=icon_of, explored=explored)


def explored(category: str, at: str) -> str:
    """The map with the places of a category, where one was looking."""
    return f"/explore?{urlencode({'category': category, **({'at': at} if at else {})})}"


search_pages = Router("/", route_handlers=[search_page, suggestions])
