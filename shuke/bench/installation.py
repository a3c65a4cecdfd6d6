"""Installation: a server of the bench's own, with PostgreSQL as it ships (every commit on disk) and one web worker."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from shuke.kit import embedded_postgres, migrate
from shuke.kit.embedded_postgres import Postgres

TICKS = os.sysconf("SC_CLK_TCK")


class Bench(msgspec.Struct, frozen=True):
    """Where things run: the database, the web worker's port and process."""

    postgres: Postgres
    url: str
    port: int
    web: int

    def cpu(self) -> tuple[float, float]:
        """Seconds of CPU used so far by the web worker, and by PostgreSQL with all its processes."""
        return _cpu_of(self.web), sum(_cpu_of(pid) for pid in _family(self.postgres.pid))

    def cpu_of(self, process: int) -> float:
        """Seconds of CPU used so far by another process."""
        return _cpu_of(process)

    def memory_mb(self) -> float:
        """Resident memory of the web worker in MB."""
        for line in Path(f"/proc/{self.web}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return 0.0


def _cpu_of(pid: int) -> float:
    """User and system time, with that of children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return sum(int(fields[i]) for i in (11, 12, 13, 14)) / TICKS


def _family(pid: int) -> list[int]:
    found = [pid]
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        if parent == pid:
            found.append(int(stat.parent.name))
    return found


@contextmanager
def database() -> Iterator[tuple[Postgres, str]]:
    """A fresh, migrated, durable PostgreSQL in a temporary folder."""
    folder = Path(tempfile.mkdtemp(prefix="shuke-bench-"))
    postgres = embedded_postgres.start(folder / "postgres")
    try:
        asyncio.run(migrate.migrate(postgres.url))
        yield postgres, postgres.url
    finally:
        embedded_postgres.stop(postgres)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(postgres.socket_directory, ignore_errors=True)


@contextmanager
def web(postgres: Postgres, url: str) -> Iterator[Bench]:
    """One web worker over this database, as `shuke serve` starts it."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    port = listening.getsockname()[1]
    os.set_inheritable(listening.fileno(), True)
    environment = {**os.environ, "SHUKE_DATABASE_URL": url, "SHUKE_SECRET": "00" * 32}
    environment.pop("SHUKE_DEV", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "shuke", "web", "--socket", str(listening.fileno())],
        env=environment,
        pass_fds=[listening.fileno()],
    )
    try:
        _wait(port, process)
        yield Bench(postgres, url, port, process.pid)
    finally:
        process.terminate()
        process.wait(15)
        listening.close()


@contextmanager
def worker(bench: Bench) -> Iterator[int]:
    """The process that delivers events and does jobs, as `shuke work` starts it; its id."""
    environment = {**os.environ, "SHUKE_DATABASE_URL": bench.url, "SHUKE_SECRET": "00" * 32}
    environment.pop("SHUKE_DEV", None)
    process = subprocess.Popen([sys.executable, "-m", "shuke", "work"], env=environment)
    try:
        time.sleep(3)  # until it leads
        yield process.pid
    finally:
        process.terminate()
        process.wait(15)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _try in range(100):
        if process.poll() is not None:
            raise RuntimeError("the web worker did not start")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError("the web worker did not answer")
