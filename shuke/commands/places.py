"""`shuke places import FILE.csv`: places that nobody runs here, from open data. `shuke places rebuild`: the index anew from the stores."""

import argparse
import asyncio
import csv
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from uuid import UUID
from zoneinfo import available_timezones

from shuke.commands.database import database
from shuke.demo.categories import categorise
from shuke.kit.db import connect
from shuke.kit.geo import Point, on_earth, shifted
from shuke.kit.installation import InstallationRefused, data_directory
from shuke.kit.migrate import migrate
from shuke.kit.opening_hours import parse
from shuke.places import Row, follow, import_places, imported_id, multirange, week_of

AT_ONCE = 500
SOURCE = "OpenStreetMap"
NO_PLACES = frozenset(
    "atm bench bicycle_parking charging_station fountain garden outdoor_seating parking parking_entrance parking_space pitch shelter "
    "telephone toilets track vending_machine waste_basket waste_disposal information vacant".split()
)
COLUMNS = ("osm_type", "osm_id", "name", "kind", "value", "lon", "lat")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("shuke places", description=__doc__)
    parser.add_argument("--data", help="the installation's folder (SHUKE_DATA, .shuke)")
    verbs = parser.add_subparsers(dest="verb", required=True)
    bring = verbs.add_parser("import", help="bring places in from a CSV file of OpenStreetMap's points (WGS-84)")
    bring.add_argument("file", type=Path)
    bring.add_argument("--zone", default="", help="time zone of these places, such as Asia/Shanghai, which it is within China")
    bring.add_argument("--city", default="", help="the city's name")
    verbs.add_parser("rebuild", help="look at all stores again")
    options = parser.parse_args(arguments)
    with database(data_directory(options.data)) as url:
        if options.verb == "rebuild":
            asyncio.run(_rebuild(url))
        else:
            asyncio.run(_import(url, read(options.file, options.zone, options.city)))
    return 0


def read(file: Path, zone: str, city: str) -> list[Row]:
    """The places of a file; lines without a name or a position are left out, and what is no place to go to, such as a bench."""
    if zone and zone not in available_timezones():
        raise InstallationRefused(f"{zone} is no time zone")
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            table = csv.DictReader(lines)
            missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
            if missing:
                raise InstallationRefused(f"{file} has no column {', '.join(missing)}")
            return list(_rows(table, zone, city))
    except (OSError, UnicodeDecodeError) as error:
        raise InstallationRefused(f"{file} can't be read: {error}") from error


def _rows(table: Iterable[Mapping[str, str]], zone: str, city: str) -> Iterator[Row]:
    for line in table:
        try:
            point = Point(float(line["lon"]), float(line["lat"]))
        except (TypeError, ValueError):
            continue
        name = (line["name"] or "").strip()[:120]
        if not name or line["value"] in NO_PLACES or not on_earth(point):
            continue
        if not zone and not shifted(point):
            raise InstallationRefused("These places are not in China: say --zone, such as Europe/Helsinki")
        yield _row(line, point, zone or "Asia/Shanghai", city)


def _row(line: Mapping[str, str], point: Point, zone: str, city: str) -> Row:
    def told(name: str, most: int) -> str:
        return (line.get(name) or "").strip()[:most]

    found = categorise({line["kind"] or "": line["value"] or ""})
    source_id = f"{line['osm_type']}/{line['osm_id']}"
    hours = parse(told("opening_hours", 500)) if told("opening_hours", 500) else None
    return Row(
        place_id=imported_id(SOURCE, source_id),
        merchant_id=None,
        name=told("name", 120),
        names={"en": told("name_en", 120)} if told("name_en", 120) else {},
        category=found[0].value if found else "other",
        kind=(told("cuisine", 200) or ("" if found else told("value", 200))).replace(";", ", ").replace("_", " "),
        street=f"{told('street', 150)} {told('housenumber', 40)}".strip(),
        city=city[:100],
        zone=zone,
        longitude=point.longitude,
        latitude=point.latitude,
        phone=told("phone", 40),
        hours=multirange(week_of(hours.rows)) if hours else None,
        hours_text=told("opening_hours", 500),
        source=SOURCE,
        source_id=source_id,
    )


async def _import(url: str, rows: Sequence[Row]) -> None:
    await migrate(url)
    opened = await connect(url, size=1)
    changed = 0
    try:
        for part in (rows[begin : begin + AT_ONCE] for begin in range(0, len(rows), AT_ONCE)):
            async with opened.write() as db:
                changed += await import_places(db, part)
    finally:
        await opened.close()
    print(f"{len(rows)} places, {changed} of them new or changed. © OpenStreetMap contributors", file=sys.stderr)


async def _rebuild(url: str) -> None:
    await migrate(url)
    opened = await connect(url, size=1)
    changed, last = 0, UUID(int=0)
    try:
        while True:
            async with opened.write() as db:
                merchants = await db.values(
                    UUID,
                    "select merchant_id from merchants.merchants where merchant_id > :last order by merchant_id limit 100",
                    last=last,
                )
                changed += await follow(db, merchants)
            if not merchants:
                break
            last = merchants[-1]
    finally:
        await opened.close()
    print(f"{changed} places were other than in the index", file=sys.stderr)
