"""Maps are made: from layers and extracts, with the sea where a coastline says so, and without borders."""

import gzip
import math
from pathlib import Path
from typing import TypedDict

import mapbox_vector_tile
import pytest
from shapely.geometry import LineString, Point, box

from shuke.demo import available, extract
from shuke.maps.archives import archives, tile
from shuke.maps.making import make
from shuke.maps.mvt import LINE, POINT, POLYGON, Feature, encode
from shuke.maps.sea import sea
from shuke.maps.tags import drawn


class Shown(TypedDict):
    """A feature as the other reader gives it."""

    properties: dict[str, str]
    geometry: dict[str, str]


def _at(longitude: float, latitude: float, zoom: int) -> tuple[int, int]:
    north = math.asinh(math.tan(math.radians(latitude)))
    return int((longitude / 360 + 0.5) * 2**zoom), int((0.5 - north / (2 * math.pi)) * 2**zoom)


def _layers(folder: Path, longitude: float, latitude: float, zoom: int) -> dict[str, list[Shown]]:
    [archive] = archives(folder)
    body = tile(archive, zoom, *_at(longitude, latitude, zoom))
    assert body is not None
    decoded: dict[str, dict[str, list[Shown]]] = mapbox_vector_tile.decode(gzip.decompress(body))
    return {name: layer["features"] for name, layer in decoded.items()}


def test_what_is_written_is_read_by_another_reader() -> None:
    features = {
        "points": [Feature(POINT, [[(5, 7)], [(-3, 4096)]], {"name": "山海", "deals": -3, "open": True}, 12)],
        "lines": [Feature(LINE, [[(0, 0), (10, 0), (10, 300)], [(5, 5), (4, 4)]], {"class": "minor"})],
        "areas": [Feature(POLYGON, [[(0, 0), (100, 0), (100, 100), (0, 100)], [(10, 10), (10, 20), (20, 20), (20, 10)]], {})],
        "nothing": [],
    }
    read = mapbox_vector_tile.decode(encode(features), default_options={"y_coord_down": True})
    assert set(read) == {"points", "lines", "areas"}
    [point] = read["points"]["features"]
    assert point["id"] == 12
    assert point["properties"] == {"name": "山海", "deals": -3, "open": True}
    assert point["geometry"] == {"type": "MultiPoint", "coordinates": [[5, 7], [-3, 4096]]}
    assert read["lines"]["features"][0]["geometry"]["coordinates"] == [[[0, 0], [10, 0], [10, 300]], [[5, 5], [4, 4]]]
    [outer, inner] = read["areas"]["features"][0]["geometry"]["coordinates"]
    assert (len(outer), len(inner)) == (5, 5)


@pytest.mark.row("8.5")
def test_a_town_of_layers_becomes_a_map(maps: Path) -> None:
    [archive] = archives(maps)
    assert (archive.name, archive.min_zoom, archive.max_zoom) == ("town", 10, 15)
    near = _layers(maps, 10.0075, 50.0065, 14)
    assert {"land", "roads", "green", "buildings", "labels"} <= set(near)
    [street] = [
        one for one in near["roads"] if one["properties"] == {"class": "primary", "name": "Hauptstraße", "name:zh": "主街"}
    ]
    assert street["geometry"]["type"] == "LineString"
    names = [str(one["properties"]) for one in near["labels"]]
    assert any("Town Park" in name for name in names)
    far = _layers(maps, 10.0075, 50.0065, 10)
    assert "buildings" not in far
    assert all("residential" not in str(one) and "Gasse" not in str(one) for one in far["roads"])


@pytest.mark.row("8.5")
def test_borders_and_pavements_are_not_drawn() -> None:
    assert drawn({"boundary": "administrative", "admin_level": "2"}, "line") is None
    assert drawn({"boundary": "administrative", "name": "Land"}, "area") is None
    assert drawn({"highway": "footway", "footway": "sidewalk"}, "line") is None
    assert drawn({"highway": "footway"}, "line") is not None


def test_the_sea_is_on_the_right_of_the_coast() -> None:
    covered = box(0, 0, 10, 10)
    coast = [LineString([(5, -1), (5, 4)]), LineString([(5, 4), (5, 9.5)])]  # northwards, cut off a little before the edge
    island = LineString([(7, 4), (8, 4), (8, 5), (7, 5), (7, 4)])  # land on the left: counter-clockwise
    water = sea([*coast, island], covered)
    assert water.contains(Point(9, 2))
    assert not water.contains(Point(2, 2))
    assert not water.contains(Point(7.5, 4.5))
    assert sea([], covered).is_empty


@pytest.mark.row("8.5")
@pytest.mark.skipif(not available(), reason="the demo's packages are not installed")
def test_the_demo_city_has_streets_stations_and_the_sea(tmp_path: Path) -> None:
    made = make(extract(), tmp_path / "helsinki.pmtiles", (13, 14))
    assert made.tiles >= 3
    found = _layers(tmp_path, 24.9414, 60.1719, 14)
    assert any("Kaivokatu" in str(road["properties"]) for road in found["roads"])
    assert any("Helsinki railway station" in str(label["properties"]) for label in found["labels"])
    assert {"tram", "rail"} <= {one["properties"]["class"] for one in found["rail"]}
