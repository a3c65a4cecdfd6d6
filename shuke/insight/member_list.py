"""What an address asks of the members, for the page, the file and the API alike."""

from collections.abc import AsyncIterator
from decimal import Decimal
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Stream

from shuke.insight.members import (
    Filter,
    Measured,
    MemberLine,
    Sort,
    Wanted,
    members_of,
    place_after,
    read_filter,
    read_sort,
)
from shuke.insight.spans import ground_of
from shuke.kit.db import Database, Db
from shuke.kit.money import digits
from shuke.merchants import Acting

PAGE = 50
CHUNK = 5_000  # rows of a file fetched at once
COLUMNS = ("number", "name", "tier", "joined_at", "source", "visits", "spent", "currency", "last_visit", "points", "tags")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Listing(msgspec.Struct, frozen=True):
    """The filter, the order, and the zone whose days it names."""

    fits: Filter
    sort: Sort
    zone: str


def provide_wanted(
    q: FromQuery[str] = "",
    tier: FromQuery[str] = "",
    scene: FromQuery[str] = "",
    tag: FromQuery[str] = "",
    voucher: FromQuery[str] = "",
    card: FromQuery[str] = "",
) -> Wanted:
    """Who: q, tier, scene, tag, voucher, card (held, or left, or all)."""
    return Wanted(q, tier, scene, tag, voucher, card)


def provide_measured(
    joined_from: FromQuery[str] = "",
    joined_to: FromQuery[str] = "",
    visited_from: FromQuery[str] = "",
    visited_to: FromQuery[str] = "",
    spent_from: FromQuery[str] = "",
    spent_to: FromQuery[str] = "",
) -> Measured:
    """Limits of joining, last visit and spend; days with both ends counted, amounts in the currency's own units."""
    return Measured(joined_from, joined_to, visited_from, visited_to, spent_from, spent_to)


async def provide_listing(  # two numbers more, and the order
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    wanted: NamedDependency[Wanted],
    measured: NamedDependency[Measured],
    visits_from: FromQuery[str] = "",
    visits_to: FromQuery[str] = "",
    sort: FromQuery[str] = "joined",
) -> Listing:
    """All of it, read. Refusals: filter_unreadable, day_unreadable."""
    zone = (await ground_of(db, acting.merchant_id)).zone
    fits = await read_filter(db, wanted, measured, (visits_from, visits_to), zone, acting.currency)
    return Listing(fits, read_sort(sort), zone)


def cell(value: object) -> str:
    """One cell of a file that spreadsheets open: quoted, and never a formula."""
    text = str(value)
    if isinstance(value, str) and text.startswith(FORMULA):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"'


def row(line: MemberLine, currency: str) -> str:
    """A member as a line of the file."""
    places = digits(currency)
    spent = Decimal(line.spent).scaleb(-places)
    moment = line.visited_at.isoformat() if line.visited_at else ""
    values = (
        *(line.number, line.name, line.tier, line.joined_at.isoformat(), line.source, line.visits, spent, currency, moment),
        *(line.points, "; ".join(line.tags)),
    )
    return ",".join(cell(value) for value in values) + "\r\n"


def member_file(database: Database, merchant_id: UUID, currency: str, listing: Listing) -> Stream:
    """Every member that fits, as a file for spreadsheets: UTF-8 with its mark, a chunk at a time."""

    async def chunks() -> AsyncIterator[bytes]:
        yield ("\ufeff" + ",".join(COLUMNS) + "\r\n").encode()
        after = ""
        async with database.read() as db:
            while lines := await members_of(db, merchant_id, listing.fits, listing.sort, after, CHUNK):
                yield "".join(row(line, currency) for line in lines).encode()
                if len(lines) < CHUNK:
                    break
                after = place_after(lines[-1])

    return Stream(
        chunks(),
        media_type="text/csv",
        headers={"content-disposition": 'attachment; filename="members.csv"', "cache-control": "private, no-store"},
    )
