"""Before and after: reminders; who came, by the till's proof or the host's word; and what is said to it."""

from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.jobs import every_minute
from shuke.kit.refusals import NotFound
from shuke.kit.texts import clean
from shuke.meetups.queries import meetup_of
from shuke.meetups.seats import hold, list_mine
from shuke.meetups.telling import look_again, reminded
from shuke.meetups.types import Attendance, MeetupRefused
from shuke.moderation import check_words
from shuke.places import place_of


class _Due(msgspec.Struct, frozen=True):
    meetup_id: UUID
    kind: str


class _Where(msgspec.Struct, frozen=True):
    place_id: UUID | None
    spot_text: str


@every_minute
async def remind(db: Db) -> int:
    """One reminder that is due: a letter to everybody who is in; or, once it is over, a look at the tills' proofs."""
    due = await db.one(
        _Due,
        """
        delete from meetups.reminders where (meetup_id, kind) in (
          select meetup_id, kind from meetups.reminders where due_at <= :now order by due_at limit 1 for update skip locked)
        returning meetup_id, kind
        """,
        now=clock.now(),
    )
    if due is None:
        return 0
    if due.kind == "after":
        await see_proofs(db, due.meetup_id)
        return 1
    where = await db.one(
        _Where,
        """
        select place_id, spot_text from meetups.meetups
        where meetup_id = :meetup and status = 'planned' and starts_at > :now and hidden_at is null
        """,
        meetup=due.meetup_id,
        now=clock.now(),
    )
    if where is not None:
        place = await place_of(db, where.place_id) if where.place_id is not None else None
        said = ", ".join(part for part in ((place.name, place.street) if place else ()) if part)
        await reminded(db, due.meetup_id, " · ".join(part for part in (said, where.spot_text) if part), day=due.kind == "day")
    return 1


async def see_proofs(db: Db, meetup_id: UUID) -> int:
    """Who was at the venue from two hours before until two hours after it, as its till proves, came; how many are new."""
    people = await db.values(
        UUID,
        """
        update meetups.guests g set came = 'came', came_by = 'proof' from meetups.meetups m
        where m.meetup_id = :meetup and g.meetup_id = m.meetup_id and g.standing = 'in' and g.came_by is distinct from 'proof'
          and m.place_id is not null and m.status = 'planned' and m.starts_at <= :now
          and exists (select from visits.visits v where v.person_id = g.person_id and v.place_id = m.place_id and v.undone_at is null
            and v.at between m.starts_at - interval '2 hours' and m.ends_at + interval '2 hours')
        returning g.person_id
        """,
        meetup=meetup_id,
        now=clock.now(),
    )
    if people:
        await list_mine(db, meetup_id, people)
    return len(people)


async def mark(db: Db, host_id: UUID, meetup_id: UUID, attendance: Attendance) -> None:
    """The host says who came and who did not, once it is over; not against the till's proof. Refusals: not_found, not_allowed,
    meetup_cancelled, not_over_yet, proven."""
    held = await hold(db, host_id, meetup_id)
    if not held.over:
        raise MeetupRefused("not_over_yet", _("Wait until the meetup is over."))
    await see_proofs(db, meetup_id)
    done = await db.run(
        """
        update meetups.guests set came = :came, came_by = 'host'
        where meetup_id = :meetup and person_id = :person and standing = 'in' and person_id <> :host and came_by is distinct from 'proof'
        """,
        came=attendance.came,
        meetup=meetup_id,
        person=attendance.person_id,
        host=host_id,
    )
    if not done:
        proven = await db.value(
            bool,
            """
            select exists (select from meetups.guests where meetup_id = :meetup and person_id = :person and came_by = 'proof')
            """,
            meetup=meetup_id,
            person=attendance.person_id,
        )
        if not proven:
            raise NotFound
        if attendance.came == "absent":
            raise MeetupRefused("proven", _("She was there: the till of the place proves it."))
        return
    await list_mine(db, meetup_id, [attendance.person_id])
    await look_again(db, [attendance.person_id])


async def dispute(db: Db, person_id: UUID, meetup_id: UUID, text: str) -> None:
    """ "I was there": once, beside the mark, for whoever sees it. The till's proof takes the mark away by itself. Refusals: not_found,
    nothing_to_dispute, disputed_already, words_refused."""
    meetup = await meetup_of(db, meetup_id, person_id)
    if meetup is None:
        raise NotFound
    if await see_proofs(db, meetup_id):
        meetup = await meetup_of(db, meetup_id, person_id)
        if meetup is not None and meetup.came == "came":
            return
    await check_words(db, person_id, text, "meetup")
    done = await db.run(
        """
        update meetups.mine set disputed_at = :now, disputed = :text
        where person_id = :person and meetup_id = :meetup and came = 'absent' and disputed_at is null
        """,
        now=clock.now(),
        text=clean(text),
        person=person_id,
        meetup=meetup_id,
    )
    if not done:
        if meetup is None or meetup.came != "absent":
            raise MeetupRefused("nothing_to_dispute", _("Nobody said that you were not there."))
        raise MeetupRefused("disputed_already", _("You have said so already. The host sees it."))
    await look_again(db, [meetup.host_id] if meetup else [])
