"""What the agreements room does when a person is erased, and what it holds about one."""

from uuid import UUID

from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.people import PersonErased, exports


@on(PersonErased)
async def unlink_erased(db: Db, event: PersonErased) -> None:
    """An erased person sees no party's earnings any more."""
    await db.run("delete from agreements.party_people where person_id = :person", person=event.person_id)
    await db.run("update agreements.party_changes set person_id = null where person_id = :person", person=event.person_id)


@exports("agreements.party_people")
async def _parties(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        "select to_json(p)::text from agreements.party_people p where person_id = :person order by added_at",
        person=person_id,
    )


@exports("agreements.party_changes")
async def _links(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        "select (to_jsonb(c) - 'changed_by')::text from agreements.party_changes c where person_id = :person order by at",
        person=person_id,
    )
