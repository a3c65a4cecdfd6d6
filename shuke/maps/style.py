"""How the base map is drawn: a MapLibre style without outside fonts or pictures (labels come from the device's own fonts)."""

from collections.abc import Sequence
from typing import TypeAlias

from shuke.kit.i18n import gettext
from shuke.maps.archives import Archive
from shuke.maps.colours import DARK, LIGHT, Colours

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Layer: TypeAlias = dict[str, Json]

PLAIN: Json = ["Noto Sans Regular", "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei"]
STRONG: Json = ["Noto Sans Medium", "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei"]
ATTRIBUTION = '<a href="https://www.openstreetmap.org/copyright">© OpenStreetMap</a>'
SOURCE = "base"
DEFAULT_ZOOMS = (8, 15)
TUNNEL: Json = ["==", ["get", "tunnel"], True]


def style(maps: Sequence[Archive], tiles: str, *, theme: str, language: str) -> dict[str, Json]:
    """The style for these maps; `tiles` is the address of a tile with {z}, {x}, {y}."""
    colours = DARK if theme == "dark" else LIGHT
    source: dict[str, Json] = {
        "type": "vector",
        "tiles": [tiles],
        "minzoom": min((one.min_zoom for one in maps), default=DEFAULT_ZOOMS[0]),
        "maxzoom": min((one.max_zoom for one in maps), default=DEFAULT_ZOOMS[1]),
        "attribution": ATTRIBUTION,
    }
    if maps:
        boxes = [one.box for one in maps]
        source["bounds"] = [
            min(box.west for box in boxes),
            min(box.south for box in boxes),
            max(box.east for box in boxes),
            max(box.north for box in boxes),
        ]
    centre = maps[0] if maps else None
    return {
        "version": 8,
        "name": f"shuke-{theme}",
        "center": [centre.longitude, centre.latitude] if centre else [0, 20],
        "zoom": 14 if centre else 1,
        "metadata": {"shuke:words": words()},
        "sources": {SOURCE: source},
        "layers": [*_ground(colours), *_ways(colours), *_labels(colours, language)],
    }


def words() -> dict[str, Json]:
    """What the buttons on the map say, by the keys that MapLibre gives them."""
    return {
        "Map.Title": gettext("Map: arrow keys move it, plus and minus zoom, Enter chooses what is in the middle"),
        "Marker.Title": gettext("On the map"),
        "NavigationControl.ZoomIn": gettext("Zoom in"),
        "NavigationControl.ZoomOut": gettext("Zoom out"),
        "GeolocateControl.FindMyLocation": gettext("Show where I am"),
        "GeolocateControl.LocationNotAvailable": gettext("Your device does not tell where you are"),
        "AttributionControl.ToggleAttribution": gettext("Where the map comes from"),
        "CooperativeGesturesHandler.WindowsHelpText": gettext("Hold Ctrl and scroll to zoom the map"),
        "CooperativeGesturesHandler.MacHelpText": gettext("Hold ⌘ and scroll to zoom the map"),
        "CooperativeGesturesHandler.MobileHelpText": gettext("Move the map with two fingers"),
    }


def _fill(name: str, layer: str, colour: str, only: Json = None, least: int = 0) -> Layer:
    made: Layer = {
        "id": name,
        "type": "fill",
        "source": SOURCE,
        "source-layer": layer,
        "filter": only or ["all"],
        "paint": {"fill-color": colour},
    }
    return {**made, "minzoom": least} if least else made


def _line(name: str, layer: str, only: Json, paint: Layer, *, least: int = 0, cap: str = "round") -> Layer:
    made: Layer = {
        "id": name,
        "type": "line",
        "source": SOURCE,
        "source-layer": layer,
        "filter": only,
        "layout": {"line-cap": cap, "line-join": "round"},
        "paint": paint,
    }
    return {**made, "minzoom": least} if least else made


def _one_of(key: str, *values: str) -> Json:
    listed: list[Json] = list(values)
    return ["in", ["get", key], ["literal", listed]]


def _wide(*stops: float) -> Json:
    """A width that grows with the zoom: zoom, pixels, zoom, pixels..."""
    return ["interpolate", ["exponential", 1.5], ["zoom"], *stops]


def _ground(c: Colours) -> list[Layer]:
    building: Layer = _fill("buildings", "buildings", c.building, least=13)
    building["paint"] = {
        "fill-color": c.building,
        "fill-outline-color": c.wall,
        "fill-opacity": ["interpolate", ["linear"], ["zoom"], 13, 0.35, 15, 1],
    }
    return [
        {"id": "beyond", "type": "background", "paint": {"background-color": c.beyond}},
        _fill("land", "land", c.land),
        _fill("campus", "landuse", c.campus, _one_of("class", "campus", "hospital", "school")),
        _fill("trade", "landuse", c.trade, _one_of("class", "trade", "industry")),
        _fill("green", "green", c.green, ["!=", ["get", "class"], "pitch"]),
        _fill("sport", "green", c.sport, ["==", ["get", "class"], "pitch"], 13),
        _fill("water", "water", c.water),
        _line("shore", "water", ["all"], {"line-color": c.shore, "line-width": 0.6}, least=13),
        _line("streams", "waterways", ["all"], {"line-color": c.water, "line-width": _wide(11, 0.8, 15, 3, 18, 14)}),
        _fill("square", "landuse", c.square, ["==", ["get", "class"], "square"], 13),
        _fill("pier", "landuse", c.land, ["==", ["get", "class"], "pier"], 13),
        building,
    ]


KINDS: list[tuple[str, tuple[str, ...], tuple[float, ...], int]] = [
    ("minor", ("minor",), (12, 0.5, 14, 2.2, 16, 7, 18, 20), 12),
    ("middle", ("secondary", "tertiary"), (10, 0.5, 12, 1.4, 14, 4, 16, 10, 18, 26), 9),
    ("major", ("motorway", "trunk", "primary"), (8, 0.8, 12, 2.2, 14, 5, 16, 12.5, 18, 32), 7),
]


def _ways(c: Colours) -> list[Layer]:
    fills = {"minor": c.minor, "middle": c.middle, "major": c.major}
    layers = [
        _line(
            "subway",
            "rail",
            ["==", ["get", "class"], "subway"],
            {"line-color": c.rail, "line-width": _wide(12, 0.8, 16, 2), "line-dasharray": [3, 3], "line-opacity": 0.6},
            least=12,
            cap="butt",
        ),
        _line(
            "path",
            "roads",
            _one_of("class", "path", "steps"),
            {"line-color": c.path, "line-width": _wide(14, 0.6, 16, 1.4, 18, 3), "line-dasharray": [2, 1.6]},
            least=14,
            cap="butt",
        ),
        _line(
            "service",
            "roads",
            _one_of("class", "service", "pedestrian"),
            {"line-color": c.minor, "line-width": _wide(13, 0.5, 16, 4, 18, 12)},
            least=13,
        ),
    ]
    for name, classes, stops, least in KINDS:
        case = c.major_case if name == "major" else c.case
        wider = [stop if at % 2 == 0 else stop + (1.2 if stop < 3 else 2) for at, stop in enumerate(stops)]
        layers.append(
            _line(
                f"{name}-case",
                "roads",
                _one_of("class", *classes),
                {"line-color": case, "line-width": _wide(*wider), "line-opacity": ["case", TUNNEL, 0.4, 1]},
                least=max(least, 11),
            )
        )
    for name, classes, stops, least in KINDS:
        paint: Layer = {"line-color": fills[name], "line-width": _wide(*stops), "line-opacity": ["case", TUNNEL, 0.5, 1]}
        layers.append(_line(f"{name}-road", "roads", _one_of("class", *classes), paint, least=least))
    thin: Layer = {"line-color": c.rail, "line-width": _wide(13, 0.5, 16, 1.2, 18, 2), "line-opacity": 0.7}
    layers.append(_line("tram", "rail", ["==", ["get", "class"], "tram"], thin, least=14))
    rail: Layer = {"line-color": c.rail, "line-width": _wide(9, 0.6, 14, 1.2, 17, 2.4)}
    layers.append(_line("rail", "rail", ["==", ["get", "class"], "rail"], rail, least=9))
    ties: Layer = {"line-color": c.rail, "line-width": _wide(14, 2.5, 17, 5.5), "line-dasharray": [0.2, 3]}
    layers.append(_line("ties", "rail", ["==", ["get", "class"], "rail"], ties, least=14, cap="butt"))
    return layers


def _named(language: str) -> Json:
    """Chinese pages show the Chinese name where there is one, English pages the English one; else what stands on the spot."""
    return ["coalesce", ["get", f"name:{language}"], ["get", "name"]]


def _label(name: str, layer: str, only: Json, look: Layer, colours: tuple[str, str], least: int = 0) -> Layer:
    ink, halo = colours
    made: Layer = {
        "id": name,
        "type": "symbol",
        "source": SOURCE,
        "source-layer": layer,
        "filter": only,
        "layout": {"text-font": PLAIN, "text-size": 12, "text-max-width": 7, "text-padding": 6, **look},
        "paint": {"text-color": ink, "text-halo-color": halo, "text-halo-width": 1.4},
    }
    return {**made, "minzoom": least} if least else made


def _labels(c: Colours, language: str) -> list[Layer]:
    field: Layer = {"text-field": _named(language)}
    along: Layer = {**field, "symbol-placement": "line", "symbol-spacing": 320, "text-max-angle": 30, "text-padding": 12}
    streets: Layer = {**along, "text-size": ["interpolate", ["linear"], ["zoom"], 14, 10.5, 18, 14]}
    stations: Layer = {**field, "text-font": STRONG, "text-size": 11.5}
    quarters: Layer = {**field, "text-font": STRONG, "text-size": 12, "text-letter-spacing": 0.08}
    suburbs: Layer = {**quarters, "text-size": ["interpolate", ["linear"], ["zoom"], 11, 11, 15, 15]}
    cities: Layer = {**field, "text-font": STRONG, "text-size": ["interpolate", ["linear"], ["zoom"], 8, 13, 13, 20]}
    water, green, ink, soft = (c.water_ink, c.halo), (c.green_ink, c.halo), (c.ink, c.halo), (c.soft_ink, c.halo)
    italic: Layer = {**field, "text-font": ["Noto Sans Italic", "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei"]}
    kind: Json = ["get", "class"]
    return [
        _label("stream-names", "waterways", ["has", "name"], {**along, "text-size": 11}, water, 13),
        _label("minor-names", "roads", _one_of("class", "minor", "pedestrian"), streets, soft, 15),
        _label("middle-names", "roads", _one_of("class", "secondary", "tertiary"), streets, soft, 14),
        _label("major-names", "roads", _one_of("class", "motorway", "trunk", "primary"), streets, ink, 13),
        _label(
            "area-names",
            "labels",
            _one_of("class", "campus", "hospital", "school", "square"),
            {**field, "text-size": 11.5},
            soft,
            14,
        ),
        _label("green-names", "labels", ["==", kind, "green"], {**field, "text-size": 11.5}, green, 13),
        _label("water-names", "labels", ["==", kind, "water"], italic, water, 11),
        _label("stations", "labels", _one_of("class", "station", "subway"), stations, ink, 13),
        _label("quarters", "labels", _one_of("class", "quarter", "neighbourhood"), quarters, soft, 13),
        _label("suburbs", "labels", _one_of("class", "suburb", "town", "village"), suburbs, ink, 10),
        {**_label("cities", "labels", ["==", kind, "city"], cities, ink, 7), "maxzoom": 14},
    ]
