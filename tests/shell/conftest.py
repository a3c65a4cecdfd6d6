"""A small site around the shell's own components, served to a real browser."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator

import pytest
import uvicorn
from jinja2 import ChoiceLoader, DictLoader
from litestar import Litestar, Request, get, post
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Response, ServerSentEvent
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from shuke.shell.pages import files, router
from shuke.shell.render import ENVIRONMENT, RoomLoader, _shown, page_of

Asked = Request[object, object, State]

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # of RFC 6238, appendix B
POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-n'; style-src 'self' 'nonce-n'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
FRAME = '{% extends "shell/app.html" %}{% import "shell/components.html" as c %}{% block title %}Test{% endblock %}'
BODIES = {
    "wallet": """<p id="count" data-live="wallet">{{ visits }}</p>{{ c.card_code(secret, "7K", "80421175", "Code") }}
        <a class="btn" href="/vouchers/one">One</a>
        <form method="post" action="/leave" data-forgets>{{ csrf_field() }}{{ c.button("Leave") }}</form>""",
    "scan": '{{ c.scanner("/scanned", "Code") }}',
    "till": """<div data-till><div class="code-entry"><input class="input" aria-label="Code" data-till-code></div>
        <input class="input" aria-label="Bill"><p id="pressed">no</p>
        <button class="btn" type="button" data-key="F2" data-opens="two">Two</button>
        {% call c.dialog("two", "Two") %}<p>open</p>{% endcall %}</div>""",
    "passkeys": """<button class="btn" data-passkey="register" data-next="#made">Make</button>
        <button class="btn" data-passkey="sign-in" data-next="#in">Enter</button>""",
    "swap": """<button class="btn" hx-post="/scanned" hx-vals='{"code": "by htmx"}' hx-target="#here">Swap</button>
        <div id="here"></div>""",
}


class Site:
    """Where the small site is, and what happened on it."""

    def __init__(self) -> None:
        self.url = ""
        self.visits = 0
        self.held = threading.Event()  # pages are answered once it is set
        self.held.set()
        self.tokens: list[str] = []
        self.happened = threading.Event()


def _application(site: Site) -> Litestar:
    pages = DictLoader({f"{name}.html": f"{FRAME}{{% block content %}}{body}{{% endblock %}}" for name, body in BODIES.items()})
    templates = ENVIRONMENT.overlay(loader=ChoiceLoader([pages, RoomLoader()]))

    def filled(request: Asked, name: str) -> Response[str]:
        if name not in BODIES:
            raise NotFoundException
        site.visits += 1
        about = page_of(request)
        with _shown(about):
            values = {field: getattr(about, field) for field in about.__struct_fields__}
            text = templates.get_template(f"{name}.html").render(lang="en", secret=SECRET, visits=site.visits, **values)
        return Response(text, media_type="text/html")

    @get("/{name:str}")
    async def page(request: Asked, name: FromPath[str]) -> Response[str]:
        await asyncio.to_thread(site.held.wait, 60)
        return filled(request, name)

    @get("/vouchers/one")
    async def voucher(request: Asked) -> Response[str]:
        return filled(request, "scan")

    @post("/scanned", status_code=200)
    async def scanned(request: Asked, data: URLEncodedBody[dict[str, str]]) -> Response[str]:
        site.tokens.append(request.headers.get("x-csrf-token", data.get("csrf", "")))
        return Response(f"<p id='got'>{data['code']}</p>", media_type="text/html")

    @post("/leave", status_code=303)
    async def leave() -> Redirect:
        return Redirect("/scan", status_code=303)

    async def happenings() -> AsyncIterator[dict[str, str]]:
        yield {"event": "open", "data": "{}"}
        await asyncio.to_thread(site.happened.wait, 5)
        site.happened.clear()
        yield {"event": "wallet", "data": "{}"}

    @get("/live")
    async def live() -> ServerSentEvent:
        return ServerSentEvent(happenings())

    return Litestar([page, voucher, scanned, leave, live, router, files], middleware=[_policy])


def _policy(app: ASGIApp) -> ASGIApp:
    async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {}).update(nonce="n", csrf="the-token", dev=True, locale="en")

        async def with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"content-security-policy", POLICY.encode())]
            await send(message)

        await app(scope, receive, with_policy)

    return middleware


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """The site on a port of its own."""
    made = Site()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made.url = f"http://127.0.0.1:{port}"
    server = uvicorn.Server(
        uvicorn.Config(_application(made), port=port, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield made
    server.should_exit = True
    thread.join(10)
