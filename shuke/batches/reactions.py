"""What the batches room does when others announce something."""

from uuid import UUID

from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.people import PersonErased, exports


@on(PersonErased)
async def forget_lines(db: Db, event: PersonErased) -> None:
    """What a file said of an erased person goes; what was done for her stays counted."""
    await db.run("update batches.lines set member = '' where person_id = :person", person=event.person_id)


@exports("batches.lines")
async def _lines(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        "select to_json(b)::text from batches.lines b where person_id = :person order by batch_id, line",
        person=person_id,
    )
