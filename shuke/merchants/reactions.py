"""What the merchants room does when others announce something, and what it holds about a person."""

from uuid import UUID

from shuke.kit import clock
from shuke.kit.cache import changed
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.people import PersonErased, exports


@on(PersonErased)
async def end_every_job(db: Db, event: PersonErased) -> None:
    """An erased person works nowhere any more; her acts stay with her id."""
    await db.run(
        """
        update merchants.staff set name = '', ended_at = coalesce(ended_at, :now), ended_by = coalesce(ended_by, :person)
        where person_id = :person
        """,
        now=clock.now(),
        person=event.person_id,
    )
    await db.run("delete from merchants.jobs where person_id = :person", person=event.person_id)
    await changed(db, event.person_id)


@exports("merchants.staff")
async def _staff(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        """
        select (to_jsonb(s) || jsonb_build_object('merchant', m.name))::text
        from merchants.staff s join merchants.merchants m using (merchant_id) where s.person_id = :person order by s.added_at
        """,
        person=person_id,
    )


@exports("merchants.scans")
async def _scans(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(s)::text from merchants.scans s where person_id = :person order by at", person=person_id
    )


@exports("merchants.vetting")
async def _decisions(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(v)::text from merchants.vetting v where person_id = :person order by at", person=person_id
    )
