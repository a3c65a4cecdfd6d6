"""`shuke restore FILE`: bring a backup into an empty installation, then up to this version."""

import argparse
import asyncio
import os
import shutil
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

from shuke.commands.backup import DUMP, FILES, KEY, VERSION
from shuke.commands.database import database
from shuke.kit.embedded_postgres import run_program
from shuke.kit.installation import InstallationRefused, data_directory, only_server, write_secret_key
from shuke.kit.migrate import connect, migrate


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("shuke restore", description=__doc__)
    parser.add_argument("file", type=Path, help="an archive that `shuke backup` wrote")
    parser.add_argument("--data", help="the installation's folder (SHUKE_DATA, .shuke)")
    options = parser.parse_args(arguments)
    data = data_directory(options.data)
    data.mkdir(parents=True, exist_ok=True)
    with only_server(data), tempfile.TemporaryDirectory(prefix=".restore-", dir=data) as folder:
        unpacked = Path(folder)
        _unpack(options.file, unpacked)
        with database(data) as url:
            asyncio.run(_refuse_unless_empty(url))
            run_program(
                "pg_restore",
                *("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", f"--dbname={url}"),
                str(unpacked / DUMP),
            )
            applied = asyncio.run(migrate(url))
        _bring_key(data, (unpacked / KEY).read_bytes())
        if (unpacked / FILES).is_dir():
            shutil.copytree(unpacked / FILES, data / FILES, dirs_exist_ok=True)
        written_by = (unpacked / VERSION).read_text().strip()
    print(f"Restored {options.file}, written by {written_by}; migrations applied: {len(applied)}")
    return 0


def _unpack(file: Path, folder: Path) -> None:
    try:
        with tarfile.open(file) as archive:
            archive.extractall(folder, filter="data")
    except (OSError, tarfile.TarError) as problem:
        raise InstallationRefused(f"{file} can't be read as a backup: {problem}") from problem
    missing = [name for name in (DUMP, KEY, VERSION) if not (folder / name).is_file()]
    if missing:
        raise InstallationRefused(f"{file} is not a backup of Shuke: it has no {', '.join(missing)}")


async def _refuse_unless_empty(url: str) -> None:
    connection = await connect(url)
    try:
        used = await connection.fetchval("""
            select exists (select from pg_tables where schemaname = 'public') or exists (
              select from pg_namespace where nspname !~ '^pg_' and nspname not in ('public', 'information_schema'))
            """)
    finally:
        await connection.close()
    if used:
        raise InstallationRefused("This installation is not empty: restore into a new --data (or a new, empty database)")


def _bring_key(data: Path, key: bytes) -> None:
    """The installation was empty, so a key that it has already protects nothing yet."""
    (data / "secret.key").unlink(missing_ok=True)
    write_secret_key(data, key)
    given = os.environ.get("SHUKE_SECRET")
    if given and given != key.hex():
        print("SHUKE_SECRET differs from the backup's key: unset it, or sessions and codes of the backup won't be valid")
