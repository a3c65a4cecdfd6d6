"""Nearby: places in 300 cities, the nearest 20 of a category that are open and sell something; over HTTP, by pgbench, and by Redis."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from functools import partial

import asyncpg
import msgspec

from shuke.bench import pgbench, redis
from shuke.bench.installation import Bench
from shuke.bench.load import Outcome, call, request
from shuke.bench.pgbench import caught, script
from shuke.kit.db import Db, connect
from shuke.kit.geo import Point
from shuke.merchants import CATEGORIES
from shuke.places import Found, Wanted, near

CITIES, A_CITY = 300, 3_333  # places of one; with fewer rows there are fewer cities
RADIUS = 10_000.0
MOST = 20
CALLS = 10_000
WARM = 500
SCRIPTED = 40  # points that pgbench asks in turn
CHECKED = 200  # answers of Redis that are held against ours
CONNECTIONS = 32


class NearbyLine(msgspec.Struct, frozen=True):
    """One printed line. `ratio` is HTTP to pgbench, `redis_*` null where there is none, `ahead` HTTP to Redis, `same` the share of places
    that both gave; times in ms, `*_us_per_call` in microseconds of CPU."""

    name: str
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    pgbench_per_second: float
    ratio: float
    redis_per_second: float | None
    redis_p99_ms: float | None
    ahead: float | None
    same: float | None
    found: float
    places: int
    cities: int
    connections: int
    cores: int
    server_us_per_call: float
    postgres_us_per_call: float
    good: int
    calls: int


def measure(bench: Bench, rows: int) -> Iterator[NearbyLine]:
    """Over so many places."""
    cities = max(1, min(CITIES, rows // A_CITY))
    asyncio.run(_seed(bench.url, rows, cities))
    wanted = [_wanted(number, cities) for number in range(CALLS + WARM)]
    text = asyncio.run(_script(bench.url, wanted[:SCRIPTED]))
    peer = SCRIPTED * pgbench.rate(bench.postgres, text, clients=CONNECTIONS, each=max(1, CALLS // CONNECTIONS // SCRIPTED))
    requests = [request("GET", _path(one), "") for one in wanted]
    call(bench.port, requests[:WARM], CONNECTIONS, 200)
    server, postgres = bench.cpu()
    outcome = call(bench.port, requests[WARM:], CONNECTIONS, 200)
    server_after, postgres_after = bench.cpu()
    ours = asyncio.run(_ours(bench.url, wanted[WARM : WARM + CHECKED]))
    other, answers = _redis(bench.url, wanted)
    same = [len(set(mine) & set(theirs)) / max(1, len(mine)) for mine, theirs in zip(ours, answers, strict=False) if mine]
    yield NearbyLine(
        name="nearby",
        per_second=round(outcome.per_second, 1),
        p50_ms=round(outcome.quantile(0.5), 2),
        p95_ms=round(outcome.quantile(0.95), 2),
        p99_ms=round(outcome.quantile(0.99), 2),
        pgbench_per_second=round(peer, 1),
        ratio=round(outcome.per_second / peer, 3),
        redis_per_second=round(other.per_second, 1) if other else None,
        redis_p99_ms=round(other.quantile(0.99), 2) if other else None,
        ahead=round(outcome.per_second / other.per_second, 2) if other else None,
        same=round(sum(same) / len(same), 4) if same else None,
        found=round(sum(len(mine) for mine in ours) / len(ours), 1),
        places=rows,
        cities=cities,
        connections=CONNECTIONS,
        cores=os.cpu_count() or 1,
        server_us_per_call=round((server_after - server) / CALLS * 1e6, 1),
        postgres_us_per_call=round((postgres_after - postgres) / CALLS * 1e6, 1),
        good=outcome.good,
        calls=CALLS,
    )


def _wanted(number: int, cities: int) -> Wanted:
    """A question somewhere in a city; evenly spread, and the same in every run."""
    city, category = number * 7919 % cities, list(CATEGORIES)[number % len(CATEGORIES)]
    east, north = number * 0.6180339887 % 1 - 0.5, number * 0.7548776662 % 1 - 0.5
    point = Point(round(100.25 + city % 20 + east * 0.1, 6), round(22.25 + city // 20 + north * 0.1, 6))
    return Wanted(point=point, radius=RADIUS, category=category, open_now=True, has_deals=True, most=MOST)


def _path(wanted: Wanted) -> str:
    at = f"{wanted.point.longitude},{wanted.point.latitude}"
    return f"/api/v1/places?near={at}&radius={RADIUS:.0f}&category={wanted.category}&open=1&deals=1&limit={MOST}"


async def _seed(url: str, rows: int, cities: int) -> None:
    """Cities of some ten kilometres, the closer to the middle the denser; a tenth sells something, some are always open."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            """
            insert into places.places (cell, place_id, name, category, zone, longitude, latitude, spot, hours, deals, source)
            select floor((latitude + 90) * 2)::bigint * 720 + floor((longitude + 180) * 2)::bigint, gen_random_uuid(), 'Place ' || n,
              (string_to_array($2, ','))[1 + n % cardinality(string_to_array($2, ','))], 'Asia/Shanghai', longitude, latitude,
              point(6378137 * radians(longitude), 6378137 * ln(tan(pi() / 4 + radians(latitude) / 2))),
              case n % 4 when 0 then '{[0,10080)}' else (select range_agg(int4range(d * 1440 + o, d * 1440 + o + 300))
                from generate_series(0, 6) d, unnest(array[540 + n % 180, 1000 + n % 140]) o) end,
              case when n % 10 = 0 then array[tstzrange(now() - interval '1 day', now() + interval '9 days')] else '{}' end, 'bench'
            from (select n, 100.25 + city % 20 + (random() + random() + random() - 1.5) * 0.1 as longitude,
                22.25 + city / 20 + (random() + random() + random() - 1.5) * 0.1 as latitude
              from (select n, floor(random() * $3)::int as city from generate_series(1, $1) n) placed) spread
            """,
            rows,
            ",".join(CATEGORIES),
            cities,
            timeout=1800,
        )
        await connection.execute("vacuum analyze places.places", timeout=600)
    finally:
        await connection.close()


async def _script(url: str, wanted: Sequence[Wanted]) -> str:
    """The statement for several points, one after the other."""
    database = await connect(url, size=1)
    try:
        sent = [one for asked in wanted for one in await caught(database, partial(_asked, wanted=asked))]
        return script(sent, {})
    finally:
        await database.close()


async def _asked(db: Db, wanted: Wanted) -> Found:
    return await near(db, wanted)


async def _ours(url: str, wanted: Sequence[Wanted]) -> list[list[str]]:
    database = await connect(url, size=1)
    try:
        async with database.hot(writes=False) as db:
            return [[str(one.place.place_id) for one in (await near(db, asked)).items] for asked in wanted]
    finally:
        await database.close()


def _redis(url: str, wanted: Sequence[Wanted]) -> tuple[Outcome | None, list[list[str]]]:
    """How Redis answers the same questions about the same places, and what; None where it is not installed."""
    with redis.server() as port:
        if port is None:
            print("redis-server is not installed: nearby is measured without it", flush=True)
            return None, []
        name = asyncio.run(_fill(url, port))
        questions = [redis.question(name, one.category, one.point, RADIUS, MOST) for one in wanted]
        redis.ask(port, questions[:WARM], CONNECTIONS)
        outcome, answers = redis.ask(port, questions[WARM:], CONNECTIONS)
        return outcome, answers


async def _fill(url: str, port: int) -> str:
    """What is open and what sells something is told to it as it is at this moment."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            """
            select place_id::text, category, longitude, latitude,
              hours @> mod(floor(extract(epoch from now() at time zone zone) / 60)::bigint + 4320, 10080)::int, offers = 1
            from places.places
            """
        )
        return await redis.load(port, [(row[0], row[1], row[2], row[3], row[4], row[5]) for row in rows])
    finally:
        await connection.close()
