"""JSON API of the search."""

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from shuke.kit.db import Db
from shuke.people import anyone
from shuke.search.asked import cut, point_of
from shuke.search.queries import search, suggest
from shuke.search.types import Found, Suggestion

MOST = 50


class Results(msgspec.Struct, frozen=True):
    """Found places, the best first."""

    items: list[Found]


class Suggestions(msgspec.Struct, frozen=True):
    """What may be meant, the likeliest first."""

    items: list[Suggestion]


@get("/search", guards=[anyone], summary="Search places")
async def get_results(
    db: NamedDependency[Db], q: FromQuery[str], near: FromQuery[str] = "", limit: FromQuery[int] = 20
) -> Results:
    """By name in any language, what is sold, or kind of place; Chinese also by Pinyin or initials; a slip of the finger is forgiven. `near` is
    longitude,latitude: the nearer of equals first. At most 50. Refusals: query_unreadable."""
    return Results(await search(db, cut(q), point_of(near), max(1, min(limit, MOST))))


@get("/suggestions", guards=[anyone], summary="Suggest while somebody types")
async def get_suggestions(db: NamedDependency[Db], q: FromQuery[str], near: FromQuery[str] = "") -> Suggestions:
    """Places and kinds of places that the letters typed so far may become; at most 8. Refusals: query_unreadable."""
    return Suggestions(await suggest(db, cut(q), point_of(near)))


search_routes = Router("/api/v1", route_handlers=[get_results, get_suggestions], tags=["search"])
