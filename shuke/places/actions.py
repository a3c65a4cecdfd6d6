"""Writes of the places room: the index follows the stores of merchants, and what they sell."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import msgspec

from shuke.kit.db import Db
from shuke.kit.events import record_all
from shuke.kit.geo import Point, mercator
from shuke.places.cells import cell_of
from shuke.places.stores import rows_of
from shuke.places.types import Offer, PlacesChanged, Row

Offers = Callable[[Db, Sequence[UUID]], Awaitable[list[Offer]]]
OFFERS: list[Offers] = []


class _Written(Row, frozen=True, kw_only=True):
    cell: int
    x: float
    y: float


class _Day(msgspec.Struct, frozen=True):
    cell: int
    place_id: UUID
    day: str
    hours: str


def offers(known: Offers) -> Offers:
    """Register who knows when merchants' deals can be bought; asked whenever the index follows a merchant."""
    OFFERS.append(known)
    return known


async def follow(db: Db, merchants: Sequence[UUID]) -> int:
    """Let the index hold the open stores of these merchants as they are now; how many places are other than before."""
    wanted = sorted(set(merchants))
    await lock_merchants(db, wanted)
    rows = await without_hidden(db, await rows_of(db, wanted))
    changed = set(await _drop(db, wanted, rows))
    changed.update(await write(db, rows))
    for merchant_id in wanted:
        await set_deals(db, merchant_id, [offer for known in OFFERS for offer in await known(db, [merchant_id])])
    owners = {row.place_id: row.merchant_id for row in rows}
    by_owner: dict[UUID, list[UUID]] = {}
    for place_id in sorted(changed):
        by_owner.setdefault(owners.get(place_id) or wanted[0], []).append(place_id)
    await record_all(db, [PlacesChanged(owner, places) for owner, places in by_owner.items()])
    return len(changed)


async def lock_merchants(db: Db, merchants: Sequence[UUID]) -> None:
    """Until commit nobody else changes what the index holds of these."""
    await db.run(
        "select pg_advisory_xact_lock(hashtextextended('places:' || m, 0)) from unnest(:merchants::text[]) m",
        merchants=[str(merchant) for merchant in merchants],
    )


async def without_hidden(db: Db, rows: Sequence[Row]) -> list[Row]:
    """Those that no decision keeps out of the index."""
    hidden = await db.values(
        UUID, "select place_id from places.hidden where place_id = any(:places::uuid[])", places=[row.place_id for row in rows]
    )
    return [row for row in rows if row.place_id not in hidden]


async def _drop(db: Db, merchants: Sequence[UUID], rows: Sequence[Row]) -> list[UUID]:
    """Take what these merchants have no more out of the index."""
    return await db.values(
        UUID,
        """
        delete from places.places where merchant_id = any(:merchants) and place_id <> all(:kept::uuid[]) returning place_id
        """,
        merchants=merchants,
        kept=[row.place_id for row in rows],
    )


async def write(db: Db, rows: Sequence[Row]) -> list[UUID]:
    """Write places as they are now; those that were new or other. What people said of a place goes with it when it moves."""
    written = [_with_spot(row) for row in rows]
    changed = await db.values(
        UUID,
        """
        with new as materialized (
          select * from jsonb_to_recordset(:rows::jsonb) as r(cell bigint, place_id uuid, merchant_id uuid, name text, names jsonb, category text,
            kind text, street text, city text, zone text, longitude float8, latitude float8, x float8, y float8, phone text, website text,
            hours int4multirange, hours_text text, photo_id uuid, source text, source_id text)
        ), moved as (
          delete from places.places p using new where p.place_id = new.place_id and p.cell <> new.cell
          returning p.place_id, p.price, p.score, p.reviews
        )
        insert into places.places as p (cell, place_id, merchant_id, name, names, category, kind, street, city, zone, longitude, latitude,
          spot, phone, website, hours, hours_text, photo_id, source, source_id, price, score, reviews)
        select n.cell, n.place_id, n.merchant_id, n.name, n.names, n.category, n.kind, n.street, n.city, n.zone, n.longitude, n.latitude,
          point(n.x, n.y), n.phone, n.website, n.hours, n.hours_text, n.photo_id, n.source, n.source_id, moved.price,
          coalesce(moved.score, 0), coalesce(moved.reviews, 0)
        from new n left join moved on moved.place_id = n.place_id
        on conflict (cell, place_id) do update set merchant_id = excluded.merchant_id, name = excluded.name, names = excluded.names,
          category = excluded.category, kind = excluded.kind, street = excluded.street, city = excluded.city, zone = excluded.zone,
          longitude = excluded.longitude, latitude = excluded.latitude, spot = excluded.spot, phone = excluded.phone,
          website = excluded.website, hours = excluded.hours, hours_text = excluded.hours_text, photo_id = excluded.photo_id,
          source = excluded.source, source_id = excluded.source_id
        where (p.merchant_id, p.name, p.names, p.category, p.kind, p.street, p.city, p.zone, p.longitude, p.latitude, p.phone, p.website,
            p.hours, p.hours_text, p.photo_id, p.source, p.source_id)
          is distinct from (excluded.merchant_id, excluded.name, excluded.names, excluded.category, excluded.kind, excluded.street,
            excluded.city, excluded.zone, excluded.longitude, excluded.latitude, excluded.phone, excluded.website, excluded.hours,
            excluded.hours_text, excluded.photo_id, excluded.source, excluded.source_id)
        returning place_id
        """,
        rows=written,
    )
    return changed + await _write_days(db, written)


def _with_spot(row: Row) -> _Written:
    point = Point(row.longitude, row.latitude)
    x, y = mercator(point)
    return _Written(**{name: getattr(row, name) for name in row.__struct_fields__}, cell=cell_of(point), x=x, y=y)


async def _write_days(db: Db, rows: Sequence[_Written]) -> list[UUID]:
    """The days on which other hours hold, in place of those before."""
    return await db.values(
        UUID,
        """
        with new as materialized (
          select * from jsonb_to_recordset(:days::jsonb) as d(cell bigint, place_id uuid, day date, hours int4multirange)
        ), gone as (
          delete from places.special_days s where s.place_id = any(:places)
            and not exists (select from new where (new.cell, new.place_id, new.day) = (s.cell, s.place_id, s.day))
          returning s.place_id
        ), kept as (
          insert into places.special_days as s (cell, place_id, day, hours) select cell, place_id, day, hours from new
          on conflict (cell, place_id, day) do update set hours = excluded.hours where s.hours <> excluded.hours
          returning s.place_id
        )
        select place_id from gone union select place_id from kept
        """,
        places=[row.place_id for row in rows],
        days=[_Day(row.cell, row.place_id, other.day.isoformat(), other.hours) for row in rows for other in row.others],
    )


async def set_deals(db: Db, merchant_id: UUID, known: Sequence[Offer]) -> None:
    """What a merchant's places sell, and when: begins and ends by itself."""
    await db.run(
        """
        update places.places p set deals = now.deals
        from (
          select p.cell, p.place_id, coalesce(array_agg(tstzrange(o.starts_at, o.ends_at) order by o.ends_at, o.starts_at)
            filter (where o.ends_at is not null), '{}') as deals
          from places.places p
          left join jsonb_to_recordset(:offers::jsonb) as o(starts_at timestamptz, ends_at timestamptz, stores uuid[])
            on cardinality(o.stores) = 0 or p.place_id = any(o.stores)
          where p.merchant_id = :merchant group by p.cell, p.place_id
        ) now
        where p.cell = now.cell and p.place_id = now.place_id and p.deals <> now.deals
        """,
        merchant=merchant_id,
        offers=list(known),
    )


async def set_score(db: Db, place_id: UUID, score: float, count: int, price: int | None = None) -> None:
    """What its reviews come to: 0 to 5, how many there are, and how dear they call it, from 1 to 4."""
    await db.run(
        "update places.places set score = :score, reviews = :count, price = :price where place_id = :place",
        score=score,
        count=count,
        price=price,
        place=place_id,
    )
