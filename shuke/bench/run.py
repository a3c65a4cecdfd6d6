"""Run: the cases one after another on a small and a large set of rows, printed as JSON lines."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence

import asyncpg
import msgspec

from shuke.bench import cases, pgbench
from shuke.bench.bulk import BULK
from shuke.bench.chatting import PER_SECOND, SECONDS, SOCKETS
from shuke.bench.chatting import measure as measure_chat
from shuke.bench.feed import measure as measure_feed
from shuke.bench.installation import Bench, database, web
from shuke.bench.load import call
from shuke.bench.nearby import measure as measure_nearby
from shuke.bench.paying import measure as measure_paying
from shuke.bench.sale import SALES
from shuke.bench.sale import measure as measure_sale
from shuke.bench.searching import main as measure_search
from shuke.bench.seed import Seed, seed
from shuke.kit.db import Database, connect

CONNECTIONS = 32
CHATS = ("chat", "chat_killed")
WARM = 500  # calls before the measured ones; then statistics are taken, as autovacuum does within a minute


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One printed line. Times in ms, `*_us_per_call` in microseconds of CPU."""

    name: str
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    pgbench_per_second: float
    ratio: float
    rows: int
    connections: int
    cores: int
    server_us_per_call: float
    postgres_us_per_call: float
    memory_mb: float
    good: int
    calls: int


class Case(msgspec.Struct, frozen=True):
    """What is measured: requests for HTTP, the status hoped for, the script for pgbench where there is one."""

    name: str
    hoped: int
    requests: Callable[[Seed, int], Sequence[bytes]]
    script: Callable[[Database, Seed], Awaitable[str]] | None
    share: float = 1.0  # of the number of calls


CASES = (
    Case("redeem", 201, cases.redeem_requests, cases.redeem_script),
    Case("redeem_hot_code", 409, cases.hot_requests, None, 0.3),
    Case("join", 201, cases.join_requests, cases.join_script),
    Case("identify", 201, cases.identify_requests, None, 0.3),
    Case("purchase", 201, cases.purchase_requests, None, 0.3),
    Case("wallet", 200, cases.wallet_requests, cases.wallet_script),
)

# each over rows of its own
SOCIAL: dict[str, Callable[[Bench, int, int], Iterable[msgspec.Struct]]] = {
    "feed": measure_feed,
    "nearby": lambda bench, rows, _seconds: measure_nearby(bench, rows),
}


def main(arguments: Sequence[str]) -> int:
    """`search` has options of its own. Ended from outside, it stops what it has started."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    return measure_search(arguments[1:]) if arguments[:1] == ["search"] else _measure_all(arguments)


def _measure_all(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("shuke bench", description=f"{__doc__} `search` has options of its own.")
    parser.add_argument("name", nargs="?", default="", help="only this case")
    parser.add_argument("--rows", type=int, nargs="*", default=[1_000, 1_000_000], help="vouchers in the tables")
    parser.add_argument("--calls", type=int, default=20_000)
    parser.add_argument("--connections", type=int, default=CONNECTIONS)
    parser.add_argument("--sockets", type=int, default=SOCKETS, help="of the chat's cases")
    parser.add_argument("--pace", type=int, default=PER_SECOND, help="messages a second of the chat's cases")
    parser.add_argument("--seconds", type=int, default=SECONDS, help="of the chat's cases and of posts at a steady rate")
    options = parser.parse_args(arguments)
    _chats(options.name, (options.sockets, options.pace, options.seconds))
    if options.name in CHATS:
        return 0
    for rows in options.rows:
        _social(options.name, rows, options.seconds)
        if options.name in SOCIAL:
            continue
        with database() as (postgres, url):
            seeded = asyncio.run(seed(url, rows, options.calls + WARM))
            with web(postgres, url) as bench:
                for case in CASES:
                    if options.name in ("", case.name):
                        line = _measure(bench, seeded, case, (rows, int(options.calls * case.share), options.connections))
                        print(msgspec.json.encode(line).decode(), flush=True)
                for sale in SALES:
                    if options.name in ("", sale.name):
                        print(msgspec.json.encode(measure_sale(bench, seeded, sale, rows)).decode(), flush=True)
                if options.name in ("", "paid_orders"):
                    for paid in measure_paying(bench, seeded, rows):
                        print(msgspec.json.encode(paid).decode(), flush=True)
                for bulk in BULK:
                    if options.name in ("", bulk.name):
                        print(msgspec.json.encode(asyncio.run(bulk.measure(url, seeded, rows))).decode(), flush=True)
    return 0


def _social(name: str, rows: int, seconds: int) -> None:
    """Those of these that were asked for."""
    for one in [name] if name in SOCIAL else [] if name else SOCIAL:
        with database() as (postgres, url), web(postgres, url) as bench:
            for line in SOCIAL[one](bench, rows, seconds):
                print(msgspec.json.encode(line).decode(), flush=True)


def _chats(name: str, shape: tuple[int, int, int]) -> None:
    for chat in CHATS:
        if name in ("", chat):
            with database() as (postgres, url):
                print(msgspec.json.encode(measure_chat(postgres, url, shape, kill=chat != "chat")).decode(), flush=True)


def _measure(bench: Bench, seeded: Seed, case: Case, size: tuple[int, int, int]) -> Line:
    rows, calls, connections = size
    peer = 0.0
    if case.script is not None:
        text = asyncio.run(_script(bench.url, seeded, case.script))
        peer = pgbench.rate(bench.postgres, text, clients=connections, each=calls // connections)
    requests = case.requests(seeded, calls + WARM)
    call(bench.port, requests[:WARM], connections, case.hoped)
    asyncio.run(_analyze(bench.url))
    server, postgres = bench.cpu()
    outcome = call(bench.port, requests[WARM:], connections, case.hoped)
    server_after, postgres_after = bench.cpu()
    return Line(
        name=case.name,
        per_second=round(outcome.per_second, 1),
        p50_ms=round(outcome.quantile(0.5), 2),
        p95_ms=round(outcome.quantile(0.95), 2),
        p99_ms=round(outcome.quantile(0.99), 2),
        pgbench_per_second=round(peer, 1),
        ratio=round(outcome.per_second / peer, 3) if peer else 0.0,
        rows=rows,
        connections=connections,
        cores=os.cpu_count() or 1,
        server_us_per_call=round((server_after - server) / calls * 1e6, 1),
        postgres_us_per_call=round((postgres_after - postgres) / calls * 1e6, 1),
        memory_mb=round(bench.memory_mb(), 1),
        good=outcome.good,
        calls=calls,
    )


async def _script(url: str, seeded: Seed, make: Callable[[Database, Seed], Awaitable[str]]) -> str:
    database_ = await connect(url, size=1)
    try:
        return await make(database_, seeded)
    finally:
        await database_.close()


async def _analyze(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("analyze")
    finally:
        await connection.close()
