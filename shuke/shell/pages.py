"""What the shell itself serves: built files, service worker, manifest, language, and the gallery of components."""

import gzip
from functools import lru_cache
from mimetypes import guess_type
from urllib.parse import urlsplit

import msgspec
import segno
from litestar import HttpMethod, MediaType, Request, Response, Router, get, route
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from markupsafe import Markup

from shuke.kit.i18n import gettext, use_locale
from shuke.shell.gallery import SHOWN
from shuke.shell.render import STATIC, asset, page_of, render, text_of

YEAR = 365 * 24 * 3600


@get("/sw.js", include_in_schema=False)
async def service_worker() -> Response[bytes]:
    """Serve the worker at the root, so that it sees every page; never cached by the browser."""
    path = STATIC / "sw.js"
    if not path.is_file():
        raise NotFoundException
    return Response(
        path.read_bytes(),
        media_type="text/javascript",
        headers={"cache-control": "no-cache"},
    )


@get("/manifest.webmanifest", include_in_schema=False)
async def manifest(
    request: Request[object, object, State],
) -> Response[dict[str, object]]:
    """Describe the app to a phone that wants it on its home screen."""
    with use_locale(page_of(request).locale):
        name, says = (
            gettext("Shuke"),
            gettext("Your cards and vouchers of the shops you like"),
        )
    return Response(
        {
            "id": "/wallet",
            "name": name,
            "short_name": name,
            "description": says,
            "start_url": "/wallet",
            "scope": "/",
            "display": "standalone",
            "background_color": "#faf6f0",
            "theme_color": "#c8321b",
            "icons": [
                {"src": asset("icon-192.png"), "sizes": "192x192", "type": "image/png"},
                {"src": asset("icon-512.png"), "sizes": "512x512", "type": "image/png"},
                {
                    "src": asset("icon-maskable-512.png"),
                    "sizes": "512x512",
                    "type": "image/png",
                    "purpose": "maskable",
                },
            ],
        },
        media_type="application/manifest+json",
        headers={"cache-control": "no-cache"},
    )


@get("/offline", include_in_schema=False)
async def offline(request: Request[object, object, State]) -> Response[str]:
    """Show what the service worker keeps for pages that were never loaded."""
    return render(request, "shell/offline.html")


def local(address: str) -> str:
    """Return `address` when it is a path of ours, else the start page."""
    try:
        parts = urlsplit(address)
    except ValueError:  # such as brackets where a host would stand
        return "/"
    ours = not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if ours and address.isprintable() else "/"


@get("/dev/gallery", include_in_schema=False)
async def gallery(request: Request[object, object, State], frame: FromQuery[str] = "app") -> Response[str]:
    """Show every component in realistic states; only in development."""
    if not page_of(request).dev or frame not in (
        "app",
        "console",
        "counter",
        "platform",
        "public",
    ):
        raise NotFoundException
    code = Markup(segno.make("SK1-DEMO", error="m").svg_inline(border=2, omitsize=True))
    page = text_of(page_of(request), "shell/gallery.html", frame_name=f"shell/{frame}.html", picture=code, **SHOWN)
    return Response(page, media_type=MediaType.HTML)


class Built(msgspec.Struct, frozen=True):
    """A built file in memory, plain and compressed."""

    kind: str
    plain: bytes
    packed: bytes | None


@lru_cache(maxsize=128)
def _built(name: str) -> Built:
    path = STATIC / name
    if name.startswith(".") or not path.is_file():
        raise NotFoundException
    kind = guess_type(name)[0] or "application/octet-stream"
    plain = path.read_bytes()
    packs = kind.startswith("text/") or kind in ("image/svg+xml", "application/json")
    return Built("text/javascript" if path.suffix == ".js" else kind, plain, gzip.compress(plain, 9) if packs else None)


@route("/static/{name:str}", http_method=[HttpMethod.GET, HttpMethod.HEAD], include_in_schema=False)
async def files(request: Request[object, object, State], name: FromPath[str]) -> Response[bytes]:
    """Serve what the build made; the name carries a hash of the content, so browsers may keep it for good."""
    built = _built(name)
    headers = {"cache-control": f"public, max-age={YEAR}, immutable", "vary": "accept-encoding"}
    if built.packed is None or "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(built.plain, media_type=built.kind, headers=headers)
    return Response(built.packed, media_type=built.kind, headers={**headers, "content-encoding": "gzip"})


router = Router(path="/", route_handlers=[service_worker, manifest, offline, gallery])
