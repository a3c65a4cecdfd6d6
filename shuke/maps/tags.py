"""OpenStreetMap's tags in the few layers of our map: https://wiki.openstreetmap.org/wiki/Map_features"""

from collections.abc import Mapping
from typing import Literal

import msgspec

Shape = Literal["point", "line", "area"]
Tags = Mapping[str, str]


class Drawn(msgspec.Struct, frozen=True):
    """What a thing is on the map: its layer, its class there, and the first zoom that shows it."""

    layer: str
    kind: str
    zoom: int
    label: bool = False


def _classes(text: str) -> dict[str, tuple[str, int]]:
    """From "class zoom value,value; ..."."""
    rows = (row.split() for row in text.split(";"))
    return {value: (kind, int(zoom)) for kind, zoom, values in rows for value in values.split(",")}


ROADS = _classes(
    "motorway 8 motorway,motorway_link; trunk 8 trunk,trunk_link; primary 9 primary,primary_link; secondary 10 secondary,"
    "secondary_link; tertiary 11 tertiary,tertiary_link; minor 12 unclassified,residential,living_street,road; service 13 service;"
    "pedestrian 13 pedestrian; path 14 footway,path,cycleway,track,bridleway; steps 14 steps"
)
RAILS = _classes("rail 8 rail,light_rail,narrow_gauge,monorail; subway 12 subway; tram 13 tram")
STREAMS = _classes("river 9 river; canal 11 canal; stream 13 stream,ditch,drain")
PLACES = _classes("city 8 city; town 9 town; suburb 10 suburb,borough; village 11 village; quarter 13 quarter,neighbourhood")
GREEN: dict[str, dict[str, tuple[str, int]]] = {
    "leisure": _classes("park 9 park,nature_reserve,golf_course,common; garden 12 garden; pitch 13 pitch,track,playground"),
    "landuse": _classes(
        "wood 9 forest; grass 12 grass,meadow,village_green,recreation_ground,orchard,allotments,flowerbed; park 11 cemetery"
    ),
    "natural": _classes("wood 9 wood; grass 12 scrub,heath,grassland,wetland,fell"),
}
GROUND: dict[str, dict[str, tuple[str, int]]] = {
    "amenity": _classes("campus 11 university,college; school 13 school,kindergarten; hospital 12 hospital"),
    "landuse": _classes("campus 11 education; trade 12 retail,commercial; industry 12 industrial"),
    "place": _classes("square 13 square"),
    "man_made": _classes("pier 13 pier"),
}
NOT_DRAWN_FOOTWAYS = ("sidewalk", "crossing", "access_aisle")
YARDS = ("yard", "siding", "spur", "crossover")


def drawn(tags: Tags, shape: Shape) -> Drawn | None:
    """What this is on our map; None where it is not on it. Borders never are."""
    if shape == "point":
        return _point(tags)
    return _line(tags) if shape == "line" else _area(tags)


def _point(tags: Tags) -> Drawn | None:
    if tags.get("railway") in ("station", "halt") and "name" in tags:
        below = tags.get("station") == "subway" or tags.get("subway") == "yes"
        return Drawn("labels", "subway" if below else "station", 12)
    place = PLACES.get(tags.get("place", ""))
    if place:
        return Drawn("labels", *place)
    return Drawn("labels", "water", 12) if tags.get("natural") in ("bay", "strait") else None


def _line(tags: Tags) -> Drawn | None:
    road = ROADS.get(tags.get("highway", ""))
    if road:
        if tags.get("footway") in NOT_DRAWN_FOOTWAYS or tags.get("indoor") == "yes" or tags.get("area") == "yes":
            return None
        kind, zoom = road
        return Drawn("roads", kind, 14 if kind == "service" and "service" in tags else zoom)
    rail = RAILS.get(tags.get("railway", ""))
    if rail:
        kind, zoom = rail
        return Drawn("rail", kind, 13 if tags.get("service") in YARDS else zoom)
    stream = STREAMS.get(tags.get("waterway", ""))
    return Drawn("waterways", *stream) if stream and tags.get("tunnel") in (None, "no") else None


def _area(tags: Tags) -> Drawn | None:
    if tags.get("building", "no") != "no":
        return Drawn("buildings", "building", 13)
    if tags.get("natural") == "water" or tags.get("waterway") == "riverbank" or tags.get("landuse") in ("basin", "reservoir"):
        return Drawn("water", "lake", 8, label=True)
    if tags.get("highway") == "pedestrian":
        return Drawn("landuse", "square", 13, label=True)
    for layer, keys in (("green", GREEN), ("landuse", GROUND)):
        for key, classes in keys.items():
            found = classes.get(tags.get(key, ""))
            if found:
                kind, zoom = found
                return Drawn(layer, kind, zoom, label=kind not in ("pitch", "grass", "trade", "industry", "pier"))
    return None


def label_of(thing: Drawn) -> str:
    """The class of an area's label."""
    return thing.layer if thing.layer in ("green", "water") else thing.kind


def names(tags: Tags) -> dict[str, str | bool]:
    """Its name as it stands there, and in the languages of our pages."""
    found: dict[str, str | bool] = {}
    for key, sources in (
        ("name", ("name",)),
        ("name:zh", ("name:zh-Hans", "name:zh-CN", "name:zh")),
        ("name:en", ("name:en",)),
    ):
        text = next((tags[source] for source in sources if tags.get(source)), "")
        if text and text != found.get("name"):
            found[key] = text
    return found
