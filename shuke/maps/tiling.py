"""From things to a PMTiles file: each zoom simplified for itself, cut into tiles, written in the order of the file."""

import gzip
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt
import shapely
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from shapely.geometry.base import BaseGeometry

from shuke.maps.mvt import EXTENT, LINE, POINT, POLYGON, Feature, Value, encode
from shuke.maps.sea import sea
from shuke.maps.things import Source, Thing

ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
MARGIN = 80  # units of the grid beyond the tile's edge
FINE = 3.0  # units of the grid that simplifying may move a line
SMALLEST = 220.0  # square units: less is not drawn
ORDER = ("land", "landuse", "green", "water", "waterways", "buildings", "rail", "roads", "labels")
Ends: TypeAlias = npt.NDArray[np.float64]
Tile: TypeAlias = dict[str, list[Feature]]


class Built(msgspec.Struct, frozen=True):
    """What was made."""

    path: Path
    tiles: int
    bytes: int


def build(source: Source, path: Path, zooms: tuple[int, int]) -> Built:
    """Write the map of a city; a reader sees the old file until the new one is whole."""
    flat = [msgspec.structs.replace(thing, geometry=_flat(thing.geometry)) for thing in _merged(_whole(source))]
    draft = path.with_suffix(".draft")
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with draft.open("wb") as file:
        writer = Writer(file)
        for zoom in range(zooms[0], zooms[1] + 1):
            for number, tile in sorted(_tiles(flat, zoom).items()):
                body = encode({layer: tile[layer] for layer in ORDER if layer in tile})
                if body:
                    writer.write_tile(number, gzip.compress(body, 9, mtime=0))
                    count += 1
        writer.finalize(
            _header(source.covered, zooms), {"name": path.stem, "attribution": ATTRIBUTION, "vector_layers": _layers(zooms)}
        )
    draft.replace(path)
    return Built(path, count, path.stat().st_size)


def _layers(zooms: tuple[int, int]) -> list[dict[str, object]]:
    return [{"id": layer, "fields": {}, "minzoom": zooms[0], "maxzoom": zooms[1]} for layer in ORDER]


def _header(covered: BaseGeometry, zooms: tuple[int, int]) -> dict[str, object]:
    west, south, east, north = (round(degrees * 1e7) for degrees in covered.bounds)
    middle = shapely.get_parts(covered)[0].centroid
    return {
        "version": 3,
        "tile_compression": Compression.GZIP,
        "tile_type": TileType.MVT,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": min(14, zooms[1]),
        "center_lon_e7": round(middle.x * 1e7),
        "center_lat_e7": round(middle.y * 1e7),
    }


def _whole(source: Source) -> Iterator[Thing]:
    """Land, sea, and everything else within what the source covers."""
    yield Thing("land", 0, source.covered, {})
    water = sea(source.coast, source.covered)
    if not water.is_empty:
        yield Thing("water", 0, water, {"class": "sea"})
    shapely.prepare(source.covered)
    for thing in source.things:
        if source.covered.contains(thing.geometry):
            yield thing
        elif source.covered.intersects(thing.geometry):
            inside = shapely.make_valid(thing.geometry).intersection(source.covered)
            if not inside.is_empty:
                yield msgspec.structs.replace(thing, geometry=inside)


def _merged(found: Iterator[Thing]) -> Iterator[Thing]:
    """Lines of one name and class as one, so that streets carry their names along."""
    lines: dict[tuple[str, int, tuple[tuple[str, Value], ...]], list[BaseGeometry]] = defaultdict(list)
    for thing in found:
        if thing.geometry.geom_type.endswith("LineString"):
            lines[thing.layer, thing.zoom, tuple(sorted(thing.properties.items()))].append(thing.geometry)
        else:
            yield thing
    for (layer, zoom, properties), parts in lines.items():
        joined = shapely.line_merge(shapely.multilinestrings([line for part in parts for line in shapely.get_parts(part)]))
        for line in shapely.get_parts(joined):
            yield Thing(layer, zoom, line, dict(properties))


def _flat(geometry: BaseGeometry) -> BaseGeometry:
    """Degrees to the unit square of Mercator, y downwards."""

    def project(ends: Ends) -> Ends:
        x = ends[:, 0] / 360 + 0.5
        y = 0.5 - np.log(np.tan(np.pi / 4 + np.radians(ends[:, 1]) / 2)) / (2 * np.pi)
        return np.column_stack((x, y))

    return shapely.transform(geometry, project)


def _tiles(flat: Sequence[Thing], zoom: int) -> dict[int, Tile]:
    """Every tile of a zoom by its number in the file."""
    tiles: dict[int, Tile] = defaultdict(lambda: defaultdict(list))
    scale = 2**zoom * EXTENT
    for thing in flat:
        if thing.zoom > zoom:
            continue
        shown = _shown(shapely.transform(thing.geometry, lambda ends: ends * scale), thing.layer)
        if shown is None:
            continue
        west, north, east, south = shown.bounds
        last = 2**zoom - 1
        for x in range(max(0, math.floor((west - MARGIN) / EXTENT)), min(last, math.floor((east + MARGIN) / EXTENT)) + 1):
            for y in range(max(0, math.floor((north - MARGIN) / EXTENT)), min(last, math.floor((south + MARGIN) / EXTENT)) + 1):
                feature = _cut(shown, x, y, thing.properties)
                if feature is not None:
                    tiles[zxy_to_tileid(zoom, x, y)][thing.layer].append(feature)
    return tiles


def _shown(geometry: BaseGeometry, layer: str) -> BaseGeometry | None:
    """As simple as this zoom allows; None where nothing would be seen of it."""
    if shapely.get_dimensions(geometry) == 0:
        return geometry
    simple = shapely.simplify(geometry, FINE if layer != "buildings" else FINE / 2, preserve_topology=True)
    if shapely.get_dimensions(simple) == 2 and simple.area < SMALLEST:
        return None
    return None if simple.is_empty else simple


def _cut(geometry: BaseGeometry, x: int, y: int, properties: Mapping[str, Value]) -> Feature | None:
    west, north = x * EXTENT, y * EXTENT
    dimension = shapely.get_dimensions(geometry)
    if dimension == 0:
        inside = west <= geometry.x < west + EXTENT and north <= geometry.y < north + EXTENT
        return (
            Feature(POINT, [[(math.floor(geometry.x) - west, math.floor(geometry.y) - north)]], properties) if inside else None
        )
    part = shapely.clip_by_rect(geometry, west - MARGIN, north - MARGIN, west + EXTENT + MARGIN, north + EXTENT + MARGIN)
    if part.is_empty:
        return None
    part = shapely.set_precision(shapely.transform(part, lambda ends: ends - (west, north)), 1)
    paths = list(_lines(part) if dimension == 1 else _rings(part))
    return Feature(LINE if dimension == 1 else POLYGON, paths, properties) if paths else None


def _lines(part: BaseGeometry) -> Iterator[list[tuple[int, int]]]:
    for line in shapely.get_parts(part):
        if line.geom_type == "LineString" and len(line.coords) > 1:
            yield [(int(x), int(y)) for x, y in line.coords]


def _rings(part: BaseGeometry) -> Iterator[list[tuple[int, int]]]:
    """Outer rings clockwise on the screen; with y downwards that is counter-clockwise for shapely."""
    for polygon in shapely.get_parts(part):
        if polygon.geom_type == "Polygon" and not polygon.is_empty:
            turned = shapely.orient_polygons(polygon)
            for ring in (turned.exterior, *turned.interiors):
                yield [(int(x), int(y)) for x, y in ring.coords[:-1]]
