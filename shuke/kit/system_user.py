"""The system user that PostgreSQL runs as when we are root, because PostgreSQL itself refuses to be root."""

import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

import msgspec

from shuke.kit.installation import InstallationRefused

NAME = "shuke"


class SystemUser(msgspec.Struct, frozen=True):
    name: str
    uid: int
    gid: int


def server_user() -> SystemUser | None:
    """Whom the server runs as: nobody else (None), unless we are root."""
    if os.geteuid() != 0:
        return None
    return _find() or _make()


def open_path(user: SystemUser, path: Path) -> list[Path]:
    """Let `user` pass through to `path`: o+x on the folders above that lack it. Returns those that were changed."""
    changed = []
    for folder in reversed([path, *path.parents]):
        found = folder.stat()
        if _may_pass(user, found):
            continue
        folder.chmod(stat.S_IMODE(found.st_mode) | stat.S_IXOTH)
        changed.append(folder)
    return changed


def open_tree(folder: Path) -> list[Path]:
    """Let everybody read and run what was installed in `folder` under a strict umask. Returns what had to be changed."""
    if not folder.exists() or folder.stat().st_mode & stat.S_IXOTH:
        return []
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))
    return [folder]


def _may_pass(user: SystemUser, found: os.stat_result) -> bool:
    if found.st_uid == user.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == user.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def _find() -> SystemUser | None:
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        return None
    return SystemUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _make() -> SystemUser:
    """With shadow's useradd, else busybox's adduser. Two processes may try at once: what counts is that it is there after."""
    if shutil.which("useradd"):
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
    elif shutil.which("adduser"):
        command = ["adduser", "-S", "-D", "-H", "-s", "/sbin/nologin", NAME]
    else:
        command = []
    done = subprocess.run(command, capture_output=True, check=False) if command else None
    made = _find()
    if made is None:
        said = done.stderr.decode(errors="replace").strip() if done else "neither useradd nor adduser is here"
        raise InstallationRefused(
            f"PostgreSQL does not run as root, and the system user {NAME} could not be made ({said}). "
            f"Start Shuke as an ordinary user, or make that user, or set SHUKE_DATABASE_URL"
        )
    return made
