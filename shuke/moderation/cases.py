"""Cases: what waits for a decision, how reports bring it there, and the decision itself."""

from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.live import announce
from shuke.kit.refusals import NotFound, Refusal, Unreadable
from shuke.kit.texts import clean
from shuke.moderation.letters import tell_author
from shuke.moderation.paces import DAY, pace
from shuke.moderation.queries import case_of, decision_of, own_report
from shuke.moderation.registry import MODERATED, moderated_kind
from shuke.moderation.standing import hold, keep_as_it_is, kept_before, show_again
from shuke.moderation.types import SERIOUS, Case, Cause, Decision, NewDecision, NewReport, Report, Shown, Thing

THRESHOLD = 3
"""So many people with a serious reason hide a thing until it is decided; accounts of less than a day don't count. What was kept once
waits in the queue but is seen meanwhile, unless it was changed."""


async def report(db: Db, person_id: UUID, new: NewReport) -> Report:
    """Say that a thing breaks a rule: once for each person and thing, again is the first one. Refusals: not_found, own_thing,
    too_many_requests."""
    earlier = await own_report(db, person_id, new.kind, new.owner_id, new.thing_id)
    if earlier is not None:
        return earlier
    found = await moderated_kind(new.kind).shown(db, new.owner_id, new.thing_id)
    if found is None:
        raise NotFound
    if found.author_id == person_id:
        raise Refusal("own_thing", _("This is your own: you can take it away yourself."))
    await pace(db, person_id, "report")
    thing = Thing(new.kind, new.owner_id, new.thing_id)
    await hold(db, thing)
    case_id = await open_case(db, thing, found.author_id, "reports", found.text)
    await db.run(
        """
        insert into moderation.reports (person_id, kind, owner_id, thing_id, case_id, reason, serious, text, at)
        values (:person, :kind, :owner, :thing, :case, :reason, :serious, :text, :now) on conflict do nothing
        """,
        person=person_id,
        kind=new.kind,
        owner=new.owner_id,
        thing=new.thing_id,
        case=case_id,
        reason=new.reason,
        serious=new.reason in SERIOUS,
        text=clean(new.text),
        now=clock.now(),
    )
    await _hide_for_now(db, thing, case_id, found)
    written = await own_report(db, person_id, new.kind, new.owner_id, new.thing_id)
    assert written is not None
    return written


async def open_case(db: Db, thing: Thing | str, author_id: UUID, cause: Cause, text: str) -> UUID:
    """The open case of a thing, a new one where there is none. Its row is held until commit. A kind alone: the thing isn't there yet."""
    case_id = await db.value(
        UUID,
        """
        insert into moderation.cases as c (kind, owner_id, thing_id, author_id, cause, text, status, opened_at)
        values (:kind, :owner, :thing, :author, :cause, :text, 'open', :now)
        on conflict (kind, owner_id, thing_id) where status = 'open' do update set cause =
          case when c.cause = 'unread' then excluded.cause else c.cause end
        returning case_id
        """,
        kind=thing if isinstance(thing, str) else thing.kind,
        owner=author_id if isinstance(thing, str) else thing.owner_id,
        thing=None if isinstance(thing, str) else thing.thing_id,
        author=author_id,
        cause=cause,
        text=text[:20000],
        now=clock.now(),
    )
    assert case_id is not None
    return case_id


async def _hide_for_now(db: Db, thing: Thing, case_id: UUID, shown: Shown) -> None:
    """Hide what enough people with accounts of more than a day report for a serious reason, if nobody has kept it as it is."""
    if await kept_before(db, thing, shown):
        return
    hidden = await db.run(
        """
        update moderation.cases c set hidden_at = :now where case_id = :case and status = 'open' and hidden_at is null and :most <= (
          select count(*) from moderation.reports r join people.people p using (person_id)
          where r.case_id = c.case_id and r.serious and p.created_at < :before and p.erased_at is null)
        """,
        now=clock.now(),
        case=case_id,
        most=THRESHOLD,
        before=clock.now() - DAY,
    )
    if hidden:
        await MODERATED[thing.kind].hide(db, thing.owner_id, thing.thing_id, hidden=True)


async def decide(db: Db, operator_id: UUID, case_id: UUID, new: NewDecision) -> Decision:
    """Keep or hide a thing; of two operators at once the first one's holds. The author is told. Refusals: not_found,
    already_decided, reason_missing, gone (there is nothing to hide any more), own_thing."""
    if new.outcome == "hide" and not (new.rule and clean(new.reason)):
        raise Unreadable("reason_missing", _("Choose the rule and say why: the author reads it."))
    case = await _close(db, operator_id, await case_of(db, case_id))
    decision_id = await db.value(
        UUID,
        """
        insert into moderation.decisions
          (case_id, kind, owner_id, thing_id, author_id, cause, outcome, rule, reason, decided_by, at)
        values (:case, :kind, :owner, :thing, :author, :cause, :outcome, :rule, :reason, :by, :now) returning decision_id
        """,
        case=case_id,
        kind=case.kind,
        owner=case.owner_id,
        thing=case.thing_id,
        author=case.author_id,
        cause=case.cause,
        outcome=new.outcome,
        rule=new.rule if new.outcome == "hide" else "",
        reason=clean(new.reason),
        by=operator_id,
        now=clock.now(),
    )
    assert decision_id is not None
    await _carry_out(db, case, decision_id, hidden=new.outcome == "hide")
    decision = await decision_of(db, decision_id)
    if decision.outcome == "hide" or case.hidden_at is not None:
        await tell_author(db, decision)
    await announce(db, f"person:{case.author_id}", "waiting")
    return decision


async def _close(db: Db, operator_id: UUID, seen: Case) -> Case:
    """The case, decided by this call. One condition: of two at once one finds it open."""
    if seen.thing is not None:
        await hold(db, seen.thing)
    mine = await db.run(
        "update moderation.cases set status = 'decided' where case_id = :case and status = 'open' and author_id <> :by",
        case=seen.case_id,
        by=operator_id,
    )
    case = await case_of(db, seen.case_id)
    if not mine and case.status == "open":
        raise Refusal("own_thing", _("This is your own: another operator decides about it."))
    if not mine:
        raise Refusal("already_decided", _("Somebody else has decided this already."))
    return case


async def _carry_out(db: Db, case: Case, decision_id: UUID, *, hidden: bool) -> None:
    """Hide it; or let it be, and show again what this case alone has hidden."""
    thing = case.thing
    shown = await moderated_kind(thing.kind).shown(db, thing.owner_id, thing.thing_id) if thing is not None else None
    if hidden and (thing is None or shown is None):
        raise _gone()
    if thing is None or shown is None:
        return
    if hidden:
        await MODERATED[thing.kind].hide(db, thing.owner_id, thing.thing_id, hidden=True)
        return
    await keep_as_it_is(db, decision_id, shown)
    if case.hidden_at is not None:
        await show_again(db, thing)


def _gone() -> Refusal:
    return Refusal("gone", _("There is nothing to hide any more. Keep it, and the case is closed."))
