"""The outbox of a development installation: what would have been sent, so that newcomers and tests can sign in."""

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.response import Response

from shuke.kit.db import Db
from shuke.kit.letters import latest
from shuke.kit.refusals import NotFound
from shuke.kit.web import AnyRequest, development, wants_json
from shuke.people import anyone
from shuke.shell import render


@get("/dev/outbox", guards=[anyone], include_in_schema=False)
async def outbox(request: AnyRequest, db: NamedDependency[Db]) -> Response[str] | Response[bytes]:
    """The newest first, as a page or as JSON by the Accept header. Not there outside development."""
    if not development():
        raise NotFound
    letters = await latest(db)
    if wants_json(request):
        return Response(msgspec.json.encode(letters), media_type="application/json", headers={"cache-control": "no-store"})
    return render(request, "platform/outbox.html", letters=letters)
