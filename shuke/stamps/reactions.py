"""What follows a purchase on the punch card, and what the stamps room holds about a person."""

from uuid import UUID

from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.people import exports
from shuke.purchases import PurchaseRecorded, PurchaseReversed
from shuke.stamps.actions import stamp_purchase, take_back


@on(PurchaseRecorded)
async def stamp_bought(db: Db, event: PurchaseRecorded) -> None:
    """A member's purchase gives a stamp, a full card its reward."""
    if event.person_id is not None:
        await stamp_purchase(db, event.merchant_id, event.person_id, event.purchase_id, event.paid)


@on(PurchaseReversed)
async def unstamp_returned(db: Db, event: PurchaseReversed) -> None:
    """The stamp of a purchase that was taken back goes."""
    if event.person_id is not None:
        await take_back(db, event.merchant_id, event.person_id, event.purchase_id)


@exports("stamps.stamps")
async def _stamps(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        "select to_json(s)::text from stamps.stamps s where person_id = :person order by merchant_id, stamp_id",
        person=person_id,
    )


@exports("stamps.holders")
async def _holders(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        "select to_json(h)::text from stamps.holders h where person_id = :person order by merchant_id",
        person=person_id,
    )
