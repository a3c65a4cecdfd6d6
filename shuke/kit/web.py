"""Web: what every request gets before a room sees it, and how refusals look to programs."""

import os
import secrets
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from ipaddress import ip_network
from typing import TypeVar
from urllib.parse import urlsplit

import asyncpg
import msgspec
from litestar import Request, WebSocket
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.enums import ScopeType
from litestar.handlers import HTTPRouteHandler
from litestar.response import Response
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from shuke.kit.db import Database, Db
from shuke.kit.i18n import _, choose, gettext, use_locale
from shuke.kit.packed import packed, packs
from shuke.kit.refusals import Refusal, Unreadable

AnyRequest = Request[object, object, State]
AnySocket = WebSocket[object, object, State]
AnyConnection = ASGIConnection[HTTPRouteHandler, object, object, State] | AnySocket
Resource = TypeVar("Resource")

LOCALE_COOKIE = "shuke_locale"
SESSION_COOKIE = "shuke_session"


class Problem(msgspec.Struct, frozen=True):
    """RFC 9457. `name` is stable, `detail` is in the caller's language, `facts` say more where there is more."""

    type: str
    title: str
    status: int
    name: str
    detail: str
    facts: Mapping[str, str | int | None]


def development() -> bool:
    """Whether this is a development installation: letters are shown, not sent, and every page says so."""
    return os.environ.get("SHUKE_DEV") == "1"


def address(connection: AnyConnection) -> str:
    """Where this installation is reached, without a slash at the end: SHUKE_URL, else as the caller reached it."""
    return (os.environ.get("SHUKE_URL") or str(connection.base_url)).rstrip("/")


def from_own_page(connection: AnyConnection) -> bool:
    """Whether a browser says that a page of ours opened this; the cookie alone would also come along with another site's."""
    origin = urlsplit(connection.headers.get("origin", ""))
    own = {connection.headers.get("host", ""), urlsplit(os.environ.get("SHUKE_URL", "")).netloc}
    return origin.scheme in ("http", "https") and origin.netloc in own - {""}


def secure_cookies() -> bool:
    """Cookies are sent over HTTPS only, once the installation's address is an https one."""
    return os.environ.get("SHUKE_URL", "").startswith("https://")


def resource(connection: AnyConnection, kind: type[Resource]) -> Resource:
    """What the application was built with: the database, the caches, the live listeners."""
    found = connection.app.state[kind.__name__]
    assert isinstance(found, kind)
    return found


async def provide_db(request: AnyRequest) -> AsyncIterator[Db]:
    """One transaction for a request that writes; committed before the answer leaves. None for one that only reads."""
    database = resource(request, Database)
    writes = in_transaction(request.method, request.route_handler.opt)
    async with database.write() if writes else database.read() as db:
        yield db


def in_transaction(method: str, opt: Mapping[str, object]) -> bool:
    """Whether a handler's statements belong together: those of POST, PUT and DELETE, and of a GET with opt `writes`.
    With opt `each_alone` every statement stands for itself: for look-ups that are sent by POST."""
    return bool(opt.get("writes")) or (method not in ("GET", "HEAD") and not opt.get("each_alone"))


async def provide_key(request: AnyRequest) -> str | None:
    """The Idempotency-Key header."""
    return read_key(request.headers.get("idempotency-key"))


def read_key(key: str | None) -> str | None:
    """An idempotency key of a length that can be kept."""
    if key is not None and not 1 <= len(key) <= 200:
        raise Unreadable("idempotency_key_unreadable", gettext("An Idempotency-Key has 1 to 200 characters."))
    return key


async def provide_raw(request: AnyRequest) -> bytes:
    """The operation and body as they came: what an idempotency key stands for."""
    return raw_request(request.url.path, await request.body())


def raw_request(path: str, body: bytes) -> bytes:
    """An operation and its body as one."""
    return path.encode() + b"\n" + body


def client_address(connection: AnyConnection) -> str:
    """The caller's address; uvicorn has already resolved a trusted proxy's header."""
    return connection.client.host if connection.client else ""


def client_network(connection: AnyConnection) -> str:
    """The caller's address, or of an IPv6 one its network: who has one of these has them all."""
    told = client_address(connection)
    try:
        return str(ip_network((told.partition("%")[0], 64), strict=False)) if ":" in told else told
    except ValueError:
        return told


def phone_of(connection: AnyConnection) -> str:
    """The caller's address when a phone's browser calls; empty for anything else, and inside WeChat, which opens no other app."""
    agent = connection.headers.get("user-agent", "")
    return client_address(connection) if "Mobi" in agent and "MicroMessenger" not in agent else ""


def wants_json(connection: AnyConnection) -> bool:
    """Programs get problem+json, people get a page."""
    path = connection.scope["path"]
    accept = connection.headers.get("accept", "")
    return path.startswith("/api/") or ("application/json" in accept and "text/html" not in accept)


def problem(refusal: Refusal) -> Response[bytes]:
    """A refusal as problem+json."""
    headers = {}
    if "retry_after" in refusal.facts:
        headers["retry-after"] = str(refusal.facts["retry_after"])
    return Response(problem_body(refusal), status_code=refusal.status, media_type="application/problem+json", headers=headers)


def problem_body(refusal: Refusal, status: int = 0) -> bytes:
    """A refusal as JSON; `status` where it is not the refusal's own."""
    body = Problem(
        type=f"urn:shuke:refusal:{refusal.name}",
        title=refusal.name.replace("_", " "),
        status=status or refusal.status,
        name=refusal.name,
        detail=gettext(refusal.detail),
        facts=refusal.facts,
    )
    return msgspec.json.encode(body)


def header(scope: Scope, name: bytes) -> str:
    """One request header, empty when missing."""
    for key, value in scope["headers"]:
        if key == name:
            return value.decode("latin-1")
    return ""


def cookie(scope: Scope, name: str) -> str:
    """One cookie of the request, empty when missing."""
    for part in header(scope, b"cookie").split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            return value
    return ""


def _policy(nonce: str) -> bytes:
    return (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; "
        "media-src 'self' blob:; connect-src 'self'; worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ).encode()


def around_every_request(app: ASGIApp) -> ASGIApp:
    """Middleware: the caller's language, a nonce, and the headers that keep pages safe."""
    dev = development()

    async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(12)
        language = choose(header(scope, b"accept-language"), cookie(scope, LOCALE_COOKIE), "")
        state = scope.setdefault("state", {})
        state.update(locale=language, nonce=nonce, csrf="", dev=dev)

        answer = packed(send) if packs(scope) else send

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message["headers"])
                headers += [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]
                if not scope["path"].startswith("/api/"):
                    headers += [(b"content-security-policy", _policy(nonce)), (b"x-frame-options", b"DENY")]
                message["headers"] = headers
            await answer(message)

        with use_locale(language):
            await app(scope, receive, with_headers)

    return middleware


def cookie_expiry(expires_at: datetime, now: datetime) -> int:
    """Seconds a cookie lives."""
    return max(0, int((expires_at - now).total_seconds()))


UNSTORABLE = _("Something in it can't be read: a character or number that can't be kept.")


def unstorable(error: Exception) -> bool:
    """A NUL character, bytes that are no UTF-8, a number past 64 bits: as the database or its driver refuse them; JSON too deep."""
    if isinstance(error, RecursionError):
        return "deserializing" in str(error)
    told = isinstance(error, asyncpg.DataError | UnicodeDecodeError)
    return told or (isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError))


class Unavailable(Refusal):
    """503: the database is away; whether the call was done shows when it is asked again with its key."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            "unavailable", _("The database is away for a moment. Please try again: nothing is done twice."), retry_after=1
        )


def away(error: Exception) -> bool:
    """The database does not answer, or stopped in the middle of it."""
    lost = asyncpg.PostgresConnectionError | asyncpg.OperatorInterventionError | asyncpg.TooManyConnectionsError
    if isinstance(error, lost | asyncpg.InternalClientError | ConnectionError):
        return True
    return isinstance(error, asyncpg.InterfaceError) and "clos" in str(error)  # a connection, or the pool
