"""The application on a port of its own in this process, a shop with something of everything in it, and people to attack it."""

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from urllib.parse import quote, quote_plus

import msgspec
import pytest
import requests
import uvicorn

from shuke.kit import clock
from shuke.kit.db import Db, connect
from shuke.kit.embedded_postgres import Postgres
from shuke.main import create_app
from tests import world
from tests.conftest import TEMPLATE, _database

Made = TypeVar("Made")


HALF = "<half of a character>"


class _Session(requests.Session):
    """Writes half of a character where HALF stands: tools that make requests can't carry it themselves."""

    def send(self, request: requests.PreparedRequest, **options: object) -> requests.Response:
        """As usual, with the halves."""
        body = request.body.encode() if isinstance(request.body, str) else request.body
        if isinstance(body, bytes) and HALF.encode() in body:
            request.prepare_body(body.replace(HALF.encode(), rb"\ud800"), None)
        assert request.url is not None
        request.url = request.url.replace(quote_plus(HALF), "%ED%A0%80").replace(quote(HALF), "%ED%A0%80")
        return super().send(request, **options)


class Target(msgspec.Struct, frozen=True):
    """Where the application is, sessions by who holds them, and ids that exist by the name of the field that takes them."""

    url: str
    database_url: str
    tokens: dict[str, str]
    known: dict[str, list[str]]
    session: requests.Session = msgspec.field(default_factory=_Session)

    def make(self, work: Callable[[Db], Awaitable[Made]]) -> Made:
        """Run `work` in one transaction, committed."""

        async def committed() -> Made:
            database = await connect(self.database_url, size=1)
            try:
                async with database.write() as db:
                    return await work(db)
            finally:
                await database.close()

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, committed()).result()


class _Server(uvicorn.Server):
    """Without signals: those belong to the tests."""

    def install_signal_handlers(self) -> None:
        """Nothing."""


async def _furnish(db: Db) -> tuple[dict[str, str], dict[str, list[str]]]:
    shop, other = await world.shop(db), await world.shop(db, "Elsewhere")
    guest, operator = await world.signed_in(db), await world.signed_in(db, "Operator")
    await db.run(
        "insert into platform.operators (person_id, added_at) values (:person, :now)",
        person=operator.person_id,
        now=clock.now(),
    )
    tokens = {"owner": (await world.session_of(db, shop.owner_id)).token}
    for role in ("manager", "cashier", "marketer"):
        tokens[role] = (await world.staff(db, shop, role)).token
    tokens |= {"guest": guest.token, "operator": operator.token}
    template, theirs = await world.template(db, shop), await world.template(db, other)
    known = {
        "merchant_id": [str(shop.merchant_id)] * 3 + [str(other.merchant_id)],
        "store_id": [str(shop.store_id)] * 3 + [str(other.store_id)],
        "template_id": [str(template)] * 3 + [str(theirs)],
        "person_id": [str(guest.person_id), str(shop.owner_id)],
        "scene": [shop.scene, other.scene],
    }
    return tokens, known


@pytest.fixture(scope="session")
def target(test_server: Postgres) -> Iterator[Target]:
    """The application with its shop."""
    for database_url in _database(test_server, TEMPLATE):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SHUKE_DATABASE_URL", database_url)
            patch.setenv("SHUKE_DEV", "1")
            tokens, known = Target("", database_url, {}, {}).make(_furnish)
            with socket.socket() as listening:
                listening.bind(("127.0.0.1", 0))
                server = _Server(uvicorn.Config(create_app(), access_log=False, log_level="warning", lifespan="on"))
                thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
                thread.start()
                until = time.monotonic() + 120
                while not server.started and time.monotonic() < until:
                    time.sleep(0.02)
                assert server.started
                yield Target(f"http://127.0.0.1:{listening.getsockname()[1]}", database_url, tokens, known)
                server.should_exit = True
                thread.join(10)
