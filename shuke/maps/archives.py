"""PMTiles files: which maps the installation has, and one tile of them (https://github.com/protomaps/PMTiles, version 3)."""

import mmap
import os
from functools import lru_cache
from pathlib import Path

import msgspec
from pmtiles.tile import (
    Entry,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from shuke.kit.geo import Box
from shuke.kit.installation import data_directory

DEGREES = 1e7  # PMTiles counts in ten-millionths
DEEPEST = 4  # directories between the root and a tile


class Archive(msgspec.Struct, frozen=True):
    """One map of one city."""

    name: str
    path: Path
    box: Box
    longitude: float
    latitude: float
    min_zoom: int
    max_zoom: int
    root: tuple[int, int]
    leaves: int
    tiles: int
    changed: int


def folder() -> Path:
    """Where the maps lie: SHUKE_MAPS, else the folder `maps` of the installation."""
    given = os.environ.get("SHUKE_MAPS")
    return Path(given) if given else data_directory() / "maps"


def archives(place: Path | None = None) -> list[Archive]:
    """Every map that the installation (or this folder) has now, by name."""
    place = place or folder()
    if not place.is_dir():
        return []
    found = [_opened(path, path.stat().st_mtime_ns) for path in sorted(place.glob("*.pmtiles"))]
    return [archive for archive in found if archive is not None]


@lru_cache(maxsize=64)
def _opened(path: Path, changed: int) -> Archive | None:
    """What the head of the file says; None where it is no such file."""
    try:
        header = deserialize_header(_bytes(path, changed)[:127])
    except (OSError, ValueError, MagicNumberNotFound, SpecVersionUnsupported):
        return None
    return Archive(
        path.stem,
        path,
        Box(*(header[side] / DEGREES for side in ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7"))),
        header["center_lon_e7"] / DEGREES,
        header["center_lat_e7"] / DEGREES,
        header["min_zoom"],
        header["max_zoom"],
        (header["root_offset"], header["root_length"]),
        header["leaf_directory_offset"],
        header["tile_data_offset"],
        changed,
    )


@lru_cache(maxsize=64)
def _bytes(path: Path, _changed: int) -> mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


@lru_cache(maxsize=512)
def _directory(path: Path, changed: int, offset: int, length: int) -> list[Entry]:
    return deserialize_directory(_bytes(path, changed)[offset : offset + length])


def tile(archive: Archive, zoom: int, x: int, y: int) -> bytes | None:
    """The tile as it lies in the file (gzip), None where the map has nothing there."""
    number = zxy_to_tileid(zoom, x, y)
    offset, length = archive.root
    for _depth in range(DEEPEST):
        entry = find_tile(_directory(archive.path, archive.changed, offset, length), number)
        if entry is None:
            return None
        if entry.run_length:
            start = archive.tiles + entry.offset
            return _bytes(archive.path, archive.changed)[start : start + entry.length]
        offset, length = archive.leaves + entry.offset, entry.length
    return None
