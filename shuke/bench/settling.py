"""Settling: uses that are due, by the real job in as many lanes as it has; and closing the day they fall on."""

import asyncio
import time
from uuid import UUID, uuid4

import asyncpg
import msgspec

from shuke.bench.seed import Seed
from shuke.kit.db import Database, connect
from shuke.kit.jobs import Job
from shuke.settlement.close import close_days
from shuke.settlement.invariants import invariants
from shuke.settlement.settle import LANES, settle

MERCHANTS = 1_000


class SettleLine(msgspec.Struct, frozen=True):
    """How long so many uses of so many merchants took to be settled, the days to be closed, all books to be looked at; in seconds."""

    name: str
    per_second: float
    seconds: float
    closing_seconds: float
    checking_seconds: float
    count: int
    merchants: int
    rows: int


async def settle_due(url: str, seed: Seed, rows: int) -> SettleLine:
    """As many uses as there are rows, split between platform, agent, operator and merchant, a fifth of them of one merchant."""
    await _seed(url, seed.merchant_id, rows)
    database = await connect(url, size=LANES)
    started = time.perf_counter()
    count = sum(await asyncio.gather(*(_until_done(database, settle) for _lane in range(LANES))))
    seconds = time.perf_counter() - started
    await _over(url)
    started = time.perf_counter()
    await _until_done(database, close_days)
    closing = time.perf_counter() - started
    started = time.perf_counter()
    async with database.read() as db:
        wrong = [found for found in await invariants(db) if found.name in ("payable", "commission", "party", "chain", "totals")]
    checking = time.perf_counter() - started
    await database.close()
    assert count == rows, f"{count} of {rows} were settled"
    assert not wrong, wrong
    return SettleLine(
        "settle",
        round(count / seconds, 1),
        round(seconds, 2),
        round(closing, 2),
        round(checking, 2),
        count,
        MERCHANTS + 1,
        rows,
    )


async def _until_done(database: Database, job: Job) -> int:
    done = 0
    while True:
        async with database.write() as db:
            count = await job(db)
        done += count
        if not count:
            return done


async def _seed(url: str, merchant_id: UUID, rows: int) -> None:
    """What the reactions to uses would have written; twenty agents and one operator."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            """
            insert into settlement.books (merchant_id, zone, currency, open_day)
            select id, 'Europe/Helsinki', 'EUR', current_date - 1 from (
              select md5('merchant ' || n)::uuid as id from generate_series(1, $2::int) n union all select $1::uuid) m
            """,
            merchant_id,
            MERCHANTS,
        )
        await connection.execute(
            """
            insert into settlement.due (merchant_id, redemption_id, voucher_id, store_id, gross, platform, agent, operator, agent_id, operator_id,
              redeemed_at, due_at)
            select case when n % 5 = 0 then $1 else md5('merchant ' || 1 + n % $2::int)::uuid end, uuidv7(), md5('voucher ' || n)::uuid,
              md5('store ' || n % $2::int)::uuid, gross, gross * 5 / 100, gross / 100, gross * 2 / 100, md5('agent ' || n % 20)::uuid, $4,
              now() - interval '2 hours', now() - interval '1 hour' - n * interval '1 millisecond'
            from (select n, 500 + n % 9500 as gross from generate_series(1, $3::int) n) u
            """,
            merchant_id,
            MERCHANTS,
            rows,
            uuid4(),
        )
        await connection.execute("analyze settlement.due")
        await connection.execute("checkpoint")
    finally:
        await connection.close()


async def _over(url: str) -> None:
    """Let the open days be over."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("update settlement.open_days set closes_at = now() - interval '1 minute'")
    finally:
        await connection.close()
