"""Appeals: the author may ask once for a second look at what was hidden; another operator takes it where there is one."""

from datetime import timedelta
from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.live import announce
from shuke.kit.refusals import NotAllowed, NotFound, Refusal, Unreadable
from shuke.kit.texts import clean
from shuke.moderation.letters import tell_author
from shuke.moderation.queries import decision_of
from shuke.moderation.registry import moderated_kind
from shuke.moderation.standing import hold, keep_as_it_is, show_again
from shuke.moderation.types import Decision, NewSecondLook

OPEN_FOR = timedelta(days=90)


async def appeal(db: Db, person_id: UUID, decision_id: UUID, text: str) -> Decision:
    """Ask for a second look at a decision that hides something of one's own. Refusals: not_found, text_missing, appeal_closed,
    already_appealed."""
    decision = await decision_of(db, decision_id)
    if decision.author_id != person_id or decision.outcome != "hide":
        raise NotFound
    if not clean(text):
        raise Unreadable("text_missing", _("Say why the decision is wrong."))
    if decision.at < clock.now() - OPEN_FOR:
        raise Refusal("appeal_closed", _("A decision can be appealed for 90 days."))
    made = await db.run(
        "insert into moderation.appeals (decision_id, text, at) values (:decision, :text, :now) on conflict do nothing",
        decision=decision_id,
        text=clean(text),
        now=clock.now(),
    )
    if not made:
        raise Refusal("already_appealed", _("You have asked for a second look already."))
    return await decision_of(db, decision_id)


async def look_again(db: Db, operator_id: UUID, decision_id: UUID, new: NewSecondLook, *, alone: bool) -> Decision:
    """Decide an appeal; `alone`: there is no other operator than the one who decided first. The author is told. Refusals:
    not_found, reason_missing, second_look_by_another, own_thing, already_decided."""
    decision = await decision_of(db, decision_id)
    if decision.appealed_at is None:
        raise NotFound
    if not clean(new.reason):
        raise Unreadable("reason_missing", _("Say why: the author reads it."))
    if decision.author_id == operator_id:
        raise Refusal("own_thing", _("This is your own: another operator decides about it."))
    if decision.decided_by == operator_id and not alone:
        raise NotAllowed("second_look_by_another", _("You decided this first: the second look is another operator's."))
    thing = decision.thing
    if thing is not None:
        await hold(db, thing)
    mine = await db.run(
        """
        update moderation.appeals set outcome = :outcome, reason = :reason, decided_by = :by, decided_at = :now
        where decision_id = :decision and decided_at is null
        """,
        outcome=new.outcome,
        reason=clean(new.reason),
        by=operator_id,
        now=clock.now(),
        decision=decision_id,
    )
    if not mine:
        raise Refusal("already_decided", _("Somebody else has decided this already."))
    if new.outcome == "overturned" and thing is not None:
        await keep_as_it_is(db, decision_id, await moderated_kind(thing.kind).shown(db, thing.owner_id, thing.thing_id))
        await show_again(db, thing)
    looked = await decision_of(db, decision_id)
    await tell_author(db, looked)
    await announce(db, f"person:{decision.author_id}", "waiting")
    return looked
