"""`shuke work`: run the reactions to events, the jobs of each minute and the errands to others, and send letters until told to stop."""

import argparse
import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Sequence

import asyncpg

from shuke.commands.database import database
from shuke.kit.db import connect
from shuke.kit.deliver import deliver_forever
from shuke.kit.errands import errands_forever
from shuke.kit.installation import data_directory
from shuke.kit.jobs import work_forever
from shuke.kit.letters import send_forever
from shuke.kit.logs import plain_logs
from shuke.rooms import reactions


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("shuke work", description=__doc__)
    parser.add_argument("--data", help="the installation's folder (SHUKE_DATA, .shuke)")
    options = parser.parse_args(arguments)
    plain_logs()
    logging.getLogger("asyncpg").setLevel(logging.CRITICAL)  # it prints a page for each connection that is lost
    reactions()
    gc.collect()
    gc.freeze()  # what stands now stays, and is not looked through for garbage again
    with database(data_directory(options.data)) as url:
        try:
            asyncio.run(_work(url))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as problem:
            print(f"shuke work: the database went away: {problem}", file=sys.stderr)
            return 1
    return 0


async def _work(url: str) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    opened = await connect(url)
    others = [send_forever(opened, stop), work_forever(opened, stop), errands_forever(opened, stop)]
    beside = [asyncio.create_task(other) for other in others]
    try:
        await deliver_forever(opened, stop)
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await opened.close()
