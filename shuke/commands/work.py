"""`shuke work`: run the reactions to events until told to stop."""

import argparse
import asyncio
import os
import signal
from collections.abc import Sequence

import asyncpg
import structlog

from shuke.kit.db import connect
from shuke.kit.deliver import deliver_forever
from shuke.rooms import reactions

log = structlog.get_logger()


def main(arguments: Sequence[str]) -> int:
    argparse.ArgumentParser("shuke work", description=__doc__).parse_args(arguments)
    return asyncio.run(_work(os.environ["SHUKE_DATABASE_URL"]))


async def _work(url: str) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    log.info("working", reactions=reactions())
    while not stop.is_set():
        try:
            database = await connect(url, size=6)
            try:
                await deliver_forever(database, stop)
            finally:
                database.pool.terminate()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("database lost", error=repr(error))
            await asyncio.sleep(1)
    return 0
