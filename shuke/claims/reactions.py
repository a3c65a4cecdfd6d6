"""What the claims room holds about a person."""

from uuid import UUID

from shuke.kit.db import Db
from shuke.people import exports


@exports("claims.taken")
async def _taken(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(t)::text from claims.taken t where person_id = :person order by at", person=person_id
    )
