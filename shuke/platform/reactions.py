"""What the platform's office does when others announce something, and what it holds about a person."""

from uuid import UUID

from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.kit.i18n import gettext as _
from shuke.people import PersonErased, Shortcut, exports, shows
from shuke.platform.queries import is_operator


@on(PersonErased)
async def end_operator(db: Db, event: PersonErased) -> None:
    """An erased person operates nothing any more."""
    await db.run("delete from platform.operators where person_id = :person", person=event.person_id)


@exports("platform.operators")
async def _operators(db: Db, person_id: UUID) -> list[str]:
    return await db.values(str, "select to_json(o)::text from platform.operators o where person_id = :person", person=person_id)


@exports("platform.acts")
async def _acts(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(a)::text from platform.acts a where person_id = :person order by at", person=person_id
    )


@shows("platform")
async def _office(db: Db, person_id: UUID) -> list[Shortcut]:
    return (
        [Shortcut("shield-check", _("Platform office"), "/platform", "/platform")] if await is_operator(db, person_id) else []
    )
