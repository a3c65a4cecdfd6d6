"""What the explore room tells the index of places: when merchants' deals can be bought, and where."""

from collections.abc import Sequence
from uuid import UUID

from shuke.deals import DealPublished, DealStopped
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.places import Offer, offers, set_deals


@offers
async def offers_of(db: Db, merchants: Sequence[UUID]) -> list[Offer]:
    """Deals that are sold now or will be, while their vouchers are given out; at most 100 of a merchant."""
    return await db.all(
        Offer,
        """
        select m as merchant_id, d.starts_at, d.ends_at, array(select s.store_id from vouchers.template_stores s
          where s.merchant_id = d.merchant_id and s.template_id = d.template_id order by s.store_id) as stores
        from unnest(:merchants::uuid[]) m cross join lateral (
          select d.* from deals.deals d
          join vouchers.templates t on t.merchant_id = d.merchant_id and t.template_id = d.template_id and t.status = 'active'
          where d.merchant_id = m and d.status = 'on' and d.ends_at > :now order by d.ends_at limit 100) d
        """,
        merchants=merchants,
        now=clock.now(),
    )


@on(DealPublished)
async def sell(db: Db, event: DealPublished) -> None:
    """The map knows from when until when."""
    await set_deals(db, event.merchant_id, await offers_of(db, [event.merchant_id]))


@on(DealStopped)
async def sell_no_more(db: Db, event: DealStopped) -> None:
    """The map forgets it."""
    await set_deals(db, event.merchant_id, await offers_of(db, [event.merchant_id]))
