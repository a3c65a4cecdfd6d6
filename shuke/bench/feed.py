"""The feed: pages for readers and for the one with most friends, her posts until friends see them, posts at a steady rate."""

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from uuid import UUID

import asyncpg
import msgspec

from shuke.bench import pgbench
from shuke.bench.circle import Circle, seed_circle
from shuke.bench.installation import Bench, worker
from shuke.bench.load import Outcome, call, request
from shuke.bench.pgbench import caught, script
from shuke.feed import page_of
from shuke.kit.db import connect

NOBODY = UUID("00000000-0000-4000-8000-00000000dead")
CONNECTIONS = 32
PAGES, STAR_PAGES, STAR_POSTS = 10_000, 1_000, 15
STEADY, SECONDS = 500, 60


class SeedLine(msgspec.Struct, frozen=True):
    """What was made before anything was measured, in so many seconds."""

    name: str
    seconds: float
    posts: int
    people: int
    friendships: int


class PageLine(msgspec.Struct, frozen=True):
    """Pages of twenty posts over HTTP beside the same SQL by pgbench."""

    name: str
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    pgbench_per_second: float
    ratio: float
    posts: int
    people: int
    friendships: int
    most_friends: int
    connections: int
    cores: int
    server_us_per_call: float
    postgres_us_per_call: float
    good: int


class ReachLine(msgspec.Struct, frozen=True):
    """A post of the one with most friends: how long it takes to answer, and until open pages of friends hear of it and show it."""

    name: str
    answer_p50_ms: float
    answer_max_ms: float
    heard_p50_ms: float
    heard_p99_ms: float
    shown: int
    listening: int
    posts: int
    most_friends: int


class SteadyLine(msgspec.Struct, frozen=True):
    """Posts at a steady rate: how many a second were `wanted` and how many there were, how long each took, how many notices waited to
    be delivered at half time and at the end, and the seconds until none did (-1: there were some left after a minute)."""

    name: str
    wanted: int
    per_second: float
    p50_ms: float
    p99_ms: float
    waiting_half: int
    waiting_end: int
    drained_seconds: float
    good: int
    posts: int


def measure(bench: Bench, rows: int, seconds: int = SECONDS) -> Iterator[SeedLine | PageLine | ReachLine | SteadyLine]:
    """All of it over one seed of so many posts; `seconds` of posts at a steady rate. No part lasts longer than minutes."""
    started = time.perf_counter()
    circle = asyncio.run(seed_circle(bench.url, rows))
    yield SeedLine("feed_seed", round(time.perf_counter() - started, 1), rows, circle.people, circle.friends // 2)
    yield _pages(bench, circle, rows, "feed", (circle.readers, PAGES))
    yield _pages(bench, circle, rows, "feed_of_many_friends", ([(circle.star_id, circle.star)], STAR_PAGES))
    with worker(bench):
        yield asyncio.run(_reach(bench, circle))
        _write(bench, circle, 0, STEADY)  # warm
        asyncio.run(_delivered(bench.url))
        yield _steady(bench, circle, seconds)


def _pages(bench: Bench, circle: Circle, rows: int, name: str, asked: tuple[Sequence[tuple[UUID, str]], int]) -> PageLine:
    readers, calls = asked
    text = asyncio.run(_script(bench.url, [person for person, _token in readers]))
    peer = pgbench.rate(bench.postgres, text, clients=CONNECTIONS, each=calls // CONNECTIONS)
    each = [request("GET", "/api/v1/feed", token) for _person, token in readers]
    requests = [each[i % len(each)] for i in range(calls)]
    call(bench.port, requests[:500], CONNECTIONS, 200)
    server, postgres = bench.cpu()
    outcome = call(bench.port, requests, CONNECTIONS, 200)
    server_after, postgres_after = bench.cpu()
    return PageLine(
        name=name,
        per_second=round(outcome.per_second, 1),
        p50_ms=round(outcome.quantile(0.5), 2),
        p95_ms=round(outcome.quantile(0.95), 2),
        p99_ms=round(outcome.quantile(0.99), 2),
        pgbench_per_second=round(peer, 1),
        ratio=round(outcome.per_second / peer, 3),
        posts=rows,
        people=circle.people,
        friendships=circle.friends // 2,
        most_friends=circle.most_friends,
        connections=CONNECTIONS,
        cores=os.cpu_count() or 1,
        server_us_per_call=round((server_after - server) / calls * 1e6, 1),
        postgres_us_per_call=round((postgres_after - postgres) / calls * 1e6, 1),
        good=outcome.good,
    )


async def _script(url: str, readers: Sequence[UUID]) -> str:
    """The statement of a page."""
    people = ", ".join(f"'{person}'" for person in readers)
    one = f"(array[{people}]::uuid[])[1 + (:n % {len(readers)})::int]"
    database = await connect(url, size=1)
    try:
        return script(await caught(database, lambda db: page_of(db, NOBODY)), {str(NOBODY): one})
    finally:
        await database.close()


async def _reach(bench: Bench, circle: Circle) -> ReachLine:
    """One post after another while friends' pages are open."""
    heard: list[float] = []
    fans = circle.fans[:50]
    async with asyncio.timeout(60):
        pages = [await _open_page(bench.port, token) for token in fans]
    answers: list[float] = []
    shown = 0
    for n in range(-1, STAR_POSTS):  # the first one waits until somebody delivers, and does not count
        listening = [asyncio.create_task(_hear(page)) for page in pages]
        await asyncio.sleep(0.3)
        words = f"All of you: number {n}, {time.time()}"
        body = msgspec.json.encode({"words": words})
        started = time.perf_counter()
        outcome = await asyncio.to_thread(call, bench.port, [request("POST", "/api/v1/posts", circle.star, body)], 1)
        assert outcome.good == 1, outcome.statuses
        moments = await asyncio.gather(*listening)
        if n < 0:
            continue
        answers.append(outcome.milliseconds[0])
        heard += [(moment - started) * 1000 for moment in moments]
        page = await _get(bench.port, fans[n % len(fans)])
        shown += words.encode() in page
    for _reader, writer in pages:
        writer.close()
    heard.sort()
    answers.sort()
    return ReachLine(
        "post_to_many_friends", round(answers[len(answers) // 2], 2), round(answers[-1], 2), round(heard[len(heard) // 2], 2),
        round(heard[int(len(heard) * 0.99)], 2), shown, len(pages), STAR_POSTS, circle.most_friends,
    )  # fmt: skip


Page = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _open_page(port: int, token: str) -> Page:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request("GET", "/feed/live", token))
    await reader.readuntil(b"event: open")
    return reader, writer


async def _hear(page: Page) -> float:
    async with asyncio.timeout(60):
        await page[0].readuntil(b"event: feed")
    return time.perf_counter()


async def _get(port: int, token: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request("GET", "/api/v1/feed", token).replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n"))
    async with asyncio.timeout(60):
        page = await reader.read()
    writer.close()
    return page


def _write(bench: Bench, circle: Circle, first: int, count: int) -> Outcome:
    """So many posts, each by another author than the one before."""
    writers = circle.writers
    requests = [
        request("POST", "/api/v1/posts", writers[i % len(writers)], msgspec.json.encode({"words": f"Number {i}"}))
        for i in range(first, first + count)
    ]
    return call(bench.port, requests, CONNECTIONS)


def _steady(bench: Bench, circle: Circle, seconds: int) -> SteadyLine:
    """So many posts in each second, by many authors. A machine that can't gets as far as it gets in twice the time."""
    outcomes: list[Outcome] = []
    waiting: list[int] = []
    started = time.perf_counter()
    for second in range(seconds):
        outcomes.append(_write(bench, circle, STEADY * (second + 1), STEADY))
        waiting.append(asyncio.run(_waiting(bench.url)))
        passed = time.perf_counter() - started
        if passed > 2 * seconds:
            break
        time.sleep(max(0.0, second + 1 - passed))
    took = time.perf_counter() - started
    drained = asyncio.run(_delivered(bench.url))
    times = sorted(one for outcome in outcomes for one in outcome.milliseconds)
    return SteadyLine(
        "posts_steady", STEADY, round(len(times) / took, 1), round(times[len(times) // 2], 2), round(times[int(len(times) * 0.99)], 2),
        waiting[len(waiting) // 2], waiting[-1], drained, sum(outcome.good for outcome in outcomes), len(times),
    )  # fmt: skip


async def _delivered(url: str, most: float = 60.0) -> float:
    """Seconds until no notice waits to be delivered; -1 when some do after so many seconds."""
    started = time.perf_counter()
    while await _waiting(url):
        if time.perf_counter() - started > most:
            return -1.0
        await asyncio.sleep(0.1)
    return round(time.perf_counter() - started, 2)


async def _waiting(url: str) -> int:
    connection = await asyncpg.connect(url, command_timeout=60)
    try:
        return int(await connection.fetchval("select count(*) from kit.events"))
    finally:
        await connection.close()
