"""Places in a meetup: taking one, waiting for one, giving it up, moving up. The meetup's row decides, whoever comes at once."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotAllowed, NotFound, Refusal
from shuke.kit.texts import clean
from shuke.meetups.queries import meetup_of
from shuke.meetups.telling import told_accepted, told_host, told_in, told_moved_up, told_out, told_refused
from shuke.meetups.types import Joining, MeetupRefused, Place
from shuke.moderation import check_words, pace


class _Given(msgspec.Struct, frozen=True):
    """What the meetup's row gave to who came."""

    standing: str
    number: int
    edition: int
    zone: str
    before: int


class Locked(msgspec.Struct, frozen=True):
    """A meetup whose row is held."""

    meetup_id: UUID
    host_id: UUID
    status: str
    over: bool
    begun: bool
    taken: int
    capacity: int
    waiting: int
    edition: int


async def join(db: Db, person_id: UUID, meetup_id: UUID, joining: Joining) -> Place:
    """A place, or the next number in the waiting list, or a question to the host where she approves.

    Refusals: not_found, already_in, refused_by_host, meetup_over, meetup_cancelled, words_refused, too_many_requests.
    """
    if joining.note:
        await check_words(db, person_id, joining.note, "meetup")
    await pace(db, person_id, "request")
    given = await db.one(
        _Given,
        """
        update meetups.meetups set numbers = numbers + 1, asking = asking + approval::int,
          taken = taken + (not approval and taken < capacity)::int, waiting = waiting + (not approval and taken >= capacity)::int
        where meetup_id = :meetup and status = 'planned' and hidden_at is null and starts_at > :now and host_id <> :person
          and not exists (select from friends.hidden h where h.person_id = :person and h.other_id = host_id)
          and (audience = 'everyone'
            or (audience = 'friends' and exists (select from friends.friends f where f.person_id = host_id and f.friend_id = :person))
            or (audience = 'tribe' and exists (select from tribes.members t where t.tribe_id = meetups.tribe_id and t.person_id = :person
              and t.standing in ('member', 'moderator', 'founder'))))
        returning case when approval then 'asking' when new.taken > old.taken then 'in' else 'waiting' end as standing,
          new.numbers as number, edition, zone, old.waiting as before
        """,
        meetup=meetup_id,
        person=person_id,
        now=clock.now(),
    )
    seated = given is not None and await _seat(db, person_id, meetup_id, given, joining)
    if given is None or not seated:
        raise await _why_not(db, person_id, meetup_id)
    await list_mine(db, meetup_id, [person_id])
    await (told_in if given.standing == "in" else told_host)(db, meetup_id, person_id)
    return Place(meetup_id, person_id, given.standing, given.before if given.standing == "waiting" else 0)


async def _seat(db: Db, person_id: UUID, meetup_id: UUID, given: _Given, joining: Joining) -> bool:
    """Her row; not where she has one that counts, nor where the host said no."""
    done = await db.run(
        """
        insert into meetups.guests as g (meetup_id, person_id, standing, number, edition, zone, note, at, in_at)
        values (:meetup, :person, :standing, :number, :edition, :zone, :note, :now, case when :standing = 'in' then :now::timestamptz end)
        on conflict (meetup_id, person_id) do update set standing = excluded.standing, number = excluded.number,
          edition = excluded.edition, zone = excluded.zone, note = excluded.note, at = excluded.at, in_at = excluded.in_at
          where g.standing = 'left'
        """,
        meetup=meetup_id,
        person=person_id,
        standing=given.standing,
        number=given.number,
        edition=given.edition,
        zone=joining.zone or given.zone,
        note=clean(joining.note),
        now=clock.now(),
    )
    return bool(done)


async def _why_not(db: Db, person_id: UUID, meetup_id: UUID) -> Refusal:
    meetup = await meetup_of(db, meetup_id, person_id)
    if meetup is None:
        return NotFound()
    if meetup.status == "cancelled":
        return MeetupRefused("meetup_cancelled", _("This meetup was cancelled."))
    if meetup.standing == "refused":
        return MeetupRefused("refused_by_host", _("The host has not accepted you for this meetup."))
    if meetup.standing in ("in", "waiting", "asking"):
        return MeetupRefused("already_in", _("You are on the list already."), standing=meetup.standing)
    return MeetupRefused("meetup_over", _("This meetup has begun. It takes nobody in any more."))


async def list_mine(db: Db, meetup_id: UUID, people: Sequence[UUID]) -> None:
    """Their own lists say what the meetup's row says; who is out has no row."""
    await db.run(
        """
        with standing as (
          select g.person_id, g.meetup_id, g.standing, m.host_id = g.person_id as host, m.starts_at, m.ends_at, g.came
          from meetups.guests g join meetups.meetups m on m.meetup_id = g.meetup_id
          where g.meetup_id = :meetup and g.person_id = any(:people::uuid[])
        ), gone as (
          delete from meetups.mine o using standing s
          where o.person_id = s.person_id and o.meetup_id = s.meetup_id and s.standing in ('left', 'refused')
        )
        insert into meetups.mine (person_id, meetup_id, standing, host, starts_at, ends_at, came)
        select person_id, meetup_id, standing, host, starts_at, ends_at, came from standing where standing not in ('left', 'refused')
        on conflict (person_id, meetup_id) do update set standing = excluded.standing, starts_at = excluded.starts_at,
          ends_at = excluded.ends_at, came = excluded.came
        """,
        meetup=meetup_id,
        people=list(people),
    )


async def lock(db: Db, meetup_id: UUID) -> Locked:
    """Hold a meetup's row until the transaction ends. Refusal: not_found."""
    found = await db.one(
        Locked,
        """
        select meetup_id, host_id, status, ends_at <= :now as over, starts_at <= :now as begun, taken, capacity, waiting, edition
        from meetups.meetups where meetup_id = :meetup for update
        """,
        meetup=meetup_id,
        now=clock.now(),
    )
    if found is None:
        raise NotFound
    return found


async def hold(db: Db, host_id: UUID, meetup_id: UUID) -> Locked:
    """The same for its host, while it is planned. Refusals: not_found, meetup_cancelled."""
    held = await lock(db, meetup_id)
    if held.host_id != host_id:
        meetup = await meetup_of(db, meetup_id, host_id)
        raise NotFound if meetup is None else NotAllowed("not_allowed", _("Only the host does this."))
    if held.status != "planned":
        raise MeetupRefused("meetup_cancelled", _("This meetup was cancelled."))
    return held


async def leave(db: Db, person_id: UUID, meetup_id: UUID) -> None:
    """Give up a place or a number in the line; who waits longest moves up at once. Refusals: not_found, host_stays, meetup_over."""
    held = await lock(db, meetup_id)
    if held.host_id == person_id:
        raise MeetupRefused("host_stays", _("You host this meetup. Cancel it if it does not take place."))
    if held.begun:
        raise MeetupRefused("meetup_over", _("This meetup has begun."))
    if not await free(db, held, person_id, "left"):
        raise NotFound


async def free(db: Db, held: Locked, person_id: UUID, as_: str) -> bool:
    """Take somebody off a list that is held; whether she was on it."""
    was = await db.value(
        str,
        """
        update meetups.guests set standing = :standing where meetup_id = :meetup and person_id = :person
          and standing in ('in', 'waiting', 'asking') returning old.standing
        """,
        standing=as_,
        meetup=held.meetup_id,
        person=person_id,
    )
    if was is None:
        return False
    await db.run(
        """
        update meetups.meetups set asking = asking - (:was = 'asking')::int,
          taken = taken - (:was = 'in' and waiting = 0)::int,
          waiting = waiting - (:was = 'waiting' or (:was = 'in' and waiting > 0))::int
        where meetup_id = :meetup
        """,
        was=was,
        meetup=held.meetup_id,
    )
    if was == "in":
        await db.run(
            "delete from meetups.votes where meetup_id = :meetup and person_id = :person",
            meetup=held.meetup_id,
            person=person_id,
        )
        await move_up(db, held.meetup_id, 1)
    await list_mine(db, held.meetup_id, [person_id])
    await told_out(db, held.meetup_id, person_id, was)
    return True


async def move_up(db: Db, meetup_id: UUID, most: int) -> list[UUID]:
    """The first of the line have places, which the meetup's row counts already: they are told at once."""
    people = await db.values(
        UUID,
        """
        update meetups.guests g set standing = 'in', in_at = :now, edition = m.edition from meetups.meetups m
        where m.meetup_id = :meetup and g.meetup_id = :meetup and g.person_id in (
          select w.person_id from meetups.guests w where w.meetup_id = :meetup and w.standing = 'waiting' order by w.number limit :most)
        returning g.person_id
        """,
        now=clock.now(),
        meetup=meetup_id,
        most=most,
    )
    if people:
        await list_mine(db, meetup_id, people)
        for person_id in people:
            await told_moved_up(db, meetup_id, person_id)
    return people


async def answer(db: Db, host_id: UUID, meetup_id: UUID, person_id: UUID, *, accepted: bool) -> Place:
    """The host says yes or no to who asks; a yes beyond the last place is a number in the line. Refusals: not_found, not_allowed,
    meetup_cancelled, meetup_over."""
    held = await hold(db, host_id, meetup_id)
    if held.begun:
        raise MeetupRefused("meetup_over", _("This meetup has begun."))
    standing = ("in" if held.taken < held.capacity else "waiting") if accepted else "refused"
    done = await db.run(
        """
        update meetups.guests set standing = :standing, in_at = case when :standing = 'in' then :now::timestamptz end
        where meetup_id = :meetup and person_id = :person and standing = 'asking'
        """,
        standing=standing,
        now=clock.now(),
        meetup=meetup_id,
        person=person_id,
    )
    if not done:
        raise NotFound
    await db.run(
        """
        update meetups.meetups set asking = asking - 1, taken = taken + (:standing = 'in')::int, waiting = waiting + (:standing = 'waiting')::int
        where meetup_id = :meetup
        """,
        standing=standing,
        meetup=meetup_id,
    )
    await list_mine(db, meetup_id, [person_id])
    if standing == "refused":
        await told_refused(db, meetup_id, person_id)
    else:
        await told_accepted(db, meetup_id, person_id)
    return Place(meetup_id, person_id, standing, held.waiting if standing == "waiting" else 0)


async def put_out(db: Db, host_id: UUID, meetup_id: UUID, person_id: UUID) -> None:
    """The host takes somebody off the list, who can't come back by herself. Refusals: not_found, not_allowed, host_stays,
    meetup_cancelled, meetup_over."""
    held = await hold(db, host_id, meetup_id)
    if held.begun:
        raise MeetupRefused("meetup_over", _("This meetup has begun."))
    if person_id == host_id:
        raise MeetupRefused("host_stays", _("You host this meetup. Cancel it if it does not take place."))
    if not await free(db, held, person_id, "refused"):
        raise NotFound
    await told_refused(db, meetup_id, person_id)


async def agree(db: Db, person_id: UUID, meetup_id: UUID) -> None:
    """Still coming, at the new time. Refusal: not_found."""
    done = await db.run(
        """
        update meetups.guests g set edition = m.edition from meetups.meetups m
        where m.meetup_id = :meetup and g.meetup_id = :meetup and g.person_id = :person and g.standing in ('in', 'waiting', 'asking')
        """,
        meetup=meetup_id,
        person=person_id,
    )
    if not done:
        raise NotFound
    await list_mine(db, meetup_id, [person_id])
    await told_host(db, meetup_id, person_id)
