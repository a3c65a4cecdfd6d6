"""What the deals room does when its deals come and go: those who look after them see it at once."""

from uuid import UUID

from shuke.deals.types import DealPublished, DealStopped, StockAdded
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.kit.live import announce_all


@on(DealPublished)
async def show_published(db: Db, event: DealPublished) -> None:
    """The staff's open pages of deals look again."""
    await _tell_staff(db, event.merchant_id)


@on(DealStopped)
async def show_stopped(db: Db, event: DealStopped) -> None:
    """The staff's open pages of deals look again."""
    await _tell_staff(db, event.merchant_id)


@on(StockAdded)
async def show_stock(db: Db, event: StockAdded) -> None:
    """The staff's open pages of deals look again."""
    await _tell_staff(db, event.merchant_id)


async def _tell_staff(db: Db, merchant_id: UUID) -> None:
    staff = await db.values(
        UUID, "select person_id from merchants.staff where merchant_id = :merchant and ended_at is null", merchant=merchant_id
    )
    await announce_all(db, [f"person:{person_id}" for person_id in staff], "deals")
