"""`shuke migrate`: bring the database up to this version."""

import argparse
import asyncio
from collections.abc import Sequence

from shuke.commands.database import database
from shuke.kit.installation import data_directory, given_database_url, secret_key
from shuke.kit.migrate import migrate


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("shuke migrate", description=__doc__)
    parser.add_argument("--data", help="the installation's folder (SHUKE_DATA, .shuke)")
    options = parser.parse_args(arguments)
    data = data_directory(options.data)
    with database(data) as url:
        applied = asyncio.run(migrate(url))
    if given_database_url() is None:
        secret_key(data)  # a new installation is complete with its key
    for migration in applied:
        print(f"applied {migration.number:04}_{migration.name}")
    if not applied:
        print("up to date")
    return 0
