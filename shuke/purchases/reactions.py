"""What the purchases room holds about a person."""

from uuid import UUID

from shuke.kit.db import Db
from shuke.people import exports


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
