"""A real installation on a port of its own (web worker and reactions over their own database), and Debian's Chromium; slow on demand."""

import asyncio
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Locator, Page

from shuke.kit.db import Db, connect
from shuke.kit.embedded_postgres import Postgres
from shuke.kit.web import SESSION_COOKIE
from tests.conftest import TEMPLATE, _database
from tests.world import Signed

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "web/node_modules/axe-core/axe.min.js"

SLOW = int(
    os.environ.get("SHUKE_SLOW", "0")
)  # so many times slower is the processor of each page; what is done too early shows
SLOW_ANSWERS = 500  # ms before each answer: pages, scripts, what htmx asks for
QUIET = os.environ.get("SHUKE_QUIET") == "1"  # nothing else runs on this machine: times count too

Made = TypeVar("Made")


class Installation:
    """Where the installation is, and its database for making what a test needs."""

    def __init__(self, url: str, database_url: str, folder: Path) -> None:
        self.url = url
        self.database_url = database_url
        self.folder = folder

    def make(self, work: Callable[[Db], Awaitable[Made]]) -> Made:
        """Run `work` in one transaction, committed: house.make(world.shop)."""

        async def committed() -> Made:
            database = await connect(self.database_url, size=1)
            try:
                async with database.write() as db:
                    return await work(db)
            finally:
                await database.close()

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, committed()).result()

    def sign_in(self, context: BrowserContext, signed: Signed) -> None:
        """Let a browser carry this person's session."""
        context.add_cookies([{"name": SESSION_COOKIE, "value": signed.token, "url": self.url, "httpOnly": True}])

    def last_code(self, target: str) -> str:
        """The six digits that were sent to this contact last."""

        async def body(db: Db) -> str | None:
            return await db.value(
                str, "select body from kit.letters where target = :target order by at desc limit 1", target=target
            )

        found = re.search(r"[0-9]{6}", self.make(body) or "")
        assert found is not None, f"nothing was sent to {target}"
        return found[0]


@pytest.fixture(scope="session")
def house(test_server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The installation; tests make shops and people of their own in it, so that they don't meet."""
    for database_url in _database(test_server, TEMPLATE):
        folder = tmp_path_factory.mktemp("house")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        environment = {**os.environ, "SHUKE_DATABASE_URL": database_url, "SHUKE_DEV": "1"}
        command = [sys.executable, "-m", "shuke", "serve", "--port", str(port), "--data", str(folder)]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait_until_up(f"http://127.0.0.1:{port}/health", server, folder / "log")
            yield Installation(f"http://127.0.0.1:{port}", database_url, folder)
        finally:
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(30)
            server.kill()


def _wait_until_up(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + 180  # other work may run on the machine
    while time.monotonic() < end and server.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(address, timeout=2).status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8"))


@pytest.fixture(scope="session", autouse=True)
def slow() -> Iterator[None]:
    """With SHUKE_SLOW=4: every page that a test opens has a slow processor and a line of half a second."""
    with pytest.MonkeyPatch.context() as patch:
        if SLOW:
            opened, cut = BrowserContext.new_page, BrowserContext.set_offline
            pages: dict[BrowserContext, list[CDPSession]] = {}

            def connect_by(tools: CDPSession, line: dict[str, bool]) -> None:
                line_of_half_a_second = {"latency": SLOW_ANSWERS, "downloadThroughput": -1, "uploadThroughput": -1}
                tools.send("Network.emulateNetworkConditions", line | line_of_half_a_second)

            def new_page(context: BrowserContext) -> Page:
                page = opened(context)
                tools = context.new_cdp_session(page)
                pages.setdefault(context, []).append(tools)
                tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
                tools.send("Network.enable")
                connect_by(tools, {"offline": False})
                return page

            def set_offline(context: BrowserContext, *given: bool, **named: bool) -> None:
                [offline] = [*given, *named.values()]
                cut(context, offline)
                for tools in pages.get(context, []):
                    connect_by(tools, {"offline": offline})

            patch.setattr(BrowserContext, "new_page", new_page)
            patch.setattr(BrowserContext, "set_offline", set_offline)
        yield


@pytest.fixture
def phone(house: Installation, browser: Browser) -> Iterator[BrowserContext]:
    """A phone in English without a service worker; an error on one of its pages fails the test."""
    yield from _context(house, browser, PHONE)


@pytest.fixture
def desktop(house: Installation, browser: Browser) -> Iterator[BrowserContext]:
    """A wide screen in English without a service worker; an error on one of its pages fails the test."""
    yield from _context(house, browser, DESKTOP)


def _context(house: Installation, browser: Browser, size: dict[str, int]) -> Iterator[BrowserContext]:
    context = browser.new_context(
        base_url=house.url,
        viewport={"width": size["width"], "height": size["height"]},
        service_workers="block",
        locale="en-GB",
        timezone_id="Europe/Helsinki",
    )
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
    yield context
    context.close()
    assert errors == []


def ready(page: Page, address: str) -> None:
    """Open an address and wait until its scripts have started."""
    page.goto(address)
    page.wait_for_selector("html[data-ready]")


def until(page: Page, address: str, there: Locator) -> None:
    """Open an address again and again until this is there: a worker, or another process's cache, takes its time."""
    for _try in range(120):
        ready(page, address)
        if there.count():
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"{there} never came: {page.content()}")


def listening(page: Page) -> None:
    """Wait until this page hears of what happens elsewhere."""
    page.wait_for_selector("html[data-listening]", state="attached")


@contextmanager
def answered(page: Page) -> Iterator[None]:
    """Around a press that sends something: it is done before the page is asked to go elsewhere."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        yield


def within(seconds: float, took: float) -> None:
    """What took so long is quick enough, if the machine has nothing else to do; figures for others come from the bench."""
    assert took < seconds or not QUIET, f"{took:.1f} s"


def serious(page: Page) -> list[list[str]]:
    """What axe finds on this page that keeps people out: impact, rule, and where."""
    page.evaluate(AXE.read_text("utf-8"))
    found: list[list[str]] = page.evaluate(
        """axe.run().then((r) => r.violations.filter((v) => ["serious", "critical"].includes(v.impact))
          .map((v) => [v.impact, v.id, ...v.nodes.map((n) => n.html)]))"""
    )
    return found
