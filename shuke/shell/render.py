"""From a template's name and values to a page: language, zone, nonce and token come from the request."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound
from litestar import MediaType, Response
from litestar.datastructures import URL, Cookie, State
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER
from markupsafe import Markup

from shuke.kit import clock, i18n
from shuke.shell import filters

FLASH = "flash"
ROOMS = Path(__file__).resolve().parent.parent
STATIC = ROOMS / "static"


class Asked(Protocol):
    """What a page needs of its request."""

    @property
    def state(self) -> State:
        """Attributes set by middleware: locale, nonce, csrf, dev, zone."""

    @property
    def cookies(self) -> dict[str, str]:
        """What the browser keeps: theme, zone, and a flash on its way."""

    @property
    def url(self) -> URL:
        """The address asked for."""


class Flash(msgspec.Struct, frozen=True):
    """A line said once at the top of the next page."""

    kind: str  # good, bad, warn, note
    text: str


class Page(msgspec.Struct, frozen=True):
    """What every template knows without being told."""

    locale: str = i18n.ENGLISH
    nonce: str = ""
    csrf: str = ""
    dev: bool = False
    zone: tzinfo = UTC
    theme: str = ""  # light, dark, or what the device prefers
    here: str = "/"
    flashes: tuple[Flash, ...] = ()


_page: ContextVar[Page] = ContextVar("page")


class RoomLoader(BaseLoader):
    """Finds "room/x.html" in shuke/room/pages/x.html."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:
        """Return the text and path of a room's template."""
        room, _, name = template.partition("/")
        path = ROOMS / room / "pages" / name
        if ".." in template or not name or not path.is_file():
            raise TemplateNotFound(template)
        return path.read_text("utf-8"), str(path), None

    def list_templates(self) -> list[str]:
        """Return every room's templates."""
        return sorted(f"{path.parts[-3]}/{path.name}" for path in ROOMS.glob("*/pages/*.html"))


@lru_cache(maxsize=4)
def _built(_changed: int) -> dict[str, str]:
    names: dict[str, str] = json.loads((STATIC / "manifest.json").read_text("utf-8"))["assets"]
    return names


def asset(name: str) -> str:
    """Return where `name` is served; its plain name before the first build."""
    try:
        changed = (STATIC / "manifest.json").stat().st_mtime_ns
    except FileNotFoundError:
        return f"/static/{name}"
    return f"/static/{_built(changed).get(name, name)}"


def icon(name: str, size: str = "") -> Markup:
    """Return one icon of the sprite, drawn in the text's colour and silent to screen readers."""
    return _icon(asset("icons.svg"), name, size)


@lru_cache(maxsize=1000)
def _icon(sprite: str, name: str, size: str) -> Markup:
    classes = f"icon icon-{size}" if size else "icon"
    return Markup('<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>').format(
        classes, sprite, name
    )


def csrf_field() -> Markup:
    """Return the hidden field that every form with method=post carries."""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(_page.get().csrf)


def zone() -> tzinfo:
    """Return the zone in which this page shows times."""
    return _page.get(Page()).zone


class Install(Protocol):
    """Tells templates where words come from."""

    def __call__(self, gettext: Callable[[str], str], ngettext: Callable[[str, str, int], str], *, newstyle: bool) -> None:
        """Take both functions."""


class Templates(Environment):
    """Jinja's environment, with the name that its translation extension adds."""

    install_gettext_callables: Install


def _environment() -> Environment:
    made = Templates(
        loader=RoomLoader(),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.loopcontrols"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)  # type-checked by name below
    made.filters.update(
        money=filters.money,
        date=lambda value, style="medium", at=None: filters.date(value, _in(at), style),
        last_moment=filters.last_moment,
        time=lambda value, at=None: filters.time(value, _in(at)),
        datetime=lambda value, style="medium", at=None: filters.moment(value, _in(at), style),
        number=filters.number,
        percent=filters.percent,
        ago=lambda value: filters.ago(value, clock.now(), zone()),
        distance=filters.distance,
        phone=filters.phone,
        palette=filters.palette,
        grouped=filters.grouped,
    )
    made.globals.update(asset=asset, icon=icon, csrf_field=csrf_field)
    return made


ENVIRONMENT = _environment()


def _in(at: tzinfo | str | None) -> tzinfo:
    """The zone that a template names: a store's by its name, else the page's own."""
    return _zone_named(at) if isinstance(at, str) else at or zone()


def _zone_named(name: str) -> tzinfo:
    try:
        return ZoneInfo(name) if 0 < len(name) < 64 else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _flashes(cookie: str) -> tuple[Flash, ...]:
    try:
        return (msgspec.json.decode(unquote(cookie), type=Flash),) if cookie else ()
    except msgspec.MsgspecError:
        return ()


def page_of(request: Asked) -> Page:
    """Read from a request what pages need; safe defaults where no middleware has spoken."""
    state = request.state
    return Page(
        locale=getattr(state, "locale", None) or i18n.locale(),
        nonce=getattr(state, "nonce", None) or "",
        csrf=getattr(state, "csrf", None) or "",
        dev=bool(getattr(state, "dev", False)),
        zone=getattr(state, "zone", None) or _zone_named(request.cookies.get("zone", "")),
        theme=request.cookies.get("theme", ""),
        here=request.url.path,
        flashes=_flashes(request.cookies.get(FLASH, "")),
    )


@contextmanager
def _shown(page: Page) -> Iterator[None]:
    token = _page.set(page)
    try:
        with i18n.use_locale(page.locale):
            yield
    finally:
        _page.reset(token)


def text_of(page: Page, name: str, /, **values: object) -> str:
    """Return template `name` filled in, as text."""
    with _shown(page):
        return ENVIRONMENT.get_template(name).render(
            {
                "lang": page.locale.replace("_", "-"),
                **{field: getattr(page, field) for field in Page.__struct_fields__},
                **values,
            }
        )


def render(request: Asked, name: str, /, status: int = 200, **values: object) -> Response[str]:
    """Answer with template `name`, such as "cards/wallet.html"."""
    page = page_of(request)
    answer = Response(
        text_of(page, name, **values),
        status_code=status,
        media_type=MediaType.HTML,
        headers={"cache-control": "private, no-cache"},
    )
    if page.flashes:
        answer.delete_cookie(FLASH)
    return answer


def redirect(address: str, *, flash: str = "", kind: str = "good") -> Redirect:
    """Send the browser to `address` after a form (303), with a line that the next page says once."""
    answer = Redirect(address, status_code=HTTP_303_SEE_OTHER)
    if flash:
        said = quote(msgspec.json.encode(Flash(kind, flash[:600])))
        answer.set_cookie(Cookie(key=FLASH, value=said, path="/", max_age=120, httponly=True, samesite="lax"))
    return answer
