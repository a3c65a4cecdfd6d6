"""Forms on other sites: what a browser sends along from there changes nothing, on any address that changes something."""

import re
from uuid import uuid4

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from shuke.kit.db import Database
from shuke.kit.web import SESSION_COOKIE
from tests import world
from tests.world import Client

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
FOREIGN = {"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"}
NAMED = re.compile(r"\{\w+:(\w+)\}")
MADE_UP = {"uuid": str(uuid4()), "int": "1", "str": "AAAA", "path": "a", "date": "2030-01-01"}


def _addresses(application: Litestar) -> list[tuple[str, str]]:
    """Method and address, with made-up ids, of everything that changes something."""
    return sorted(
        (method, NAMED.sub(lambda found: MADE_UP[found[1]], route.path))
        for route in application.routes
        if isinstance(route, HTTPRoute)
        for method in UNSAFE & set(route.methods)
    )


@pytest.mark.row("11.1")
async def test_a_form_on_another_site_changes_nothing(application: Litestar, client: Client, database: Database) -> None:
    async with database.write() as db:
        mia = await world.signed_in(db)
    cookie = {**FOREIGN, "cookie": f"{SESSION_COOKIE}={mia.token}"}
    addresses = _addresses(application)
    assert len(addresses) > 200
    passed = []
    for method, address in addresses:
        for headers, body in ((cookie, {"csrf": "0" * 64}), (cookie, None), (FOREIGN, {"csrf": ""})):
            answer = await client.request(method, address, headers=headers, data=body, follow_redirects=False)
            if answer.status_code not in (401, 403, 404):
                passed.append(f"{method} {address} {answer.status_code}")
    assert not passed, "\n".join(sorted(set(passed)))
