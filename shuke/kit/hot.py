"""Hot routes: the few busiest handlers, called ahead of the framework by a shorter way that does the same.

The handlers stay ordinary ones: their function, guard, types and refusals are used as they are, and they stand in the API's
document. Left out is only what the framework does between: routing, building kwargs, negotiating the answer.
"""

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Generic, TypeVar, get_args

import msgspec
import structlog
from litestar import Litestar, Request
from litestar.enums import ScopeType
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from shuke.kit.db import Database, Db
from shuke.kit.i18n import choose, use_locale
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal, TooMany, Unreadable
from shuke.kit.web import (
    LOCALE_COOKIE,
    UNSTORABLE,
    AnyConnection,
    AnyRequest,
    Unavailable,
    away,
    cookie,
    header,
    in_transaction,
    problem_body,
    raw_request,
    read_key,
    resource,
    unstorable,
)

Viewer = TypeVar("Viewer")
Guard = Callable[[AnyConnection], Awaitable[Viewer]]

KNOWN = frozenset({"request", "db", "viewer", "key", "raw", "data", "cursor"})
MOST_BYTES = 1_000_000

log = structlog.get_logger()


class Hot(Generic[Viewer]):
    """One handler, taken apart once: what its function asks for, the type of its body, its status. With opt `patient` it may ask
    somebody outside or wait for a batch, and takes none of the few connections of those that are over at once."""

    def __init__(self, prefix: str, handler: HTTPRouteHandler) -> None:
        asked = inspect.signature(handler.fn).parameters
        if not set(asked) <= KNOWN:
            raise TypeError(f"{handler} asks for {set(asked) - KNOWN}, which a hot route does not have")
        self.guard = next(iter(handler.guards or ()), None)
        self.asked = frozenset(asked)
        self.call = handler.fn
        self.status = handler.status_code
        self.method = next(iter(handler.http_methods))
        self.paths = [prefix + path for path in handler.paths]
        self.writes = in_transaction(self.method, handler.opt)
        self.patient = bool(handler.opt.get("patient"))
        self.decode = msgspec.json.Decoder(get_args(asked["data"].annotation)[0]).decode if "data" in asked else None

    async def answer(self, connection: AnyRequest, viewer: Viewer, body: bytes) -> object:
        """What the handler's function returns."""
        values: dict[str, object] = {}
        if self.decode is not None:
            try:
                values["data"] = self.decode(body)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                raise Unreadable("unreadable", str(error)) from error
        if "request" in self.asked:
            values["request"] = connection
        if "viewer" in self.asked:
            values["viewer"] = viewer
        if "cursor" in self.asked:
            values["cursor"] = connection.query_params.get("cursor")
        if "key" in self.asked:
            values["key"] = read_key(header(connection.scope, b"idempotency-key") or None)
        if "raw" in self.asked:
            values["raw"] = raw_request(connection.scope["path"], body)
        if "db" not in self.asked:
            return await self.call(**values)
        database = resource(connection, Database)
        async with Db(database, writes=self.writes, hot=not self.patient) as db:
            return await self.call(**values, db=db)


def hot(prefix: str, handlers: Iterable[HTTPRouteHandler]) -> dict[tuple[str, str], Hot[Viewer]]:
    """These handlers by method and path."""
    taken: list[Hot[Viewer]] = [Hot(prefix, handler) for handler in handlers]
    return {(one.method, path): one for one in taken for path in one.paths}


def serve_hot(
    app: Litestar, others: ASGIApp, guards: Mapping[object, Guard[Viewer]], routes: Mapping[tuple[str, str], Hot[Viewer]]
) -> ASGIApp:
    """An application that answers `routes` itself and leaves everything else to `others`: also forms, whose token stands in the
    body. `guards` says for the guard of a handler who does the same here and tells the viewer."""
    encode = msgspec.json.Encoder().encode

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        taken = routes.get((scope["method"], scope["path"])) if scope["type"] == ScopeType.HTTP else None
        if taken is None or scope["type"] != ScopeType.HTTP or "form" in header(scope, b"content-type"):
            await others(scope, receive, send)
            return
        status, kind, extra = 500, b"application/problem+json", b""
        with use_locale(choose(header(scope, b"accept-language"), cookie(scope, LOCALE_COOKIE), "")):
            try:
                connection = _connection(app, scope)
                viewer = await guards[taken.guard](connection)
                body = encode(await taken.answer(connection, viewer, await _read(receive)))
                status, kind = taken.status, b"application/json"
            except Refusal as refusal:
                status, body = refusal.status, problem_body(refusal)
                extra = str(refusal.facts.get("retry_after", "")).encode() if isinstance(refusal, TooMany) else b""
            except Exception as error:
                status, body = _unexpected(error, scope)
        headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body)), (b"x-content-type-options", b"nosniff")]
        if extra:
            headers.append((b"retry-after", extra))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    return serve


def _unexpected(error: Exception, scope: HTTPScope) -> tuple[int, bytes]:
    """What nobody expected is logged and told without its trace; input that can't be stored as it is gets its own word."""
    if unstorable(error):
        return Unreadable.status, problem_body(Unreadable("unreadable", UNSTORABLE))
    if away(error):
        log.warning("database away", path=scope["path"], method=scope["method"], error=repr(error)[:200])
        return Unavailable.status, problem_body(Unavailable())
    log.error("unexpected error", path=scope["path"], method=scope["method"], exc_info=error)
    told = Refusal("internal_error", _("Something broke on our side. Please try again."))
    return 500, problem_body(told, 500)


def _connection(app: Litestar, scope: HTTPScope) -> AnyRequest:
    scope["litestar_app"] = app
    scope.setdefault("state", {})
    return Request(scope)


async def _read(receive: Receive) -> bytes:
    """The whole body, at most a megabyte."""
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            break
        parts.append(message.get("body", b""))  # ASGI lets servers leave out both
        size += len(parts[-1])
        more = message.get("more_body", False)
        if size > MOST_BYTES:
            raise Unreadable("too_large", _("This is too large."))
    return b"".join(parts)
