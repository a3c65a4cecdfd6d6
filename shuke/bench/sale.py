"""A flash sale: ten thousand at the door over HTTP; beside it the naive way, one transaction an order on one hot row, by pgbench."""

import asyncio
import os
from uuid import UUID, uuid4

import asyncpg
import msgspec

from shuke.bench import pgbench
from shuke.bench.installation import Bench
from shuke.bench.load import call, request
from shuke.bench.seed import Seed

BUYERS = 10_000
CONNECTIONS = 500
CLIENTS = 32  # of the peer
WARM = 500

PEER = """
create schema if not exists bench_peer;
create table if not exists bench_peer.stocks (deal_id uuid primary key, free bigint not null);
create table if not exists bench_peer.orders (
  order_id uuid primary key default uuidv7(), deal_id uuid not null, person_id uuid not null, at timestamptz not null default now());
"""


class SaleLine(msgspec.Struct, frozen=True):
    """A printed line: definite answers a second beside the peer's orders a second; what became of all who came."""

    name: str
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    pgbench_per_second: float
    ratio: float
    stock: int
    held: int
    waiting: int
    free: int
    buyers: int
    connections: int
    rows: int
    cores: int
    server_us_per_call: float
    postgres_us_per_call: float


class SaleCase(msgspec.Struct, frozen=True):
    """One sale of so many pieces."""

    name: str
    stock: int


class _Came(msgspec.Struct, frozen=True):
    held: int
    waiting: int
    free: int


SALES = (SaleCase("flash_sale", BUYERS), SaleCase("flash_line", 1_000))


def measure(bench: Bench, seed: Seed, case: SaleCase, rows: int) -> SaleLine:
    """Everybody orders one piece, each on her own session and key."""
    buyers = min(BUYERS, len(seed.tokens))
    warm, deal, peer = (uuid4() for _i in range(3))
    asyncio.run(open_deals(bench.url, seed, {warm: WARM, deal: case.stock}, peer))
    rate = pgbench.rate(bench.postgres, naive(peer), clients=CLIENTS, each=buyers // CLIENTS)
    call(bench.port, _wishes(seed, warm, WARM), CONNECTIONS)
    asyncio.run(_analyze(bench.url))
    server, postgres = bench.cpu()
    outcome = call(bench.port, _wishes(seed, deal, buyers), CONNECTIONS)
    server_after, postgres_after = bench.cpu()
    came = asyncio.run(_came(bench.url, seed.merchant_id, deal))
    assert outcome.good == buyers == came.held + came.waiting, (outcome.statuses, came)
    assert came.held + came.free == case.stock, came
    return SaleLine(
        name=case.name,
        per_second=round(outcome.per_second, 1),
        p50_ms=round(outcome.quantile(0.5), 2),
        p95_ms=round(outcome.quantile(0.95), 2),
        p99_ms=round(outcome.quantile(0.99), 2),
        pgbench_per_second=round(rate, 1),
        ratio=round(outcome.per_second / rate, 3),
        stock=case.stock,
        held=came.held,
        waiting=came.waiting,
        free=came.free,
        buyers=buyers,
        connections=CONNECTIONS,
        rows=rows,
        cores=os.cpu_count() or 1,
        server_us_per_call=round((server_after - server) / buyers * 1e6, 1),
        postgres_us_per_call=round((postgres_after - postgres) / buyers * 1e6, 1),
    )


def _wishes(seed: Seed, deal_id: UUID, buyers: int) -> list[bytes]:
    body = msgspec.json.encode({"merchant_id": str(seed.merchant_id), "deal_id": str(deal_id)})
    return [request("POST", "/api/v1/orders", token, body, str(uuid4())) for token in seed.tokens[:buyers]]


def naive(deal_id: UUID) -> str:
    """One transaction an order: count down the hot row if something is left, write the order."""
    return (
        "begin;\n"
        f"update bench_peer.stocks set free = free - 1 where deal_id = '{deal_id}' and free > 0;\n"
        f"insert into bench_peer.orders (deal_id, person_id) values ('{deal_id}', gen_random_uuid());\n"
        "commit;\n"
    )


async def open_deals(url: str, seed: Seed, stocks: dict[UUID, int], peer: UUID) -> None:
    """Deals on sale with so many pieces, and the peer's row."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(PEER)
        await connection.execute("insert into bench_peer.stocks (deal_id, free) values ($1, $2)", peer, BUYERS)
        for deal_id, stock in stocks.items():
            await connection.execute(
                "insert into deals.deals (merchant_id, deal_id, template_id, own_template, title, price, stock, starts_at, ends_at, "
                "per_person, flash, hold_seconds, status, created_at, published_at) values "
                "($1, $2, $3, false, 'Sale', 1000, $4, now(), now() + interval '1 day', 1, true, 300, 'on', now(), now())",
                seed.merchant_id,
                deal_id,
                seed.template_id,
                stock,
            )
    finally:
        await connection.close()


async def _came(url: str, merchant_id: UUID, deal_id: UUID) -> _Came:
    connection = await asyncpg.connect(url)
    try:
        row = await connection.fetchrow(
            "select count(*) filter (where status = 'held'), count(*) filter (where status = 'waiting'), (select free from checkout.stocks "
            "where merchant_id = $1 and deal_id = $2) from checkout.orders where merchant_id = $1 and deal_id = $2",
            merchant_id,
            deal_id,
        )
        assert row is not None
        return _Came(*row)
    finally:
        await connection.close()


async def _analyze(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("analyze")
    finally:
        await connection.close()
