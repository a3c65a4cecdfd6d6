"""JSON API of the map: places as GeoJSON for other programs and for our own pages."""

from uuid import UUID

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from shuke.explore.asked import read_asked
from shuke.explore.queries import collection
from shuke.explore.types import Feature, FeatureCollection, feature_of
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound
from shuke.kit.web import AnyRequest, resource
from shuke.people import anyone, viewer_of
from shuke.places import Nearest, place_of


@get("/places", guards=[anyone], opt={"patient": True}, summary="Places around a point or in a view")
async def get_places(request: AnyRequest, db: NamedDependency[Db]) -> FeatureCollection:
    """GeoJSON, the nearest first: with `near` within `radius` metres of it, with `bbox` in that view (cut to 4 degrees about its middle).
    Show `attribution` with the data. Refusals: query_unreadable."""
    viewer = viewer_of(request)
    asked = read_asked(request.query_params)
    return await collection(db, asked, viewer.person_id if viewer else None, resource(request, Nearest))


@get("/places/{place_id:uuid}", guards=[anyone], summary="One place")
async def get_place(db: NamedDependency[Db], place_id: FromPath[UUID]) -> Feature:
    """A GeoJSON feature. Refusals: not_found."""
    place = await place_of(db, place_id)
    if place is None:
        raise NotFound
    return feature_of(place, None)


ASKED = {
    "near": "longitude,latitude",
    "bbox": "west,south,east,north",
    "coordinates": "how `near` and `bbox` are counted: wgs84, or gcj02 as Chinese map apps do; answers are in WGS-84",
    "radius": "metres around `near`: 3000, at most 50000",
    "category": "restaurant, cafe, bar...",
    "open": "1: open at this moment",
    "deals": "1: sells something now",
    "friends": "1: only where the caller's friends went",
    "price": "at most, of 1 to 4",
    "rating": "at least, of 0 to 5",
    "order": "distance or score",
    "limit": "20, at most 500",
    "cursor": "where the next page begins",
}

explore_routes = Router(
    "/api/v1",
    route_handlers=[
        Router(
            "/",
            route_handlers=[get_places],
            parameters={
                name: QueryParameter(name=name, annotation=str, required=False, description=said)
                for name, said in ASKED.items()
            },
        ),
        get_place,
    ],
    tags=["places"],
)
