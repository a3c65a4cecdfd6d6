"""What the ledger holds about a person."""

from uuid import UUID

from shuke.kit.db import Db
from shuke.people import exports


@exports("ledger.accounts")
async def _accounts(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        "select to_json(a)::text from ledger.accounts a where holder_id = :person order by merchant_id, kind",
        person=person_id,
    )


@exports("ledger.lots")
async def _lots(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(l)::text from ledger.lots l where person_id = :person order by at, lot_id", person=person_id
    )


@exports("ledger.transfers")
async def _transfers(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        "select to_json(t)::text from ledger.transfers t where :person in (from_holder, to_holder) order by at, transfer_id",
        person=person_id,
    )
