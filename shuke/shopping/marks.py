"""Marks on deals in a list: which are sold out, and how far away the nearest store is that takes what they give."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.checkout import Lines
from shuke.deals import Deal
from shuke.kit.db import Db
from shuke.kit.geo import Point, metres, on_earth


class _Store(msgspec.Struct, frozen=True):
    """A store of a deal, where it is known."""

    deal_id: UUID
    longitude: float
    latitude: float


def here_of(longitude: float | None, latitude: float | None) -> Point | None:
    """Where somebody is, if she said so and there is such a place."""
    if longitude is None or latitude is None:
        return None
    here = Point(longitude, latitude)
    return here if on_earth(here) else None


async def sold_out(lines: Lines, deals: Sequence[Deal]) -> set[UUID]:
    """Those of which nothing is free, and nobody holds or waits for anything that could come back."""
    counted = [deal for deal in deals if deal.stock is not None]
    found = await asyncio.gather(*(lines.get((deal.merchant_id, deal.deal_id)) for deal in counted))
    return {
        deal.deal_id
        for deal, line in zip(counted, found, strict=True)
        if line is not None and line.free <= 0 and not line.held and not line.numbers
    }


async def distances(db: Db, deals: Sequence[Deal], here: Point | None) -> dict[UUID, float]:
    """Metres to the nearest open store of each deal; nothing for one whose stores nobody has put on the map."""
    if here is None or not deals:
        return {}
    stores = await db.all(
        _Store,
        """
        select d.deal_id, s.longitude, s.latitude
        from unnest(:merchants::uuid[], :deals::uuid[], :templates::uuid[]) as d(merchant_id, deal_id, template_id)
        join merchants.stores s on s.merchant_id = d.merchant_id and s.closed_at is null and s.longitude is not null and s.latitude is not null
        where not exists (select from vouchers.template_stores t where t.merchant_id = d.merchant_id and t.template_id = d.template_id)
          or exists (select from vouchers.template_stores t
            where t.merchant_id = d.merchant_id and t.template_id = d.template_id and t.store_id = s.store_id)
        """,
        merchants=[deal.merchant_id for deal in deals],
        deals=[deal.deal_id for deal in deals],
        templates=[deal.template_id for deal in deals],
    )
    nearest: dict[UUID, float] = {}
    for store in stores:
        away = metres(here, Point(store.longitude, store.latitude))
        nearest[store.deal_id] = min(away, nearest.get(store.deal_id, away))
    return nearest
