"""What a map is made of: geometries with their layer and names, from an OpenStreetMap extract or from layers of GeoJSON."""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import osmium
import shapely
from shapely.geometry import LineString, Point, box, shape
from shapely.geometry.base import BaseGeometry

from shuke.maps.mvt import Value
from shuke.maps.tags import Shape, drawn, label_of, names

LAYERS = ("water", "green", "landuse", "buildings", "roads", "rail", "transit_stops")
KEYS = ("highway", "railway", "waterway", "natural", "landuse", "leisure", "building", "place", "amenity", "man_made")
LABEL_ZOOM = 13
LARGE = 4e-6  # square degrees: some five hectares


class Thing(msgspec.Struct, frozen=True):
    """Something on the map, in degrees."""

    layer: str
    zoom: int
    geometry: BaseGeometry
    properties: Mapping[str, Value]


class Source(msgspec.Struct, frozen=True):
    """Everything of one city; `covered` is what the source knows about, `coast` its coastlines with land on their left."""

    things: Sequence[Thing]
    covered: BaseGeometry
    coast: Sequence[BaseGeometry]


def things(tags: Mapping[str, str], form: Shape, geometry: BaseGeometry) -> Iterator[Thing]:
    """The thing itself, and its label where it is an area with a name."""
    found = drawn(tags, form)
    if found is None:
        return
    named = names(tags)
    properties: dict[str, Value] = {"class": found.kind}
    if found.layer in ("roads", "waterways", "labels"):
        properties |= named
    if found.layer in ("roads", "rail") and tags.get("tunnel", "no") not in ("no", "building_passage"):
        properties["tunnel"] = True
    yield Thing(found.layer, found.zoom, geometry, properties)
    if form == "area" and found.label and "name" in named:
        zoom = max(found.zoom, LABEL_ZOOM if geometry.area > LARGE else LABEL_ZOOM + 1)
        yield Thing("labels", zoom, geometry.representative_point(), {"class": label_of(found), **named})


def from_extract(path: Path) -> Source:
    """An .osm.pbf extract. What it cuts off is drawn as far as it goes."""
    found: list[Thing] = []
    coast: list[BaseGeometry] = []
    wkb = osmium.geom.WKBFactory()
    for entity in osmium.FileProcessor(str(path)).with_areas().with_filter(osmium.filter.KeyFilter(*KEYS)):
        tags = {tag.k: tag.v for tag in entity.tags}
        if isinstance(entity, osmium.osm.Node):
            found += things(tags, "point", Point(entity.location.lon, entity.location.lat))
        elif isinstance(entity, osmium.osm.Way):
            ends = [(node.lon, node.lat) for node in entity.nodes if node.location.valid()]
            if len(ends) < 2:
                continue
            if tags.get("natural") == "coastline":
                coast.append(LineString(ends))
            found += things(tags, "line", LineString(ends))
        elif isinstance(entity, osmium.osm.Area):
            try:
                geometry = shapely.from_wkb(wkb.create_multipolygon(entity))
            except RuntimeError:  # a ring that the extract cut open
                continue
            found += things(tags, "area", geometry)
    return Source(found, _covered_by(path, found), coast)


def _covered_by(path: Path, found: Sequence[Thing]) -> BaseGeometry:
    told = osmium.io.Reader(str(path)).header().box()
    if told.valid():
        return box(told.bottom_left.lon, told.bottom_left.lat, told.top_right.lon, told.top_right.lat)
    return box(*shapely.total_bounds([thing.geometry for thing in found]))


def from_layers(folder: Path) -> Source:
    """A folder with roads, rail, water, green, landuse, buildings, transit_stops as .geojson or .geojson.gz, tagged as OpenStreetMap
    does; a bounds.json with boxes (west, south, east, north) by name says what they cover."""
    found: list[Thing] = []
    for name in LAYERS:
        for feature in _features(folder, name):
            geometry = shape(feature["geometry"])
            tags = {str(key): str(value) for key, value in feature["properties"].items() if value is not None}
            found += things(tags, _form(geometry), geometry)
    bounds = folder / "bounds.json"
    if bounds.is_file():
        boxes: dict[str, list[float]] = json.loads(bounds.read_text("utf-8"))
        return Source(found, shapely.union_all([box(*ends) for ends in boxes.values()]), [])
    return Source(found, box(*shapely.total_bounds([thing.geometry for thing in found])), [])


def _features(folder: Path, name: str) -> list[dict[str, dict[str, object]]]:
    packed, plain = folder / f"{name}.geojson.gz", folder / f"{name}.geojson"
    if packed.is_file():
        read: dict[str, list[dict[str, dict[str, object]]]] = json.loads(gzip.decompress(packed.read_bytes()))
    elif plain.is_file():
        read = json.loads(plain.read_text("utf-8"))
    else:
        return []
    return read["features"]


def _form(geometry: BaseGeometry) -> Shape:
    if geometry.geom_type.endswith("Polygon"):
        return "area"
    return "line" if geometry.geom_type.endswith("LineString") else "point"
