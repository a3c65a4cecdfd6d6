"""What moderation forgets, and what it holds about a person."""

from datetime import timedelta
from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.kit.i18n import gettext as _
from shuke.kit.jobs import every_minute
from shuke.people import PersonErased, Shortcut, exports, shows

KEPT = timedelta(days=180)


@on(PersonErased)
async def forget(db: Db, event: PersonErased) -> None:
    """Her reports and what she wrote go; that and how something was decided stays, without words."""
    await db.run("delete from moderation.reports where person_id = :person", person=event.person_id)
    await db.run(
        """
        update moderation.cases set text = '', status = case when status = 'open' then 'dropped' else status end
        where author_id = :person
        """,
        person=event.person_id,
    )
    await db.run(
        """
        with spoken as (update moderation.decisions set reason = '', kept = null where author_id = :person returning decision_id)
        update moderation.appeals a set text = '', reason = '' from spoken where a.decision_id = spoken.decision_id
        """,
        person=event.person_id,
    )


@every_minute
async def sweep(db: Db) -> int:
    """Texts of cases that were decided half a year ago; how many."""
    return await db.run(
        """
        update moderation.cases set text = '' where case_id in (
          select c.case_id from moderation.cases c join moderation.decisions d using (case_id)
          where c.status = 'decided' and c.text <> '' and d.at < :before limit 500 for update of c skip locked)
        """,
        before=clock.now() - KEPT,
    )


@exports("moderation.reports")
async def _reports(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(r)::text from moderation.reports r where person_id = :person order by at", person=person_id
    )


@exports("moderation.decisions")
async def _decisions(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        """
        select (to_jsonb(d) - 'decided_by' - 'kept')::text from moderation.decisions d where author_id = :person order by at
        """,
        person=person_id,
    )


@exports("moderation.appeals")
async def _appeals(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        """
        select (to_jsonb(a) - 'decided_by')::text from moderation.appeals a join moderation.decisions d using (decision_id)
        where d.author_id = :person order by a.at
        """,
        person=person_id,
    )


@shows("moderation")
async def _decided(db: Db, person_id: UUID) -> list[Shortcut]:
    decided = await db.value(int, "select 1 from moderation.decisions where author_id = :person limit 1", person=person_id)
    return [Shortcut("gavel", _("Decisions about you"), "/appeals")] if decided is not None else []


@shows("moderation_reports")
async def _reported(db: Db, person_id: UUID) -> list[Shortcut]:
    reported = await db.value(int, "select 1 from moderation.reports where person_id = :person limit 1", person=person_id)
    return [Shortcut("flag", _("Your reports"), "/reports")] if reported is not None else []
