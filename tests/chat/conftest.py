"""A web worker in this process on a port of its own, for sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import uvicorn
from litestar import Litestar

from shuke.kit.db import Database
from shuke.kit.wire import Wire


@pytest.fixture
async def served(
    application: Litestar, database: Database, own_db_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[str]:
    """Where it is reached: host and port."""
    monkeypatch.setenv("SHUKE_DATABASE_URL", own_db_url)
    server = uvicorn.Server(
        uvicorn.Config(application, port=0, lifespan="on", log_level="warning", ws=Wire, ws_per_message_deflate=False)
    )
    serving = asyncio.create_task(server._serve())
    while not server.started:
        assert not serving.done(), "it did not start"
        await asyncio.sleep(0.02)
    yield f"127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    with suppress(asyncio.CancelledError):
        await serving
