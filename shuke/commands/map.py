"""`shuke map build SOURCE`: make the base map of a city from an OpenStreetMap extract (.osm.pbf) or a folder of GeoJSON layers."""

import argparse
import time
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from shuke.kit.installation import InstallationRefused, data_directory
from shuke.maps import archives, folder

ZOOMS = (8, 15)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("shuke map", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    build = verbs.add_parser("build", help="make a map, or make it anew")
    build.add_argument(
        "source", type=Path, help="an .osm.pbf file, or a folder with roads.geojson.gz, water.geojson.gz and so on"
    )
    build.add_argument("--name", help="the map's name; else the source's")
    build.add_argument("--zooms", default=f"{ZOOMS[0]}-{ZOOMS[1]}", metavar="FROM-TO", help="zooms to make, as 8-15")
    build.add_argument("--data", help="the installation's folder (SHUKE_DATA, .shuke)")
    listed = verbs.add_parser("list", help="say which maps there are")
    listed.add_argument("--data", help="the installation's folder (SHUKE_DATA, .shuke)")
    options = parser.parse_args(arguments)
    place = data_directory(options.data) / "maps" if options.data else folder()
    return _list(place) if options.verb == "list" else _build(options.source, place, options)


def _list(place: Path) -> int:
    for one in archives(place):
        print(f"{one.name:20} zooms {one.min_zoom}-{one.max_zoom}  {one.path.stat().st_size:,} bytes")
    return 0


def _build(source: Path, place: Path, options: argparse.Namespace) -> int:
    if find_spec("osmium") is None or find_spec("shapely") is None:
        raise InstallationRefused("The packages that make maps are not installed: pip install shuke[demo]")
    if not source.exists():
        raise InstallationRefused(f"There is no {source}")
    try:
        first, last = (int(part) for part in options.zooms.split("-"))
    except ValueError as problem:
        raise InstallationRefused("--zooms is two numbers, such as 8-15") from problem
    name = "".join(letter if letter.isalnum() else "-" for letter in (options.name or source.name.split(".")[0]).lower())
    begun = time.monotonic()
    made = import_module("shuke.maps.making").make(source, place / f"{name}.pmtiles", (first, last))
    print(f"{made.path}: {made.tiles:,} tiles, {made.bytes:,} bytes in {time.monotonic() - begun:.1f} s", flush=True)
    return 0
