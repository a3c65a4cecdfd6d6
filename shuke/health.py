"""Health: whether this process answers, and the state of the database behind it."""

import asyncpg
import msgspec
from litestar import Response, get

from shuke import __version__
from shuke.kit.db import Database
from shuke.kit.web import AnyRequest, resource
from shuke.people import anyone


class Health(msgspec.Struct, frozen=True):
    """`status` is ok or degraded; `migrations` counts those applied."""

    status: str
    version: str
    database: str
    migrations: int


@get("/health", guards=[anyone], summary="Health", include_in_schema=False)
async def health(request: AnyRequest) -> Response[Health]:
    """200 when the database answers, 503 when it does not."""
    try:
        async with resource(request, Database).read() as db:
            count = await db.value(int, "select count(*)::int from public.shuke_migrations") or 0
            version = await db.value(str, "show server_version") or ""
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return Response(Health("degraded", __version__, "unreachable", 0), status_code=503)
    return Response(Health("ok", __version__, f"PostgreSQL {version}", count))
