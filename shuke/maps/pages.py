"""Serving the base map: tiles, the style, and whole files by ranges for programs that read PMTiles themselves."""

import gzip
import re
from functools import lru_cache
from pathlib import Path

from litestar import HttpMethod, Response, Router, get, route
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import File

from shuke.kit.i18n import CHINESE, ENGLISH, locale, use_locale
from shuke.kit.web import AnyRequest, address
from shuke.maps.archives import Archive, archives, tile
from shuke.maps.mvt import TILE
from shuke.maps.style import Json, style

DAY = 24 * 3600
ANYONE = {"access-control-allow-origin": "*"}  # the map is open data; other sites may show it
DEEPEST_ZOOM = 22
RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")
MOST_AT_ONCE = 4_000_000  # bytes of one range


@get("/map/tiles/{zoom:int}/{x:int}/{name:str}", include_in_schema=False)
async def base_tile(request: AnyRequest, zoom: FromPath[int], x: FromPath[int], name: FromPath[str]) -> Response[bytes]:
    """One vector tile of the base map, of whichever city has it; 204 where no map has anything."""
    y = _row(name)
    if not 0 <= zoom <= DEEPEST_ZOOM or not (0 <= x < 2**zoom and 0 <= y < 2**zoom):
        raise NotFoundException
    for archive in archives():
        body = tile(archive, zoom, x, y)
        if body is not None:
            return _told(request, archive, body, f"{zoom}-{x}-{y}")
    return Response(b"", status_code=204, headers={**ANYONE, "cache-control": f"public, max-age={DAY // 24}"})


def _row(name: str) -> int:
    row, dot, ending = name.partition(".")
    if not (row.isdecimal() and row.isascii() and len(row) < 8 and dot and ending == "mvt"):
        raise NotFoundException
    return int(row)


def _told(request: AnyRequest, archive: Archive, body: bytes, which: str) -> Response[bytes]:
    mark = f'"{archive.changed:x}-{which}"'
    headers = {**ANYONE, "cache-control": f"public, max-age={DAY}", "etag": mark, "vary": "accept-encoding"}
    if mark in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(body, media_type=TILE, headers={**headers, "content-encoding": "gzip"})
    return Response(gzip.decompress(body), media_type=TILE, headers=headers)


@get("/map/style.json", include_in_schema=False)
async def base_style(
    request: AnyRequest, theme: FromQuery[str] = "light", lang: FromQuery[str] = ""
) -> Response[dict[str, Json]]:
    """The style for MapLibre; `theme` light or dark, `lang` zh or en (else the caller's)."""
    spoken = {"zh": CHINESE, "en": ENGLISH}.get(lang, locale())
    with use_locale(spoken):
        made = style(
            archives(),
            f"{address(request)}/map/tiles/{{z}}/{{x}}/{{y}}.mvt",
            theme="dark" if theme == "dark" else "light",
            language="zh" if spoken == CHINESE else "en",
        )
    return Response(made, headers={**ANYONE, "cache-control": "private, max-age=60", "vary": "accept-language, cookie"})


@lru_cache(maxsize=8)
def _part(path: Path, _changed: int, first: int, last: int) -> bytes:
    with path.open("rb") as file:
        file.seek(first)
        return file.read(last - first + 1)


@route("/map/{name:str}", http_method=[HttpMethod.GET, HttpMethod.HEAD], include_in_schema=False)
async def whole_map(request: AnyRequest, name: FromPath[str]) -> Response[bytes] | File:
    """A map's file, whole or by one range of bytes, as readers of PMTiles ask for it."""
    found = next((one for one in archives() if f"{one.name}.pmtiles" == name), None)
    if found is None:
        raise NotFoundException
    size = found.path.stat().st_size
    headers = {**ANYONE, "accept-ranges": "bytes", "etag": f'"{found.changed:x}"', "cache-control": f"public, max-age={DAY}"}
    asked = RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if asked is None:
        return File(found.path, filename=name, media_type="application/vnd.pmtiles", headers=headers)
    first, last = _ends(asked[1], asked[2], size)
    if first > last:
        return Response(b"", status_code=416, headers={**headers, "content-range": f"bytes */{size}"})
    headers["content-range"] = f"bytes {first}-{last}/{size}"
    body = _part(found.path, found.changed, first, last)
    return Response(body, status_code=206, media_type="application/vnd.pmtiles", headers=headers)


def _ends(first: str, last: str, size: int) -> tuple[int, int]:
    """The first and last byte of a range; at most four megabytes are given at once."""
    if not first:
        return (max(0, size - min(int(last), MOST_AT_ONCE)), size - 1) if last and int(last) else (1, 0)
    begin = int(first)
    return begin, min(int(last) if last else size - 1, size - 1, begin + MOST_AT_ONCE - 1)


map_files = Router("/", route_handlers=[base_tile, base_style, whole_map])
