"""Reads of the samples room."""

from uuid import UUID

import msgspec

from shuke.kit.db import Db


class Sample(msgspec.Struct, frozen=True):
    """The latest deal of a sample offer; `staffed` where the demo's staff work."""

    offer: str
    merchant_id: UUID
    deal_id: UUID
    title: str
    merchant_name: str
    staffed: bool


async def samples(db: Db) -> list[Sample]:
    """Every sample offer; those of the shop where the demo's staff work first."""
    return await db.all(
        Sample,
        """
        select o.offer, o.merchant_id, o.deal_id, d.title, m.name as merchant_name,
          exists (select from merchants.staff e where e.merchant_id = o.merchant_id and e.ended_at is null) as staffed
        from samples.offers o
        join deals.deals d on d.merchant_id = o.merchant_id and d.deal_id = o.deal_id
        join merchants.merchants m on m.merchant_id = o.merchant_id
        order by staffed desc, o.offer
        """,
    )
