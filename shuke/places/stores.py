"""Stores: what the index is to hold of merchants, read from what they say of themselves."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.geo import Point, on_earth
from shuke.merchants import SpecialSpell, Spell
from shuke.places.hours import multirange, other_days, week_of
from shuke.places.types import Row

MOST_DAYS = 400  # how far ahead the index knows days with hours of their own; the walk brings the next ones


class _Store(msgspec.Struct, frozen=True):
    merchant_id: UUID
    place_id: UUID
    name: str
    category: str
    street: str
    city: str
    zone: str
    longitude: float
    latitude: float
    phone: str
    website: str
    hours_text: str
    photo_id: UUID | None
    source: str


async def rows_of(db: Db, merchants: Sequence[UUID]) -> list[Row]:
    """The open stores of those of them that are approved, where their position is known; read with the door's hours."""
    stores = await db.all(
        _Store,
        """
        select s.merchant_id, s.store_id as place_id, s.name, case when s.category = 'other' then m.category else s.category end as category,
          s.street, s.city, s.zone, s.longitude, s.latitude, s.phone, s.website, s.hours_text,
          (select p.photo_id from merchants.photos p where p.merchant_id = s.merchant_id and p.purpose = 'store'
             and (p.store_id is null or p.store_id = s.store_id) order by p.store_id is null, p.position, p.photo_id limit 1) as photo_id,
          s.source
        from merchants.merchants m join merchants.stores s on s.merchant_id = m.merchant_id
        where m.merchant_id = any(:merchants) and m.status = 'approved' and s.closed_at is null and s.longitude is not null
        order by s.merchant_id, s.store_id
        """,
        merchants=merchants,
    )
    week = await _week(db, merchants)
    specials = await _specials(db, merchants, clock.now().date() - timedelta(days=2))
    return [
        _row(store, week.get(store.place_id, []), specials.get(store.place_id, []))
        for store in stores
        if on_earth(Point(store.longitude, store.latitude))
    ]


def _row(store: _Store, spells: Sequence[Spell], specials: Sequence[SpecialSpell]) -> Row:
    known = bool(spells or specials)
    return Row(
        **{name: getattr(store, name) for name in store.__struct_fields__},
        hours=multirange(week_of(spells)) if known else None,
        others=other_days(spells, specials),
    )


async def _week(db: Db, merchants: Sequence[UUID]) -> dict[UUID, list[Spell]]:
    return await db.grouped(
        Spell,
        """
        select store_id as of_store, store_id, weekday, opens, closes from merchants.opening_hours
        where merchant_id = any(:merchants) order by store_id, weekday, opens
        """,
        merchants=merchants,
    )


async def _specials(db: Db, merchants: Sequence[UUID], first: date) -> dict[UUID, list[SpecialSpell]]:
    return await db.grouped(
        SpecialSpell,
        """
        select store_id as of_store, store_id, day, opens, closes, note from merchants.special_hours
        where merchant_id = any(:merchants) and day between :first and :last order by store_id, day, entry
        """,
        merchants=merchants,
        first=first,
        last=first + timedelta(days=MOST_DAYS),
    )
