"""A little town of GeoJSON layers, and its map."""

import json
from pathlib import Path

import pytest

from shuke.maps.making import make

WEST, SOUTH, EAST, NORTH = 10.0, 50.0, 10.02, 50.01


def _feature(kind: str, ends: object, **tags: str) -> dict[str, object]:
    return {"type": "Feature", "properties": tags, "geometry": {"type": kind, "coordinates": ends}}


def _square(west: float, south: float, side: float) -> list[list[list[float]]]:
    east, north = west + side, south + side
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


LAYERS = {
    "roads": [
        _feature("LineString", [[9.99, 50.005], [10.01, 50.005]], highway="primary", name="Hauptstraße", **{"name:zh": "主街"}),
        _feature(
            "LineString", [[10.01, 50.005], [10.03, 50.005]], highway="primary", name="Hauptstraße", **{"name:zh": "主街"}
        ),
        _feature("LineString", [[10.005, 50.0], [10.005, 50.01]], highway="residential", name="Gasse"),
        _feature("LineString", [[10.006, 50.0], [10.006, 50.01]], highway="footway", footway="sidewalk"),
    ],
    "water": [_feature("Polygon", _square(10.012, 50.001, 0.003), natural="water", name="See")],
    "green": [
        _feature("Polygon", _square(10.001, 50.006, 0.003), leisure="park", name="Stadtpark", **{"name:en": "Town Park"})
    ],
    "buildings": [_feature("Polygon", _square(10.008, 50.006, 0.0005), building="yes")],
    "landuse": [_feature("Polygon", _square(10.0, 50.0, 0.02), boundary="administrative", name="Stadt")],
    "transit_stops": [_feature("Point", [10.01, 50.0051], railway="station", name="Hauptbahnhof")],
}


@pytest.fixture
def layers(tmp_path: Path) -> Path:
    """The folder of the town's layers."""
    folder = tmp_path / "town"
    folder.mkdir()
    for name, features in LAYERS.items():
        (folder / f"{name}.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    (folder / "bounds.json").write_text(json.dumps({"town": [WEST, SOUTH, EAST, NORTH]}), "utf-8")
    return folder


@pytest.fixture
def maps(layers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation's folder of maps with the town's in it."""
    folder = tmp_path / "maps"
    make(layers, folder / "town.pmtiles", (10, 15))
    monkeypatch.setenv("SHUKE_MAPS", str(folder))
    return folder
