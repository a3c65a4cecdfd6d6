"""What follows a purchase, and what the purchases room holds about a person."""

from uuid import UUID

from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.kit.live import announce
from shuke.people import exports
from shuke.purchases.types import PurchaseRecorded, PurchaseReversed


@on(PurchaseRecorded)
async def show_recorded(db: Db, event: PurchaseRecorded) -> None:
    """The store's list of the day and the guest's points change by themselves."""
    await announce(db, f"till:{event.merchant_id}:{event.store_id}", "today")
    if event.person_id is not None:
        await announce(db, f"person:{event.person_id}", "wallet")


@on(PurchaseReversed)
async def show_reversed(db: Db, event: PurchaseReversed) -> None:
    """So they do when it is taken back."""
    await announce(db, f"till:{event.merchant_id}:{event.store_id}", "today")
    if event.person_id is not None:
        await announce(db, f"person:{event.person_id}", "wallet")


@exports("purchases.purchases")
async def _purchases(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        "select to_json(p)::text from purchases.purchases p where person_id = :person order by at, purchase_id",
        person=person_id,
    )


@exports("purchases.lines")
async def _lines(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        """
        select to_json(l)::text from purchases.purchases p join purchases.lines l using (merchant_id, purchase_id)
        where p.person_id = :person order by p.at, l.purchase_id, l.line
        """,
        person=person_id,
    )
