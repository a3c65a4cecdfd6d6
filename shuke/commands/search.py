"""`shuke search rebuild`: what places are found by, anew from the places' index and what their merchants sell."""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from shuke.commands.database import database
from shuke.kit.db import Database, connect
from shuke.kit.installation import data_directory
from shuke.kit.migrate import migrate
from shuke.rooms import reactions
from shuke.search import rebuild, step

AT_ONCE = 500


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("shuke search", description=__doc__)
    parser.add_argument("--data", help="the installation's folder (SHUKE_DATA, .shuke)")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser(
        "rebuild", help="forget the index and make it anew; places are not found by name until they are in it again"
    )
    options = parser.parse_args(arguments)
    reactions()  # rooms say what their merchants sell
    with database(data_directory(options.data)) as url:
        asyncio.run(_rebuild(url))
    return 0


async def _rebuild(url: str) -> None:
    await migrate(url)
    opened = await connect(url, size=1)
    try:
        places = await anew(opened)
    finally:
        await opened.close()
    print(f"{places} places are found by name again", file=sys.stderr)


async def anew(opened: Database) -> int:
    """Forget the index and walk over all places; how many there are."""
    async with opened.write() as db:
        await rebuild(db)
    places = 0
    while True:
        async with opened.write() as db:
            done = await step(db, AT_ONCE)
        if not done:
            return places
        places += done
