"""Paying: held orders of one deal paid through the test bank until their vouchers are in the wallets; then all used at the till."""

import asyncio
import os
import time
from uuid import UUID, uuid4

import asyncpg
import msgspec

from shuke.bench import pgbench
from shuke.bench.installation import Bench, worker
from shuke.bench.load import Outcome, call, request
from shuke.bench.sale import naive, open_deals
from shuke.bench.seed import Seed
from shuke.kit.db import connect
from shuke.payments import Wish
from shuke.payments import request as ask_to_pay

ORDERS = 2_000
CONNECTIONS = 32
PATIENCE = 300.0  # seconds until everything must have been delivered


class PaidLine(msgspec.Struct, frozen=True):
    """What was answered a second, what was done of it a second, how far that lagged; both beside naive orders of one hot row."""

    name: str
    per_second: float
    done_per_second: float
    p50_ms: float
    p99_ms: float
    left_at_end: int  # answered but not done when the last answer came
    lag_seconds: float  # from the last answer until all was done
    pgbench_per_second: float
    ratio: float
    done_ratio: float
    count: int
    connections: int
    cores: int
    rows: int
    server_us_per_call: float
    worker_us_per_call: float
    postgres_us_per_call: float


class _Held(msgspec.Struct, frozen=True):
    order_id: UUID
    payment_id: UUID
    token: str


def measure(bench: Bench, seed: Seed, rows: int) -> list[PaidLine]:
    """Two lines: orders from the bank's button to vouchers in the wallet, and uses from the till to the merchant's due money."""
    deal, peer = uuid4(), uuid4()
    held = asyncio.run(_held(bench, seed, deal, peer))
    text = naive(peer)
    rate = pgbench.rate(bench.postgres, text, clients=CONNECTIONS, each=100)
    body = msgspec.json.encode({"act": "pay"})
    acts = [request("POST", f"/api/v1/bank/payments/{seed.merchant_id}/{one.payment_id}", one.token, body) for one in held]
    with worker(bench) as working:
        paid = _line("paid_orders", (bench, working), acts, (FULFILLED, seed.merchant_id, deal), (rate, rows))
        codes = asyncio.run(_codes(bench.url, seed.merchant_id, deal))
        place = {"merchant_id": str(seed.merchant_id), "store_id": str(seed.store_id)}
        uses = [
            request("POST", "/api/v1/redemptions", seed.cashier, msgspec.json.encode({**place, "code": code}), str(uuid4()))
            for code in codes
        ]
        return [paid, _line("used_vouchers", (bench, working), uses, (DUE, seed.merchant_id, deal), (rate, rows))]


FULFILLED = "select count(*) from checkout.orders where merchant_id = $1 and deal_id = $2 and status = 'fulfilled'"
DUE = (
    "select count(*) from settlement.due d join checkout.sold s on s.merchant_id = d.merchant_id and s.voucher_id = d.voucher_id "
    "where s.merchant_id = $1 and s.deal_id = $2"
)


def _line(
    name: str, where: tuple[Bench, int], requests: list[bytes], done: tuple[str, UUID, UUID], beside: tuple[float, int]
) -> PaidLine:
    bench, working = where
    (server, postgres), work, started = bench.cpu(), bench.cpu_of(working), time.perf_counter()
    outcome = call(bench.port, requests, CONNECTIONS)
    assert outcome.good == len(requests), outcome.statuses
    left, lag = asyncio.run(_until(bench.url, done, len(requests)))
    seconds = time.perf_counter() - started
    (server_after, postgres_after), work_after = bench.cpu(), bench.cpu_of(working)
    rate, rows = beside
    return PaidLine(
        name=name,
        per_second=round(outcome.per_second, 1),
        done_per_second=round(len(requests) / seconds, 1),
        p50_ms=_ms(outcome, 0.5),
        p99_ms=_ms(outcome, 0.99),
        left_at_end=left,
        lag_seconds=round(lag, 2),
        pgbench_per_second=round(rate, 1),
        ratio=round(outcome.per_second / rate, 3),
        done_ratio=round(len(requests) / seconds / rate, 3),
        count=len(requests),
        connections=CONNECTIONS,
        cores=os.cpu_count() or 1,
        rows=rows,
        server_us_per_call=round((server_after - server) / len(requests) * 1e6, 1),
        worker_us_per_call=round((work_after - work) / len(requests) * 1e6, 1),
        postgres_us_per_call=round((postgres_after - postgres) / len(requests) * 1e6, 1),
    )


def _ms(outcome: Outcome, share: float) -> float:
    return round(outcome.quantile(share), 2)


async def _until(url: str, done: tuple[str, UUID, UUID], count: int) -> tuple[int, float]:
    """How many were not done at first, and the seconds until all were."""
    connection = await asyncpg.connect(url)
    try:
        started = time.perf_counter()
        left = first = count - int(await connection.fetchval(*done))
        while left:
            assert time.perf_counter() - started < PATIENCE, f"{left} of {count} are not done"
            await asyncio.sleep(0.02)
            left = count - int(await connection.fetchval(*done))
        return first, time.perf_counter() - started if first else 0.0
    finally:
        await connection.close()


async def _held(bench: Bench, seed: Seed, deal: UUID, peer: UUID) -> list[_Held]:
    """Orders made over HTTP, each with a payment that waits at the bank."""
    await open_deals(bench.url, seed, {deal: ORDERS}, peer)
    keys = [str(uuid4()) for _i in range(ORDERS)]
    wish = msgspec.json.encode({"merchant_id": str(seed.merchant_id), "deal_id": str(deal)})
    tokens = dict(zip(keys, seed.tokens[-ORDERS:], strict=True))
    orders = [request("POST", "/api/v1/orders", token, wish, key) for key, token in tokens.items()]
    outcome = await asyncio.to_thread(call, bench.port, orders, CONNECTIONS)
    assert outcome.good == ORDERS, outcome.statuses
    database = await connect(bench.url, size=1)
    try:
        async with database.write() as db:
            made = await (await db.connection()).fetch(
                "select order_id, person_id, amount, currency, hold_until, request_key from checkout.orders "
                "where merchant_id = $1 and deal_id = $2",
                seed.merchant_id,
                deal,
            )
            held = []
            for order, person, amount, currency, until, key in made:
                wished = Wish(
                    seed.merchant_id, person, "order", order, "Sale", amount, currency, "bank", until, f"/orders/{order}"
                )
                held.append(_Held(order, (await ask_to_pay(db, wished)).payment_id, tokens[key]))
        await database.pool.execute("analyze")
        return held
    finally:
        await database.close()


async def _codes(url: str, merchant_id: UUID, deal: UUID) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        found = await connection.fetch(
            "select v.code from checkout.sold s join vouchers.vouchers v using (merchant_id, voucher_id) "
            "where s.merchant_id = $1 and s.deal_id = $2",
            merchant_id,
            deal,
        )
        return [str(row[0]) for row in found]
    finally:
        await connection.close()
