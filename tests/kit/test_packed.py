"""Compressed pages: for our own readers, in one piece, and no form token is written twice alike."""

import re
from collections.abc import Iterable

import pytest
from litestar.types import Message

from shuke.kit.db import Database
from shuke.kit.packed import LEAST, packed
from shuke.people.tokens import read_token
from tests import world
from tests.world import Client

ASKED = {"accept-encoding": "gzip, br", "sec-fetch-site": "same-origin", "accept": "text/html"}


@pytest.mark.slow
async def test_pages_are_compressed_for_our_own_readers(client: Client) -> None:
    whole = await client.get("/docs", headers={"accept-encoding": "identity"})
    for site in ("same-origin", "none"):
        page = await client.get("/docs", headers={**ASKED, "sec-fetch-site": site})
        assert page.headers["content-encoding"] == "gzip"
        assert int(page.headers["content-length"]) < len(whole.content) / 4
        assert page.text.count("</details>") == whole.text.count("</details>") > 50
    for other in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": ""},
        {"accept-encoding": "br"},
        {"accept-encoding": "gzip;q=0, br"},
    ):
        plain = await client.get("/docs", headers={**ASKED, **other})
        assert "content-encoding" not in plain.headers, other
    for path in ("/api/v1/openapi.json", "/manifest.webmanifest"):
        assert "content-encoding" not in (await client.get(path, headers=ASKED)).headers, path
    assert "content-encoding" not in (await client.request("HEAD", "/docs", headers=ASKED)).headers


async def sent_of(start: list[tuple[bytes, bytes]], bodies: Iterable[tuple[bytes, bool]]) -> list[Message]:
    """What leaves when an answer goes through."""
    left: list[Message] = []

    async def send(message: Message) -> None:
        left.append(message)

    out = packed(send)
    await out({"type": "http.response.start", "status": 200, "headers": start})
    for body, more in bodies:
        await out({"type": "http.response.body", "body": body, "more_body": more})
    return left


async def test_streams_and_what_is_compressed_already_pass_as_they_are() -> None:
    long, kind = b"x" * LEAST * 4, (b"content-type", b"text/html; charset=utf-8")
    for start, bodies in (
        ([(b"content-type", b"text/event-stream")], [(long, True), (long, False)]),
        ([kind], [(long, True), (long, False)]),
        ([kind, (b"content-encoding", b"br")], [(long, False)]),
        ([kind], [(b"x" * (LEAST - 1), False)]),
    ):
        left = await sent_of(start, bodies)
        assert [one["headers"] for one in left if one["type"] == "http.response.start"] == [start]
        assert [(one["body"], one["more_body"]) for one in left if one["type"] == "http.response.body"] == bodies
    left = await sent_of([kind, (b"content-length", b"4096")], [(long, False)])
    [headers] = [dict(one["headers"]) for one in left if one["type"] == "http.response.start"]
    [body] = [one["body"] for one in left if one["type"] == "http.response.body"]
    assert headers[b"content-encoding"] == b"gzip"
    assert headers[b"content-length"] == str(len(body)).encode()
    assert len(body) < len(long)


async def test_a_form_token_is_written_differently_in_each_page(client: Client, database: Database) -> None:
    async with database.write() as db:
        mia, eve = await world.signed_in(db), await world.signed_in(db)
    client.cookies.set("shuke_session", mia.token)
    written = [re.findall(r'name="csrf" (?:content|value)="(\w+)"', (await client.get("/me")).text) for _ in range(2)]
    assert not set(written[0]) & set(written[1])
    for token in {*written[0], *written[1]}:
        assert (await client.post("/me", data={"name": "Mia", "csrf": token}, follow_redirects=False)).status_code == 303
    other = read_token(eve.token)
    assert other is not None
    for wrong in (other.csrf, token[:-1], token[:32], "0" * 64, "é" * 64, ""):
        assert (await client.post("/me", data={"name": "Eve", "csrf": wrong})).status_code == 403, wrong
