"""Search: how many of a city's names are found although mistyped once, how long suggestions take, how large the index is."""

import argparse
import asyncio
import csv
import random
import time
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from uuid import UUID, uuid5

import msgspec

from shuke.bench.installation import database
from shuke.bench.slips import homophones, slipped
from shuke.kit.db import Database, Db, connect
from shuke.kit.geo import Point
from shuke.places.actions import write
from shuke.places.types import Row
from shuke.rooms import reactions
from shuke.search import follow, search, suggest
from shuke.search.words import folded, is_chinese, sound

NAMESPACE = UUID("5f0c7d1e-6a53-4d0b-9a0c-3f6f2f2b6a10")
SEED = 20260101
MOST = 5


class Named(msgspec.Struct, frozen=True):
    """A place of a city: its names and where it is."""

    name: str
    names: dict[str, str]
    category: str
    longitude: float
    latitude: float


class Recall(msgspec.Struct, frozen=True):
    """One printed line: of `names` mistyped names so many were first, and among the first five."""

    name: str
    slip: str
    names: int
    recall_at_1: float
    recall_at_5: float
    p50_ms: float
    p99_ms: float


class Typing(msgspec.Struct, frozen=True):
    """One printed line: suggestions asked for at every letter, and what the index takes."""

    name: str
    questions: int
    p50_ms: float
    p99_ms: float
    places: int
    terms: int
    index_mb: float
    build_seconds: float


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("shuke bench search", description=__doc__)
    parser.add_argument("--names", type=Path, nargs="*", default=[], help="more cities: CSV with name, name_en, lon, lat")
    options = parser.parse_args(arguments)
    reactions()
    cities = [("helsinki", _demo_city()), *((path.parent.name, _from_file(path)) for path in options.names)]
    with database() as (_postgres, url):
        asyncio.run(_measure(url, cities))
    return 0


def _demo_city() -> list[Named]:
    places = import_module("shuke.demo.helsinki").places()
    return [Named(one.name, dict(one.names), str(one.category), one.lon, one.lat) for one in places]


def _from_file(path: Path) -> list[Named]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["name"]]
    return [
        Named(row["name"], {"en": row["name_en"]} if row["name_en"] else {}, "shop", float(row["lon"]), float(row["lat"]))
        for row in rows
    ]


async def _measure(url: str, cities: Sequence[tuple[str, Sequence[Named]]]) -> None:
    opened = await connect(url, size=4)
    begun = time.monotonic()
    for city, places in cities:
        await _settle(opened, city, places)
    seconds = time.monotonic() - begun
    async with opened.write() as db:
        await db.run("analyze places.places, search.terms, search.places")
    for city, places in cities:
        async with opened.read() as db:
            for line in await _recall(db, city, places):
                _say(line)
    async with opened.read() as db:
        _say(await _typing(db, cities, seconds))
    await opened.close()


async def _settle(opened: Database, city: str, places: Sequence[Named]) -> None:
    rows = [
        Row(
            place_id=_id_of(city, number),
            merchant_id=None,
            name=place.name[:120],
            names=place.names,
            category=place.category,
            zone="UTC",
            longitude=place.longitude,
            latitude=place.latitude,
            source=city,
        )
        for number, place in enumerate(places)
    ]
    async with opened.write() as db:
        await write(db, rows)
    async with opened.write() as db:
        await follow(db, [row.place_id for row in rows])


def _id_of(city: str, number: int) -> UUID:
    return uuid5(NAMESPACE, f"{city}/{number}")


async def _recall(db: Db, city: str, places: Sequence[Named]) -> list[Recall]:
    chance = random.Random(SEED)
    names = sorted({place.name for place in places if folded(place.name)})
    alike = homophones(names)
    middle = _middle(places)
    meant: dict[str, set[UUID]] = {}
    for number, place in enumerate(places):
        meant.setdefault(place.name, set()).add(_id_of(city, number))
    tried: dict[str, list[tuple[int, float]]] = {"all": []}
    for name in names:
        slip, typed = slipped(chance, name, alike)
        begun = time.perf_counter()
        found = await search(db, typed, middle, MOST)
        took = (time.perf_counter() - begun) * 1000
        row = (next((rank for rank, one in enumerate(found, 1) if one.place_id in meant[name]), 0), took)
        tried["all"].append(row)
        tried.setdefault(slip, []).append(row)
    return [_line(city, slip, rows) for slip, rows in tried.items()]


def _line(city: str, slip: str, rows: Sequence[tuple[int, float]]) -> Recall:
    first, five = sum(rank == 1 for rank, _took in rows), sum(rank > 0 for rank, _took in rows)
    took = [ms for _rank, ms in rows]
    return Recall(
        city,
        slip,
        len(rows),
        round(first / len(rows), 4),
        round(five / len(rows), 4),
        _quantile(took, 0.5),
        _quantile(took, 0.99),
    )


async def _typing(db: Db, cities: Sequence[tuple[str, Sequence[Named]]], seconds: float) -> Typing:
    chance = random.Random(SEED)
    took = []
    for _city, places in cities:
        for place in chance.sample(list(places), min(150, len(places))):
            typed = sound(folded(place.name)) if is_chinese(place.name) and chance.random() < 0.5 else place.name
            for length in range(1, min(len(typed), 12) + 1):
                begun = time.perf_counter()
                await suggest(db, typed[:length], _middle(places))
                took.append((time.perf_counter() - begun) * 1000)
    size = await db.value(int, "select pg_total_relation_size('search.terms') + pg_total_relation_size('search.places')") or 0
    terms = await db.value(int, "select count(*) from search.terms") or 0
    places_indexed = await db.value(int, "select count(*) from search.places") or 0
    return Typing(
        "suggest",
        len(took),
        _quantile(took, 0.5),
        _quantile(took, 0.99),
        places_indexed,
        terms,
        round(size / 1e6, 2),
        round(seconds, 1),
    )


def _middle(places: Iterable[Named]) -> Point:
    """The place in the middle by longitude and by latitude."""
    every = list(places)
    return Point(
        sorted(one.longitude for one in every)[len(every) // 2], sorted(one.latitude for one in every)[len(every) // 2]
    )


def _quantile(took: Sequence[float], share: float) -> float:
    return round(sorted(took)[min(len(took) - 1, int(share * len(took)))], 2)


def _say(line: msgspec.Struct) -> None:
    print(msgspec.json.encode(line).decode(), flush=True)
