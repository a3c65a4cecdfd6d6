"""Reads of the moderation room."""

from uuid import UUID

from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound
from shuke.moderation.types import Case, CaseReport, Decision, Log, LogLine, Report, Thing

PAGE = 30


async def own_report(db: Db, person_id: UUID, kind: str, owner_id: UUID, thing_id: UUID) -> Report | None:
    """What this person has reported about a thing."""
    return await db.one(
        Report,
        """
        select r.report_id, r.kind, r.owner_id, r.thing_id, r.reason, r.text, r.at, d.outcome
        from moderation.reports r left join moderation.decisions d on d.case_id = r.case_id
        where r.person_id = :person and r.kind = :kind and r.owner_id = :owner and r.thing_id = :thing
        """,
        person=person_id,
        kind=kind,
        owner=owner_id,
        thing=thing_id,
    )


async def own_reports(db: Db, person_id: UUID) -> list[Report]:
    """The newest hundred that this person wrote."""
    return await db.all(
        Report,
        """
        select r.report_id, r.kind, r.owner_id, r.thing_id, r.reason, r.text, r.at, d.outcome
        from moderation.reports r left join moderation.decisions d on d.case_id = r.case_id
        where r.person_id = :person order by r.report_id desc limit 100
        """,
        person=person_id,
    )


async def case_of(db: Db, case_id: UUID) -> Case:
    """One case. Refusal: not_found."""
    case = await db.one(
        Case,
        """
        select c.case_id, c.kind, c.owner_id, c.thing_id, c.author_id, c.cause, c.text, c.status, c.opened_at, c.hidden_at,
          (select count(*) from moderation.reports r where r.case_id = c.case_id) as reports
        from moderation.cases c where c.case_id = :case
        """,
        case=case_id,
    )
    if case is None:
        raise NotFound
    return case


async def queue(db: Db, after: Cursor | None = None) -> list[Case]:
    """What waits for a decision, the oldest first."""
    return await db.all(
        Case,
        """
        select c.case_id, c.kind, c.owner_id, c.thing_id, c.author_id, c.cause, c.text, c.status, c.opened_at, c.hidden_at,
          (select count(*) from moderation.reports r where r.case_id = c.case_id) as reports
        from moderation.cases c
        where c.status = 'open' and (:at::timestamptz is null or (c.opened_at, c.case_id) > (:at, :after::uuid))
        order by c.opened_at, c.case_id limit :most
        """,
        at=after.at if after else None,
        after=after.row_id if after else None,
        most=PAGE + 1,
    )


async def reports_of_case(db: Db, case_id: UUID) -> list[CaseReport]:
    """What was said about it, the oldest first."""
    return await db.all(
        CaseReport,
        "select reason, text, at from moderation.reports where case_id = :case order by at limit 200",
        case=case_id,
    )


async def decision_of(db: Db, decision_id: UUID) -> Decision:
    """One decision. Refusal: not_found."""
    decision = await db.one(
        Decision,
        """
        select d.decision_id, d.case_id, d.kind, d.owner_id, d.thing_id, d.author_id, d.cause, d.outcome, d.rule, d.reason, d.decided_by,
          d.at, a.text as appeal, a.at as appealed_at, a.outcome as appeal_outcome, a.reason as appeal_reason,
          a.decided_at as appeal_decided_at
        from moderation.decisions d left join moderation.appeals a using (decision_id) where d.decision_id = :decision
        """,
        decision=decision_id,
    )
    if decision is None:
        raise NotFound
    return decision


async def decisions_about(db: Db, thing: Thing) -> list[Decision]:
    """What was decided about a thing, the newest first."""
    return await db.all(
        Decision,
        """
        select d.decision_id, d.case_id, d.kind, d.owner_id, d.thing_id, d.author_id, d.cause, d.outcome, d.rule, d.reason, d.decided_by,
          d.at, a.text as appeal, a.at as appealed_at, a.outcome as appeal_outcome, a.reason as appeal_reason,
          a.decided_at as appeal_decided_at
        from moderation.decisions d left join moderation.appeals a using (decision_id)
        where d.kind = :kind and d.owner_id = :owner and d.thing_id = :thing order by d.decision_id desc limit 20
        """,
        kind=thing.kind,
        owner=thing.owner_id,
        thing=thing.thing_id,
    )


async def decisions_on(db: Db, author_id: UUID) -> list[Decision]:
    """What was decided about somebody's things, the newest hundred."""
    return await db.all(
        Decision,
        """
        select d.decision_id, d.case_id, d.kind, d.owner_id, d.thing_id, d.author_id, d.cause, d.outcome, d.rule, d.reason, d.decided_by,
          d.at, a.text as appeal, a.at as appealed_at, a.outcome as appeal_outcome, a.reason as appeal_reason,
          a.decided_at as appeal_decided_at
        from moderation.decisions d left join moderation.appeals a using (decision_id)
        where d.author_id = :author order by d.decision_id desc limit 100
        """,
        author=author_id,
    )


async def open_appeals(db: Db) -> list[Decision]:
    """Decisions that wait for a second look, the longest waiting first."""
    return await db.all(
        Decision,
        """
        select d.decision_id, d.case_id, d.kind, d.owner_id, d.thing_id, d.author_id, d.cause, d.outcome, d.rule, d.reason, d.decided_by,
          d.at, a.text as appeal, a.at as appealed_at, a.outcome as appeal_outcome, a.reason as appeal_reason,
          a.decided_at as appeal_decided_at
        from moderation.appeals a join moderation.decisions d using (decision_id)
        where a.decided_at is null order by a.at limit 100
        """,
    )


async def public_log(db: Db, cursor: str | None = None) -> Log:
    """What was decided, without names and texts. Refusal: cursor_unreadable."""
    after = read_cursor(cursor)
    found = await db.all(
        LogLine,
        """
        select d.decision_id, d.kind, d.cause, d.outcome, d.rule, d.at, a.decision_id is not null as appealed,
          a.outcome as appeal_outcome
        from moderation.decisions d left join moderation.appeals a using (decision_id)
        where :at::timestamptz is null or (d.at, d.decision_id) < (:at, :before::uuid)
        order by d.at desc, d.decision_id desc limit :most
        """,
        at=after.at if after else None,
        before=after.row_id if after else None,
        most=PAGE + 1,
    )
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Log(found[:PAGE], Cursor(last.at, last.decision_id).text if last else None)
