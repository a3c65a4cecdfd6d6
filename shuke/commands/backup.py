"""`shuke backup FILE`: the database, the secret key and uploaded files in one archive, taken while everything runs."""

import argparse
import os
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

from shuke import __version__
from shuke.commands.database import database
from shuke.kit.embedded_postgres import run_program
from shuke.kit.installation import InstallationRefused, data_directory, secret_key

DUMP, KEY, VERSION, FILES = "database.dump", "secret.key", "version.txt", "files"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("shuke backup", description=__doc__)
    parser.add_argument("file", type=Path, help="the archive to write; it holds the secret key, so keep it safe")
    parser.add_argument("--data", help="the installation's folder (SHUKE_DATA, .shuke)")
    options = parser.parse_args(arguments)
    data = data_directory(options.data)
    file: Path = options.file.resolve()
    if not file.parent.is_dir():
        raise InstallationRefused(f"There is no folder {file.parent}")
    with database(data) as url, tempfile.TemporaryDirectory(prefix=".backup-", dir=file.parent) as folder:
        _write(Path(folder), url, data)
        draft = Path(folder) / "archive"
        with tarfile.open(draft, "w") as archive:
            for name in (VERSION, KEY, DUMP):
                archive.add(Path(folder) / name, name)
            if (data / FILES).is_dir():
                archive.add(data / FILES, FILES)
        draft.chmod(0o600)
        draft.replace(file)  # a backup that was cut off never looks like one
    print(f"{file}: {file.stat().st_size / 2**20:.1f} MiB")
    return 0


def _write(folder: Path, url: str, data: Path) -> None:
    (folder / VERSION).write_text(f"shuke {__version__}\n")
    (folder / KEY).write_bytes(secret_key(data))
    with (folder / DUMP).open("wb") as dump:
        run_program("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--dbname={url}", stdout=dump)
        os.fsync(dump.fileno())
