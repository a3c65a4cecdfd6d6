"""Crew: processes that stand ready with connections of their own and begin at the same moment."""

import asyncio
import http.client
import json
import logging
import multiprocessing
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol, Self

import asyncpg
import msgspec

from shuke.kit.db import Database, connect
from shuke.kit.refusals import Refusal

LEAD_SECONDS = 0.03  # from "go" until all begin: the message is with everybody by then
TOGETHER = 8  # get ready at the same time: the database lets in a hundred connections
PAUSE_SECONDS = 0.1  # before the same call is sent again to a server that did not answer


class Pipe(Protocol):
    """One end of a pipe between two processes."""

    def send(self, obj: object, /) -> None:
        """Give something to the other end."""

    def recv(self) -> object:
        """Wait for something from it."""

    def close(self) -> None:
        """Let the other end know that nothing more comes."""


class Call(msgspec.Struct, frozen=True):
    """One HTTP request. Its path may name fields of what the calls before it brought: `/orders/{order_id}`."""

    method: str
    path: str
    token: str
    body: Mapping[str, object] = {}
    key: str = ""
    text: bytes = b""  # instead of a body: as it is
    heads: Mapping[str, str] = {}


class Answer(msgspec.Struct, frozen=True):
    """What came back; `status` 0 when nothing did. `tries` is how often it was sent."""

    status: int
    body: dict[str, object] = {}
    tries: int = 1

    @property
    def name(self) -> str:
        """The refusal's name; empty for a success."""
        return str(self.body.get("name", "")) if self.status >= 400 else ""

    def fact(self, name: str) -> str:
        """One of a refusal's facts."""
        facts = self.body.get("facts")
        return str(facts.get(name) or "") if isinstance(facts, dict) else ""


class Errand(msgspec.Struct, frozen=True):
    """Requests of one process, one after another; one whose path names what none before it brought is left out.

    With `patience` (seconds) each is sent again until it has a definite answer.
    """

    calls: tuple[Call, ...]
    patience: float = 0.0


Deed = Callable[[Database], Awaitable[str]]  # an action on the database; what it says is told, a refusal by its name


class Crew:
    """Processes forked from one that has everything imported."""

    def __init__(self, size: int, port: int, url: str, modules: Sequence[str]) -> None:
        """`modules` are those whose deeds they will do."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(modules))
        self._members: list[tuple[Pipe, multiprocessing.process.BaseProcess]] = []
        self._busy = self._members
        for _number in range(size):
            ours, theirs = context.Pipe()
            process = context.Process(target=_member, args=(theirs, port, url), daemon=True)
            process.start()
            theirs.close()
            self._members.append((ours, process))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for pipe, _process in self._members:
            pipe.close()
        for _pipe, process in self._members:
            process.join(5)
            if process.is_alive():
                process.kill()

    def send(self, errands: Sequence[Errand]) -> list[list[Answer]]:
        """Each errand by a process of its own, all at once."""
        self.begin(errands)
        return self.answers()

    def act(self, deeds: Sequence[Deed]) -> list[str]:
        """Each deed by a process of its own with its own connection to the database, all at once."""
        self.begin(deeds)
        return [str(told) for told in self._collect()]

    def begin(self, jobs: Sequence[Errand | Deed]) -> None:
        """Let the processes begin; what they tell is collected later."""
        assert len(jobs) <= len(self._members)
        self._busy = self._members[: len(jobs)]
        for first in range(0, len(jobs), TOGETHER):
            some = self._busy[first : first + TOGETHER]
            for (pipe, _process), job in zip(some, jobs[first:], strict=False):
                pipe.send(job)
            for pipe, _process in some:
                said = pipe.recv()
                if isinstance(said, Exception):
                    raise said
        moment = time.monotonic() + LEAD_SECONDS
        for pipe, _process in self._busy:
            pipe.send(moment)

    def answers(self) -> list[list[Answer]]:
        """What the errands brought, in their order."""
        return [[answer for answer in told if isinstance(answer, Answer)] for told in self._collect() if isinstance(told, list)]

    def _collect(self) -> list[object]:
        found: list[object] = []
        for pipe, _process in self._busy:
            told: object = pipe.recv()
            if isinstance(told, Exception):
                raise told
            found.append(told)
        return found


def _member(pipe: Pipe, port: int, url: str) -> None:
    """One process: ready, wait for the moment, do it, tell."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("asyncpg").setLevel(logging.CRITICAL)
    while True:
        try:
            job: object = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            told: object = _run(pipe, job, port) if isinstance(job, Errand) else asyncio.run(_act(pipe, job, url))
        except Exception as error:
            told = RuntimeError(repr(error))
        try:
            pipe.send(told)
        except OSError:
            return


def _wait(pipe: Pipe) -> None:
    pipe.send("ready")
    moment = pipe.recv()
    assert isinstance(moment, float)
    time.sleep(max(0.0, moment - time.monotonic()))


def _run(pipe: Pipe, errand: Errand, port: int) -> list[Answer]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        line.connect()
        _wait(pipe)
        answers: list[Answer] = []
        brought: dict[str, object] = {}
        for call in errand.calls:
            try:
                aimed = msgspec.structs.replace(call, path=call.path.format_map(brought))
            except KeyError:
                continue
            answers.append(_patiently(line, aimed, errand.patience) if errand.patience else _once(line, aimed))
            if answers[-1].status < 400:
                brought |= {name: value for name, value in answers[-1].body.items() if value is not None}
        return answers
    finally:
        line.close()


def _patiently(line: http.client.HTTPConnection, call: Call, patience: float) -> Answer:
    end = time.monotonic() + patience
    tries = 0
    while True:
        tries += 1
        try:
            answer = _once(line, call)
        except (OSError, http.client.HTTPException):
            line.close()
            answer = Answer(0)
        definite = answer.status and answer.status < 500 and answer.status != 429 and answer.name != "try_again"
        if definite or time.monotonic() > end:
            return Answer(answer.status, answer.body, tries)
        time.sleep(PAUSE_SECONDS)


def _once(line: http.client.HTTPConnection, call: Call) -> Answer:
    head = {"content-type": "application/json", "connection": "keep-alive", **call.heads}
    if call.token:
        head["authorization"] = f"Bearer {call.token}"
    if call.key:
        head["idempotency-key"] = call.key
    line.request(call.method, call.path, None if call.method == "GET" else call.text or json.dumps(call.body), head)
    answer = line.getresponse()
    text = answer.read()
    body = json.loads(text) if text.startswith(b"{") else {}
    return Answer(answer.status, body)


async def _act(pipe: Pipe, deed: object, url: str) -> str:
    assert callable(deed)
    database = await connect(url, size=2)  # mostly one is opened: many members share the server
    await database.hot_pool.close()
    database.hot_pool = database.pool
    try:
        _wait(pipe)
        try:
            told: object = await deed(database)
        except Refusal as refusal:
            return refusal.name
        except asyncpg.DeadlockDetectedError:  # which a reaction or a batch would run again
            return "deadlock"
        return str(told)
    finally:
        await database.close()
