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
    """Posts at a steady rate: how many a second, how long each took, how many notices waited to be delivered at half time and at the
    end, and the seconds until none did."""

    name: str
    per_second: float
    p50_ms: float
    p99_ms: float
    waiting_half: int
    waiting_end: int
    drained_seconds: float
    good: int
    posts: int


def measure(bench: Bench, rows: int) -> Iterator[PageLine | ReachLine | SteadyLine]:
    """All of it over one seed of so many posts."""
    circle = asyncio.run(seed_circle(bench.url, rows))
    yield _pages(bench, circle, rows, "feed", (circle.readers, PAGES))
    yield _pages(bench, circle, rows, "feed_of_many_friends", ([(circle.star_id, circle.star)], STAR_PAGES))
    with worker(bench):
        yield asyncio.run(_reach(bench, circle))
        yield _steady(bench, circle)


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
    page = await reader.read()
    writer.close()
    return page


def _steady(bench: Bench, circle: Circle) -> SteadyLine:
    """So many posts in each second, by many authors."""
    requests = iter(
        [
            request(
                "POST", "/api/v1/posts", circle.writers[i % len(circle.writers)], msgspec.json.encode({"words": f"Number {i}"})
            )
            for i in range(STEADY * SECONDS)
        ]
    )
    outcomes: list[Outcome] = []
    waiting: list[int] = []
    started = time.perf_counter()
    for second in range(SECONDS):
        outcomes.append(call(bench.port, [next(requests) for _n in range(STEADY)], CONNECTIONS))
        waiting.append(asyncio.run(_waiting(bench.url)))
        time.sleep(max(0.0, started + second + 1 - time.perf_counter()))
    seconds = time.perf_counter() - started
    ended = time.perf_counter()
    while asyncio.run(_waiting(bench.url)) and time.perf_counter() - ended < 120:
        time.sleep(0.2)
    times = sorted(one for outcome in outcomes for one in outcome.milliseconds)
    return SteadyLine(
        "posts_steady", round(len(times) / seconds, 1), round(times[len(times) // 2], 2), round(times[int(len(times) * 0.99)], 2),
        waiting[SECONDS // 2], waiting[-1], round(time.perf_counter() - ended, 2), sum(outcome.good for outcome in outcomes), len(times),
    )  # fmt: skip


async def _waiting(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval("select count(*) from kit.events"))
    finally:
        await connection.close()
