"""Bulk: issuing to many at once and importing baskets, through the rooms' own actions."""

import time
from collections.abc import Callable, Coroutine
from statistics import median
from uuid import uuid4

import msgspec

from shuke.bench.seed import Seed
from shuke.bench.settling import SettleLine, settle_due
from shuke.counter.actions import Redeemer
from shuke.kit import clock
from shuke.kit.db import Database, connect
from shuke.purchases.load import LoadedPurchase, load_purchases
from shuke.vouchers import IssueCall, Issued, RedeemCall, issue, redeem

CHUNK = 2_000


class BulkLine(msgspec.Struct, frozen=True):
    """How many vouchers or lines a second."""

    name: str
    per_second: float
    count: int
    rows: int


class LoneLine(msgspec.Struct, frozen=True):
    """The median of a lone call with and without the batcher, in ms."""

    name: str
    p50_ms: float
    p50_ms_without: float
    ratio: float
    rows: int


class Bulk(msgspec.Struct, frozen=True):
    """One bulk case."""

    name: str
    measure: Callable[[str, Seed, int], Coroutine[None, None, BulkLine | LoneLine | SettleLine]]


async def issue_many(url: str, seed: Seed, rows: int) -> BulkLine:
    """Vouchers from one template to members in chunks, each chunk a transaction."""
    database = await connect(url, size=1)
    count = 40_000
    started = time.perf_counter()
    for start in range(0, count, CHUNK):
        people = [seed.members[i % len(seed.members)] for i in range(start, start + CHUNK)]
        async with database.write() as db:
            await issue(db, [IssueCall(seed.merchant_id, seed.template_id, person, "batch") for person in people], told=False)
    seconds = time.perf_counter() - started
    await database.close()
    return BulkLine("issue_batch", round(count / seconds, 1), count, rows)


async def import_baskets(url: str, seed: Seed, rows: int) -> BulkLine:
    """Baskets of ten lines by COPY."""
    database = await connect(url, size=1)
    baskets, each = 10_000, 10
    started = time.perf_counter()
    for start in range(0, baskets, CHUNK):
        now = clock.now()
        loaded = [
            LoadedPurchase(uuid4(), seed.store_id, seed.members[i % len(seed.members)], 2000, 0, 20, f"bench-{i}", now)
            for i in range(start, start + CHUNK)
        ]
        lines = [(basket.purchase_id, n, f"{n:013d}", 1, 200) for basket in loaded for n in range(each)]
        async with database.write() as db:
            await load_purchases(db, seed.merchant_id, loaded, lines)
    seconds = time.perf_counter() - started
    await database.close()
    return BulkLine("import_lines", round(baskets * each / seconds, 1), baskets * each, rows)


async def lone_call(url: str, seed: Seed, rows: int) -> LoneLine:
    """One caller at a time: redeeming through the batcher, and the same action without it, in turn."""
    database = await connect(url, size=2)
    redeemer = Redeemer(database)
    calls = [
        RedeemCall(seed.merchant_id, seed.store_id, seed.cashier_id, voucher.code, str(uuid4()), 2000)
        for voucher in await _vouchers(database, seed, 1_000)
    ]
    batched: list[float] = []
    plain: list[float] = []
    for number, call in enumerate(calls):
        started = time.perf_counter()
        if number % 2:
            await redeemer(call)
        else:
            async with database.hot(writes=False) as db:
                await redeem(db, [call])
        (batched if number % 2 else plain).append((time.perf_counter() - started) * 1000)
    await database.close()
    with_batcher, without = median(batched), median(plain)
    return LoneLine("lone_call", round(with_batcher, 3), round(without, 3), round(with_batcher / without, 3), rows)


async def _vouchers(database: Database, seed: Seed, count: int) -> list[Issued]:
    async with database.write() as db:
        people = [seed.members[i % len(seed.members)] for i in range(count)]
        made = await issue(db, [IssueCall(seed.merchant_id, seed.template_id, person, "api") for person in people], told=False)
    return [voucher for voucher in made if isinstance(voucher, Issued)]


BULK = (
    Bulk("issue_batch", issue_many),
    Bulk("import_lines", import_baskets),
    Bulk("lone_call", lone_call),
    Bulk("settle", settle_due),
)
