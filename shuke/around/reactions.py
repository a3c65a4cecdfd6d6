"""What the around room does when somebody is erased, and what it holds about a person."""

from uuid import UUID

from shuke.around.actions import stop
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.people import PersonErased, exports


@on(PersonErased)
async def forget(db: Db, event: PersonErased) -> None:
    """Nothing stays."""
    await stop(db, event.person_id)
    await db.run("delete from around.secrets where person_id = :person", person=event.person_id)


@exports("around.looking")
async def _looking(db: Db, person_id: UUID) -> list[str]:
    return await db.values(str, "select to_json(l)::text from around.looking l where person_id = :person", person=person_id)


@exports("around.secrets")
async def _secrets(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select (to_jsonb(s) - 'secret')::text from around.secrets s where person_id = :person", person=person_id
    )


@exports("around.shown")
async def _shown(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        """
        select (to_jsonb(s) - 'grain')::text from around.looking l join around.shown s on s.cell = l.cell and s.person_id = l.person_id
        where l.person_id = :person
        """,
        person=person_id,
    )
