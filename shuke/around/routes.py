"""API of the around room."""

from litestar import Router, delete, get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from shuke.around.actions import show, stop
from shuke.around.queries import around
from shuke.around.types import Around, Position
from shuke.kit.db import Db
from shuke.kit.geo import Point
from shuke.people import Viewer, signed_in


@get("/", guards=[signed_in], summary="People near me")
async def get_around(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Around:
    """While one shows oneself; within 2, 5 or 10 km of roughly where they are. Refusal: not_shown."""
    return await around(db, viewer.person_id)


@put("/position", guards=[signed_in], summary="Show myself to people near me")
async def put_position(db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: JSONBody[Position]) -> Around:
    """For two hours. Only the square of 400 metres is kept, and others see another place 300 metres and more away. Refusals:
    position_unreadable, too_many_requests, unreadable."""
    await show(db, viewer.person_id, Point(data.longitude, data.latitude))
    return await around(db, viewer.person_id)


@delete("/position", guards=[signed_in], summary="Show myself no more")
async def delete_position(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> None:
    """At once; nothing of it is kept."""
    await stop(db, viewer.person_id)


around_routes = Router("/api/v1/around", route_handlers=[get_around, put_position, delete_position], tags=["around"])
