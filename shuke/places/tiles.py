"""Places as vector tiles, for maps of others: written by our own small encoder, as serving them needs no package."""

import math
from uuid import UUID

import msgspec
from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from shuke.kit.db import Db
from shuke.kit.geo import EQUATOR, Box
from shuke.kit.refusals import NotFound
from shuke.maps import EXTENT, POINT, TILE, Feature, Value, encode
from shuke.people import anyone
from shuke.places.cells import parts

MOST = 3000  # places in one tile, the best first
LEAST_ZOOM, DEEPEST_ZOOM = 9, 20  # a tile of a wider view would ask too many cells
HALF = math.pi * EQUATOR


class _Spot(msgspec.Struct, frozen=True):
    place_id: UUID
    name: str
    category: str
    score: float
    offers: int
    x: float
    y: float


@get("/tiles/places/{zoom:int}/{x:int}/{name:str}", guards=[anyone], summary="A vector tile of places")
async def places_tile(db: NamedDependency[Db], zoom: FromPath[int], x: FromPath[int], name: FromPath[str]) -> Response[bytes]:
    """Address: zoom 9 to 20, column, row with .mvt. Layer `places` with points: id, name, category, deals (whether something may be on sale),
    score in tenths; at most 3,000 of a tile, the best first. 204 where there is nothing. Refusals: not_found."""
    row, _, ending = name.partition(".")
    if ending != "mvt" or not (row.isascii() and row.isdecimal() and len(row) < 8) or not LEAST_ZOOM <= zoom <= DEEPEST_ZOOM:
        raise NotFound
    y = int(row)
    if x < 0 or max(x, y) >= 2**zoom:
        raise NotFound
    spots = await _within(db, zoom, x, y)
    headers = {"access-control-allow-origin": "*", "cache-control": "public, max-age=60"}
    if not spots:
        return Response(b"", status_code=204, headers=headers)
    return Response(encode({"places": [_feature(spot, zoom, x, y) for spot in spots]}), media_type=TILE, headers=headers)


def _feature(spot: _Spot, zoom: int, x: int, y: int) -> Feature:
    scale = 2**zoom * EXTENT / (2 * HALF)
    at = (math.floor((spot.x + HALF) * scale) - x * EXTENT, math.floor((HALF - spot.y) * scale) - y * EXTENT)
    told: dict[str, Value] = {
        "id": str(spot.place_id),
        "name": spot.name,
        "category": spot.category,
        "score": round(spot.score * 10),
        "deals": spot.offers > 0,
    }
    return Feature(POINT, [[at]], told)


async def _within(db: Db, zoom: int, x: int, y: int) -> list[_Spot]:
    side = 2 * HALF / 2**zoom
    asked = parts(_degrees(zoom, x, y))
    return await db.all(
        _Spot,
        """
        select p.place_id, p.name, p.category, p.score, p.offers, p.spot[0] as x, p.spot[1] as y
        from unnest(:cells::bigint[]) as c(cell) join places.places p on p.cell = c.cell
        where p.spot <@ box(point(:west, :south), point(:east, :north))
        order by p.score desc, p.reviews desc, p.place_id limit :most
        """,
        cells=[part.cell for part in asked],
        west=x * side - HALF,
        east=(x + 1) * side - HALF,
        north=HALF - y * side,
        south=HALF - (y + 1) * side,
        most=MOST,
    )


def _degrees(zoom: int, x: int, y: int) -> Box:
    def north(row: int) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / 2**zoom))))

    return Box(x * 360 / 2**zoom - 180, north(y + 1), (x + 1) * 360 / 2**zoom - 180, north(y))


tile_routes = Router("/api/v1", route_handlers=[places_tile], tags=["map"])
