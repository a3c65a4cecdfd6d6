"""Killed in the middle: a settling process that dies leaves every use either settled as a whole or still due."""

import asyncio
import signal
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from shuke.kit import clock
from shuke.kit.db import Database
from shuke.settlement.settle import settle
from tests.settlement.settle_world import agents, bought, market, money, soon, sound, used

ROOT = Path(__file__).resolve().parents[2]
WORKER = """
import asyncio, sys
from datetime import UTC, datetime, timedelta
from shuke.kit import clock
from shuke.kit.db import connect
from shuke.settlement import settle as room
room.MOST = 2
async def work():
    database = await connect(sys.argv[1], size=1)
    with clock.at(datetime.now(UTC) + timedelta(minutes=61)):
        while True:
            async with database.write() as db:
                await room.settle(db)
                print("settled", flush=True)
                await asyncio.sleep(0.02)
asyncio.run(work())
"""


@pytest.mark.race
@pytest.mark.row("4.6")
@pytest.mark.row("11.6")
async def test_a_killed_process_leaves_nothing_half_done(database: Database, own_db_url: str) -> None:
    at = await market(database, price=1999)
    async with database.write() as db:
        await agents(db, at)
    for voucher in await bought(database, at, 30):
        await used(database, at, voucher)
    for _life in range(3):
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-c", WORKER, own_db_url, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        assert worker.stdout is not None
        await worker.stdout.readline()
        await worker.stdout.readline()
        with suppress(ProcessLookupError):
            worker.send_signal(signal.SIGKILL)
        await worker.wait()
        await sound(database)
    with clock.at(soon()):
        for _wait in range(900):  # a server process that doesn't know yet that its worker is dead may hold some
            async with database.write() as db:
                await settle(db)
                if await db.value(int, "select count(*) from settlement.lines") == 30:
                    break
            await asyncio.sleep(0.1)
    async with database.read() as db:
        assert await db.value(int, "select count(*) from settlement.lines") == 30
    assert await money(database, at, "held") == 0
    assert await money(database, at, "payable") == 30 * 1832
    await sound(database)
