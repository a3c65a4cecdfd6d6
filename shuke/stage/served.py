"""Served: a whole installation of one's own in a folder, as `shuke serve` runs it: PostgreSQL, web workers, reactions."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from shuke.kit import embedded_postgres
from shuke.kit.embedded_postgres import Postgres

SHUKE = [sys.executable, "-m", "shuke"]


class Served:
    """A `shuke serve` under a supervisor of its own, whose parts can be found to be killed."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.data = folder / "data"
        self.environment = {**plain_environment(), **environment}
        self.log = folder / "serve.log"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.start()

    def start(self) -> None:
        """Start, and wait until it answers."""
        with self.log.open("ab") as log:
            self.supervisor = subprocess.Popen(
                [*SHUKE, "serve", "--port", str(self.port), "--data", str(self.data), "--workers", "2"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
            )
        until(self.answers, seconds=180)

    def answers(self) -> bool:
        """Whether it serves."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, ConnectionError, TimeoutError):
            return False

    def children(self, verb: str) -> list[int]:
        """The living children of the supervisor that run `verb`."""
        pids = [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit()]
        return [pid for pid in pids if command_of(pid)[1:4] == ["-m", "shuke", verb] and _parent(pid) == self.supervisor.pid]

    def postgres(self) -> Postgres:
        """The database server; between a kill and the next start there is none."""
        found = embedded_postgres.find(self.data / "postgres")
        assert found is not None
        return found

    def stop(self) -> None:
        """Stop everything, in order where that works."""
        self.supervisor.terminate()
        try:
            self.supervisor.wait(30)
        except subprocess.TimeoutExpired:
            self.supervisor.kill()
            self.supervisor.wait()
        left = embedded_postgres.find(self.data / "postgres")
        if left is not None:
            embedded_postgres.stop(left)


@contextmanager
def served(folder: Path, **environment: str) -> Iterator[Served]:
    """An installation for as long as the block."""
    server = Served(folder, **environment)
    try:
        yield server
    finally:
        server.stop()


def until(true: Callable[[], bool], *, seconds: float) -> None:
    """Wait for it to be true."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds} s")
        time.sleep(0.05)


def plain_environment() -> dict[str, str]:
    """The environment without settings of another installation."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SHUKE_")}


def command_of(pid: int) -> list[str]:
    """How a process was started; nothing for one that is gone, or a zombie."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    except OSError:
        return []


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0
