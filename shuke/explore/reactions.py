"""What the explore room tells the index of places and the search, which deals are sold, when and where; and what it holds about a person."""

from collections.abc import Sequence
from uuid import UUID

from shuke.deals import DealPublished, DealStopped
from shuke.explore.watch import KEPT, end_watch
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.kit.jobs import every_minute
from shuke.people import PersonErased, exports
from shuke.places import Offer, offers, set_deals
from shuke.search import Sold, follow_merchants, sold


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


@sold
async def titles_of(db: Db, merchants: Sequence[UUID]) -> list[Sold]:
    """What the deals are called that are sold now or will be; at most 100 of a merchant."""
    return await db.all(
        Sold,
        """
        select m as merchant_id, d.title from unnest(:merchants::uuid[]) m cross join lateral (
          select title from deals.deals d where d.merchant_id = m and d.status = 'on' and d.ends_at > :now order by d.ends_at limit 100) d
        """,
        merchants=merchants,
        now=clock.now(),
    )


@on(DealPublished)
async def sell(db: Db, event: DealPublished) -> None:
    """The map knows from when until when, the search what it is called."""
    await set_deals(db, event.merchant_id, await offers_of(db, [event.merchant_id]))
    await follow_merchants(db, [event.merchant_id])


@on(DealStopped)
async def sell_no_more(db: Db, event: DealStopped) -> None:
    """Map and search forget it."""
    await set_deals(db, event.merchant_id, await offers_of(db, [event.merchant_id]))
    await follow_merchants(db, [event.merchant_id])


@on(PersonErased)
async def forget(db: Db, event: PersonErased) -> None:
    """An erased person is told of nothing, and was told of nothing."""
    await end_watch(db, event.person_id)
    await db.run("delete from explore.told where person_id = :person", person=event.person_id)


@every_minute
async def forget_old(db: Db) -> int:
    """What was told long ago counts for nothing any more."""
    return await db.run(
        """
        delete from explore.told where (person_id, told_id) in (
          select person_id, told_id from explore.told where at < :past limit 500 for update skip locked)
        """,
        past=clock.now() - KEPT,
    )


@exports("explore.watchers")
async def _watch(db: Db, person_id: UUID) -> list[str]:
    return await db.values(str, "select to_json(w)::text from explore.watchers w where person_id = :person", person=person_id)


@exports("explore.told")
async def _told(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(t)::text from explore.told t where person_id = :person order by at", person=person_id
    )
