"""Bulk: issuing to many at once and importing baskets, through the rooms' own actions."""

import time
from collections.abc import Callable, Coroutine
from uuid import uuid4

import msgspec

from shuke.bench.seed import Seed
from shuke.kit import clock
from shuke.kit.db import connect
from shuke.purchases.load import LoadedPurchase, load_purchases
from shuke.vouchers import IssueCall, issue

CHUNK = 2_000


class BulkLine(msgspec.Struct, frozen=True):
    """How many vouchers or lines a second."""

    name: str
    per_second: float
    count: int
    rows: int


class Bulk(msgspec.Struct, frozen=True):
    """One bulk case."""

    name: str
    measure: Callable[[str, Seed, int], Coroutine[None, None, BulkLine]]


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


BULK = (Bulk("issue_batch", issue_many), Bulk("import_lines", import_baskets))
