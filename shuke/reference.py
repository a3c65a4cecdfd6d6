"""The API's reference: the OpenAPI document, made from the handlers themselves, and a page for reading it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import msgspec
from litestar import Litestar, Response, Router, get
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from litestar.routes import HTTPRoute
from litestar.types import AnyCallable, ControllerRouterHandler

from shuke import __version__
from shuke.kit.web import AnyRequest, Problem
from shuke.people import anyone
from shuke.shell import render

Json = dict[str, object]

REFUSALS = re.compile(r"Refusals: ([^.]+)\.")
NAME = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b|\b(?:unknown|expired|voided|gifting|unreadable)\b")
ABOUT = (
    "JSON over HTTPS. Sign in with a code (POST /sign-in-codes, POST /sessions) and send the session's token as "
    "`Authorization: Bearer ...`. Money is an integer of minor units, times are ISO 8601 in UTC. A refusal is problem+json "
    "(RFC 9457) with a stable `name`. POSTs that create take an `Idempotency-Key`: the same call again gets the first answer."
)


KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Made by the caller for one act. The same call with the same key again gets the first answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}


class Operation(msgspec.Struct, frozen=True):
    """One operation as the page shows it."""

    method: str
    path: str
    summary: str
    about: str
    open: bool
    parameters: list[tuple[str, str, bool]]
    body: str
    answer: str
    refusals: list[str]


class Reference:
    """The document of these routers, made when it is first asked for."""

    def __init__(self, routers: Sequence[ControllerRouterHandler], dependencies: Mapping[str, AnyCallable]) -> None:
        self._routers = list(routers)
        self._dependencies = dependencies
        self._document: Json | None = None

    @property
    def document(self) -> Json:
        """The OpenAPI document as plain values."""
        if self._document is None:
            self._document = self._make()
        return self._document

    @property
    def encoded(self) -> bytes:
        """The same as JSON."""
        return msgspec.json.Encoder(decimal_format="number").encode(self.document)

    def _make(self) -> Json:
        app = Litestar(
            self._routers,
            dependencies={name: Provide(function) for name, function in self._dependencies.items()},
            openapi_config=OpenAPIConfig(
                title="Shuke",
                version=__version__,
                description=ABOUT,
                use_handler_docstrings=True,
                components=Components(security_schemes={"session": SecurityScheme(type="http", scheme="bearer")}),
            ),
            logging_config=None,
        )
        document: Json = app.openapi_schema.to_schema()
        problems, parts = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")
        components = _within(document, "components")
        _within(components, "schemas").update(parts)
        open_ = {place for place, handler in _handlers(app) if anyone in handler.resolve_guards()}
        keyed = {place for place, handler in _handlers(app) if "key" in handler.parsed_fn_signature.parameters}
        for path, method, operation in _operations(document):
            if (path, method) not in open_:
                operation["security"] = [{"session": []}]
            if (path, method) in keyed:
                parameters = cast("list[Json]", operation.setdefault("parameters", []))
                parameters.append(KEY)
            found = REFUSALS.search(" ".join(str(operation.get("description", "")).split()))
            operation["x-refusals"] = NAME.findall(found.group(1)) if found else []
            _within(operation, "responses")["default"] = {
                "description": "A refusal",
                "content": {"application/problem+json": {"schema": problems[0]}},
            }
        return document


def _within(parent: Json, name: str) -> Json:
    return cast("Json", parent.setdefault(name, {}))


def _operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in _within(document, "paths").items():
        for method, operation in cast("Json", methods).items():
            yield path, method, cast("Json", operation)


def _handlers(app: Litestar) -> Iterator[tuple[tuple[str, str], HTTPRouteHandler]]:
    """Path and method of each operation, and who answers it."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                for method in handler.http_methods:
                    yield (route.path_format, method.lower()), handler


def _named(schema: object) -> str:
    """A schema's name for reading."""
    if not isinstance(schema, dict):
        return ""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if schema.get("type") == "array":
        return f"[{_named(schema.get('items'))}]"
    parts = schema.get("oneOf") or schema.get("anyOf")
    if isinstance(parts, list):
        return " | ".join(filter(None, (_named(part) for part in parts)))
    return str(schema.get("format") or schema.get("type") or "")


def _content(holder: object) -> str:
    content = holder.get("content") if isinstance(holder, dict) else None
    if not isinstance(content, dict) or not content:
        return ""
    return _named(next(iter(content.values())).get("schema"))


def operations(document: Json) -> dict[str, list[Operation]]:
    """The operations by their tag, in the document's order."""
    found: dict[str, list[Operation]] = {}
    for path, method, operation in _operations(document):
        tags = cast("list[str]", operation.get("tags") or ["other"])
        answers = [answer for status, answer in _within(operation, "responses").items() if status.startswith("2")]
        parameters = cast("list[Json]", operation.get("parameters") or [])
        found.setdefault(tags[0], []).append(
            Operation(
                method.upper(),
                path,
                str(operation.get("summary", "")),
                str(operation.get("description", "")),
                "security" not in operation,
                [(str(p["name"]), _named(p.get("schema")), bool(p.get("required"))) for p in parameters],
                _content(operation.get("requestBody")),
                _content(answers[0]) if answers else "",
                cast("list[str]", operation["x-refusals"]),
            )
        )
    return found


def schemas(document: Json) -> dict[str, list[tuple[str, str, bool]]]:
    """The types by name: each field with its type and whether it must be there."""
    shown = {}
    for name, schema in _within(_within(document, "components"), "schemas").items():
        kind = cast("Json", schema)
        required = cast("list[str]", kind.get("required") or [])
        shown[name] = [(field, _named(of), field in required) for field, of in _within(kind, "properties").items()]
    return dict(sorted(shown.items()))


@get("/api/v1/openapi.json", guards=[anyone], include_in_schema=False)
async def openapi(request: AnyRequest) -> Response[bytes]:
    """The OpenAPI document."""
    return Response(_of(request).encoded, media_type="application/json")


@get("/docs", guards=[anyone], include_in_schema=False)
async def docs(request: AnyRequest) -> Response[str]:
    """The same for reading, made here, without a request to anywhere else."""
    document = _of(request).document
    return render(request, "shell/reference.html", groups=operations(document), kinds=schemas(document), about=ABOUT)


def _of(request: AnyRequest) -> Reference:
    reference = request.app.state["Reference"]
    assert isinstance(reference, Reference)
    return reference


reference_router = Router("/", route_handlers=[openapi, docs])
