"""What belongs to one installation: its folder, its secret key, and the one way to say that it can't run as it is."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SECRET_BYTES = 32


class InstallationRefused(Exception):
    """This installation can't run as it is; the text says what to do. Commands print it and end with 2."""


def data_directory(chosen: str | None = None) -> Path:
    """The installation's folder: as chosen, else SHUKE_DATA, else .shuke here."""
    return Path(chosen or os.environ.get("SHUKE_DATA") or ".shuke").resolve()


def given_database_url() -> str | None:
    """The address of a PostgreSQL server of the operator's own, if one is set."""
    return os.environ.get("SHUKE_DATABASE_URL") or None


@contextmanager
def only_server(data: Path) -> Iterator[None]:
    """One server for one installation; the kernel lets go of the lock however it ends."""
    with (data / "serve.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise InstallationRefused(f"`shuke serve` runs on {data} already: stop it, or choose another --data") from problem
        yield


def is_served(data: Path) -> bool:
    """Whether a server runs on the installation."""
    if not (data / "serve.lock").exists():
        return False
    try:
        with only_server(data):
            return False
    except InstallationRefused:
        return True


def secret_key(data: Path) -> bytes:
    """SHUKE_SECRET (64 hex digits), else the installation's secret.key, made at first use."""
    given = os.environ.get("SHUKE_SECRET")
    if given:
        return _from_hex(given)
    path = data / "secret.key"
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        return write_secret_key(data, secrets.token_bytes(SECRET_BYTES))
    if len(key) != SECRET_BYTES:
        raise InstallationRefused(f"{path} does not hold {SECRET_BYTES} bytes: put the right key back, from a backup")
    return key


def write_secret_key(data: Path, key: bytes) -> bytes:
    """Keep `key` unless another process was first; return the one that is kept."""
    data.mkdir(parents=True, exist_ok=True)
    path = data / "secret.key"
    draft = data / f".secret.{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return path.read_bytes()
    finally:
        draft.unlink()
    return key


def _from_hex(text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != SECRET_BYTES:
        raise InstallationRefused("SHUKE_SECRET must be 64 hexadecimal digits: openssl rand -hex 32 makes some")
    return key
