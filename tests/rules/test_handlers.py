"""Every handler has a guard, and every operation of the API says what it does and how it refuses."""

import re

from litestar.handlers import HTTPRouteHandler, WebsocketRouteHandler
from litestar.routes import HTTPRoute, WebSocketRoute

from shuke.chat.socket import own_socket
from shuke.main import create_app

OPEN = re.compile(r"^/(static|sw\.js|manifest\.webmanifest|offline|language|dev/gallery|map/|api/v1/openapi|docs)")


def _handlers() -> list[tuple[str, HTTPRouteHandler]]:
    return [
        (route.path, handler)
        for route in create_app().routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if "OPTIONS" not in handler.http_methods
    ]


def test_every_handler_has_a_guard() -> None:
    bare = [
        f"{path} {handler.name or handler.fn}"
        for path, handler in _handlers()
        if not OPEN.match(path) and not handler.resolve_guards()
    ]
    assert not bare, "\n".join(bare)


def test_every_socket_has_a_guard_against_other_pages() -> None:
    sockets: list[tuple[str, WebsocketRouteHandler]] = [
        (route.path, route.route_handler) for route in create_app().routes if isinstance(route, WebSocketRoute)
    ]
    assert sockets
    open_to_all = [path for path, handler in sockets if own_socket not in handler.resolve_guards()]
    assert not open_to_all, "browsers send cookies along from any page: " + "\n".join(open_to_all)


def test_every_operation_is_described() -> None:
    silent = [
        f"{path} {sorted(handler.http_methods)}"
        for path, handler in _handlers()
        if path.startswith("/api/v1/") and not OPEN.match(path) and not (handler.summary and handler.fn.__doc__)
    ]
    assert not silent, "\n".join(silent)
