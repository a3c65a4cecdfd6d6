"""Filters outside, over a local server that answers as it is told."""

import asyncio
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from uuid import uuid4

import msgspec
import pytest

from shuke.chat import pair_with
from shuke.kit.db import Database
from shuke.kit.refusals import Refusal
from shuke.moderation import NewDecision, Thing, check_picture, check_words, decide, outside, queue
from tests import world
from tests.chat import talking
from tests.world import Client


class Told(ThreadingHTTPServer):
    """Answers `verdict`; keeps what it was asked, and is silent until it may speak."""

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.verdict = "pass"
        self.status = 200
        self.asked: list[tuple[str, bytes]] = []
        self.may_speak = Event()
        self.may_speak.set()


class Asked(BaseHTTPRequestHandler):
    """One question."""

    def do_POST(self) -> None:
        """Keep it, then answer."""
        server = self.server
        assert isinstance(server, Told)
        body = self.rfile.read(int(self.headers["content-length"]))
        server.asked.append((self.headers.get("authorization", ""), body))
        server.may_speak.wait(20)
        answer = msgspec.json.encode({"verdict": server.verdict})
        self.send_response(server.status)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def filter_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    """A filter of words and pictures outside."""
    server = Told()
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}/check"
    monkeypatch.setenv("SHUKE_WORD_FILTER", address)
    monkeypatch.setenv("SHUKE_PICTURE_FILTER", address)
    monkeypatch.setenv("SHUKE_FILTER_KEY", "secret")
    for line in (outside.WORDS, outside.PICTURES):
        line.resting_until = 0.0
    yield server
    for line in (outside.WORDS, outside.PICTURES):
        line.resting_until = 0.0
    server.may_speak.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.row("7.8")
async def test_a_filter_outside_refuses_and_doubts(database: Database, filter_server: Told) -> None:
    async with database.write() as db:
        mia = await world.person(db)
        thing = Thing("post", mia, uuid4())
        await check_words(db, mia, "hello", "post", thing)
        assert filter_server.asked == [("Bearer secret", b'{"text":"hello","where":"post"}')]
        assert await queue(db) == []
        filter_server.verdict = "unsure"
        await check_words(db, mia, "hmm", "post", thing)
        assert [(one.cause, one.text, one.thing) for one in await queue(db)] == [("filter", "hmm", thing)]
        filter_server.verdict = "refuse"
        with pytest.raises(Refusal, match="words_refused"):
            await check_words(db, mia, "bad", "post", thing)
        with pytest.raises(Refusal, match="picture_refused"):
            await check_picture(db, mia, b"picture")


@pytest.mark.row("7.8")
@pytest.mark.parametrize("silent", [True, False], ids=["silent", "broken"])
async def test_what_a_filter_did_not_read_is_published_and_waits(
    database: Database, filter_server: Told, *, silent: bool
) -> None:
    if silent:
        filter_server.may_speak.clear()
    else:
        filter_server.status = 500
    async with database.write() as db:
        mia = await world.person(db)
        await asyncio.wait_for(check_words(db, mia, "hello", "post", Thing("post", mia, uuid4())), 20)
        await check_words(db, mia, "and again", "comment")  # it is left alone for a while
        assert len(filter_server.asked) == 1
        waiting = [(one.cause, one.kind, one.thing_id is None) for one in await queue(db)]
    assert sorted(waiting) == [("unread", "comment", True), ("unread", "post", False)]


@pytest.mark.row("7.8")
async def test_a_post_that_a_filter_doubts_can_be_opened_and_hidden(
    client: Client, database: Database, filter_server: Told
) -> None:
    async with database.write() as db:
        mia, operator = await world.signed_in(db, "Mia"), await world.person(db)
    filter_server.verdict = "unsure"
    made = (await client.post("/api/v1/posts", json={"words": "hmm"}, headers=mia.headers)).json()
    path = f"/api/v1/posts/{made['person_id']}/{made['post_id']}"
    await client.post(f"{path}/forwards", json={"words": "passed on"}, headers=mia.headers)
    await client.post(f"{path}/comments", json={"words": "said"}, headers=mia.headers)
    async with database.write() as db:
        waiting = {case.text: case for case in await queue(db)}
        assert sorted((case.kind, case.text) for case in waiting.values()) == [
            ("comment", "said"), ("post", "hmm"), ("post", "passed on"),
        ]  # fmt: skip
        assert str(waiting["hmm"].thing_id) == made["post_id"]
        for case in waiting.values():
            assert case.owner_id == mia.person_id
            await decide(db, operator, case.case_id, NewDecision("hide", "spam", "Why not."))
    seen = (await client.get(path, headers=mia.headers)).json()
    assert (seen["hidden"], seen["comments"]) == (True, 1)
    comments = (await client.get(f"{path}/comments", headers=mia.headers)).json()["comments"]
    assert [(one["words"], one["hidden"]) for one in comments] == [("said", True)]


@pytest.mark.row("7.8")
async def test_a_message_that_a_filter_doubts_can_be_opened_and_hidden(
    client: Client, database: Database, filter_server: Told
) -> None:
    async with database.write() as db:
        mia, otto = await talking.friends(db, "Mia", "Otto")
        there, operator = await pair_with(db, mia.person_id, otto.person_id), await world.person(db)
    filter_server.verdict = "unsure"
    path = f"/api/v1/conversations/{there}/messages"
    said = (await client.post(path, json={"text": "hmm"}, headers=mia.headers)).json()
    async with database.write() as db:
        (case,) = await queue(db)
        assert (case.kind, case.owner_id, str(case.thing_id)) == ("message", there, said["message_id"])
        assert (case.author_id, case.text) == (mia.person_id, "hmm")
        await decide(db, operator, case.case_id, NewDecision("hide", "spam", "Why not."))
    heard = (await client.get(path, headers=otto.headers)).json()["messages"]
    assert [(one["text"], one["hidden"]) for one in heard] == [("", True)]
