"""What the profiles room does when somebody is erased, and what it holds about a person."""

from uuid import UUID

from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.people import PersonErased, exports
from shuke.profiles import things

KINDS = things.Faces  # importing it registers the kinds


@on(PersonErased)
async def forget(db: Db, event: PersonErased) -> None:
    """Her page goes with her."""
    await db.run("delete from profiles.profiles where person_id = :person", person=event.person_id)


@exports("profiles.profiles")
async def _profiles(db: Db, person_id: UUID) -> list[str]:
    return await db.values(str, "select to_json(p)::text from profiles.profiles p where person_id = :person", person=person_id)
