"""Writes of hosts: proposing a meetup, changing it, calling it off."""

from datetime import datetime, timedelta
from uuid import UUID

from shuke.chat import NewGroup, close, open_group, told
from shuke.kit import clock, ids
from shuke.kit.db import Db
from shuke.kit.forms import known_zone
from shuke.kit.geo import Point, mercator
from shuke.kit.i18n import gettext as _
from shuke.kit.limits import at_most
from shuke.kit.refusals import NotFound
from shuke.kit.texts import clean
from shuke.meetups.queries import meetup_of
from shuke.meetups.seats import hold, list_mine, move_up
from shuke.meetups.telling import told_cancelled, told_changed
from shuke.meetups.types import PROPOSED, Changes, Meetup, MeetupRefused, NewMeetup
from shuke.moderation import Thing, check_words, pace
from shuke.places import Place, places_of

LONGEST = timedelta(days=14)
FURTHEST = timedelta(days=366)
SIDE = 25_000  # metres of Mercator's plane: the squares of "near me"
AHEAD = {"day": timedelta(days=1), "hours": timedelta(hours=2)}
MOVED = 5  # times a day that a meetup may be moved: each is a letter to everybody on its list
AFTER = timedelta(hours=3)  # when the tills' proofs are looked at


def cell_of(point: Point, east: int = 0, north: int = 0) -> int:
    """The square of a point, or one beside it."""
    x, y = mercator(point)
    return (int(x // SIDE) + east) * 10_000 + int(y // SIDE) + north


async def propose(db: Db, host_id: UUID, new: NewMeetup) -> Meetup:
    """A new meetup with its host in it, and its chat. Refusals: words_missing, words_refused, too_many_requests, time_unreadable,
    no_venue, too_many_places, vote_too_late, not_found (a place, a tribe or a deal that is not there)."""
    if not clean(new.title):
        raise MeetupRefused("words_missing", _("Give the meetup a title."))
    _demand_time(new.starts_at, new.ends_at)
    venues = await _venues(db, new)
    meetup_id = ids.uuid7()
    await check_words(db, host_id, f"{new.title}\n{new.text}\n{new.spot}", "meetup", Thing("meetup", meetup_id, meetup_id))
    await pace(db, host_id, "meetup")
    conversation_id = await open_group(db, NewGroup("meetup", clean(new.title), host_id, (), None, meetup_id))
    await _write(db, host_id, meetup_id, new, venues, conversation_id)
    await _seat_host(db, host_id, meetup_id, new)
    if len(venues) > 1:
        await _put_to_vote(db, host_id, meetup_id, venues)
    await list_mine(db, meetup_id, [host_id])
    await remind_at(db, meetup_id, new.starts_at, new.ends_at)
    meetup = await meetup_of(db, meetup_id, host_id)
    assert meetup is not None
    return meetup


def _demand_start(starts_at: datetime) -> None:
    now = clock.now()
    if starts_at.tzinfo is None or not now < starts_at < now + FURTHEST:
        raise MeetupRefused("time_unreadable", _("Choose a time within the coming year."))


def _demand_time(starts_at: datetime, ends_at: datetime) -> None:
    _demand_start(starts_at)
    if ends_at.tzinfo is None or not timedelta() < ends_at - starts_at <= LONGEST:
        raise MeetupRefused("time_unreadable", _("It ends after it begins, and within two weeks."))


async def _venues(db: Db, new: NewMeetup) -> list[Place]:
    """The places that were chosen: one is the venue, several are voted on."""
    wanted = list(dict.fromkeys(new.places))
    if len(wanted) > PROPOSED:
        raise MeetupRefused("too_many_places", _("At most %(most)s places can be voted on.") % {"most": PROPOSED})
    if not wanted and not clean(new.spot):
        raise MeetupRefused("no_venue", _("Choose a place, or say where you meet."))
    if len(wanted) > 1 and not (new.vote_until and new.vote_until.tzinfo and clock.now() < new.vote_until < new.starts_at):
        raise MeetupRefused("vote_too_late", _("The vote ends before the meetup begins. Choose a moment between now and then."))
    found = await places_of(db, wanted)
    if len(found) != len(wanted):
        raise NotFound
    return [found[place_id] for place_id in wanted]


async def _write(db: Db, host_id: UUID, meetup_id: UUID, new: NewMeetup, venues: list[Place], conversation_id: UUID) -> None:
    first = venues[0] if venues else None
    written = await db.run(
        """
        insert into meetups.meetups (meetup_id, host_id, kind, title, text, starts_at, ends_at, zone, capacity, approval, audience, tribe_id,
          place_id, spot_text, vote_until, deal_owner, deal_id, city, cell, conversation_id, created_at)
        select :meetup, :host, :kind, :title, :text, :starts, :ends, :zone, :capacity::int, :approval, :audience::text, :tribe::uuid, :place,
          :spot, :vote_until, case when :deal::uuid is not null then :deal_owner::uuid end, :deal, :city, :cell, :conversation, :now
        where (:audience = 'tribe') = (:tribe is not null)
          and (:tribe is null or exists (select from tribes.members t where t.tribe_id = :tribe and t.person_id = :host
            and t.standing in ('member', 'moderator', 'founder')))
          and (:deal is null or exists (select from deals.deals d where d.merchant_id = :deal_owner and d.deal_id = :deal and d.status = 'on'))
        """,
        meetup=meetup_id,
        host=host_id,
        kind=new.kind,
        title=clean(new.title),
        text=clean(new.text),
        starts=new.starts_at,
        ends=new.ends_at,
        zone=first.zone if first else _zone(new.zone),
        capacity=new.capacity,
        approval=new.approval,
        audience=new.audience,
        tribe=new.tribe_id,
        place=first.place_id if first and len(venues) == 1 else None,
        spot=clean(new.spot),
        vote_until=new.vote_until if len(venues) > 1 else None,
        deal=new.deal_id,
        deal_owner=first.merchant_id if first else None,
        city=first.city if first else "",
        cell=cell_of(first.point) if first else None,
        conversation=conversation_id,
        now=clock.now(),
    )
    if not written:
        raise NotFound


def _zone(name: str) -> str:
    return name if known_zone(name) else "UTC"


async def _seat_host(db: Db, host_id: UUID, meetup_id: UUID, new: NewMeetup) -> None:
    await db.run(
        """
        insert into meetups.guests (meetup_id, person_id, standing, number, edition, zone, at, in_at)
        values (:meetup, :host, 'in', 0, 0, :zone, :now, :now)
        """,
        meetup=meetup_id,
        host=host_id,
        zone=new.zone if known_zone(new.zone) and new.zone != "UTC" else "",
        now=clock.now(),
    )


async def _put_to_vote(db: Db, host_id: UUID, meetup_id: UUID, venues: list[Place]) -> None:
    await db.run(
        """
        insert into meetups.proposals (meetup_id, number, place_id, person_id, at)
        select :meetup, n, place_id, :host, :now from unnest(:places::uuid[]) with ordinality as p(place_id, n)
        """,
        meetup=meetup_id,
        host=host_id,
        now=clock.now(),
        places=[place.place_id for place in venues],
    )


async def remind_at(db: Db, meetup_id: UUID, starts_at: datetime, ends_at: datetime) -> None:
    """A day and two hours before, as far as that is still to come, and once it is over."""
    due = {kind: starts_at - ahead for kind, ahead in AHEAD.items() if starts_at - ahead > clock.now()}
    due["after"] = ends_at + AFTER
    await db.run(
        """
        with old as (delete from meetups.reminders where meetup_id = :meetup and kind <> all(:kinds::text[]))
        insert into meetups.reminders (meetup_id, kind, due_at)
        select :meetup, kind, due_at from unnest(:kinds::text[], :moments::timestamptz[]) as r(kind, due_at)
        on conflict (meetup_id, kind) do update set due_at = excluded.due_at
        """,
        meetup=meetup_id,
        kinds=list(due),
        moments=list(due.values()),
    )


async def change(db: Db, host_id: UUID, meetup_id: UUID, changes: Changes) -> Meetup:
    """Another title, text, time or number of places. More places move up who waits; fewer only down to who is in; another time asks
    everybody again. Refusals: not_found, not_allowed, meetup_cancelled, meetup_over, time_unreadable, capacity_below (taken),
    words_missing, words_refused, too_many_requests (moved too often)."""
    held = await hold(db, host_id, meetup_id)
    if held.begun:
        raise MeetupRefused("meetup_over", _("This meetup has begun."))
    before = await meetup_of(db, meetup_id, host_id)
    assert before is not None
    if changes.title is not None and not clean(changes.title):
        raise MeetupRefused("words_missing", _("Give the meetup a title."))
    said = f"{changes.title or ''}\n{changes.text or ''}"
    await check_words(db, host_id, said, "meetup", Thing("meetup", meetup_id, meetup_id))
    starts_at, ends_at = _times(before, changes)
    moved = (starts_at, ends_at) != (before.starts_at, before.ends_at)
    if moved:
        _demand_time(starts_at, ends_at)
    capacity = changes.capacity or held.capacity
    up = min(max(0, capacity - held.taken), held.waiting)
    done = await db.run(
        """
        update meetups.meetups set title = coalesce(:title, title), text = coalesce(:text, text), starts_at = :starts, ends_at = :ends,
          edition = edition + :moved::int, capacity = :capacity, taken = taken + :up::int, waiting = waiting - :up::int,
          vote_until = case when vote_until >= :starts and settled_at is null then least(vote_until, :starts) else vote_until end
        where meetup_id = :meetup and taken <= :capacity
        """,
        title=clean(changes.title) if changes.title is not None else None,
        text=clean(changes.text) if changes.text is not None else None,
        starts=starts_at,
        ends=ends_at,
        moved=int(moved),
        capacity=capacity,
        up=up,
        meetup=meetup_id,
    )
    if not done:
        words = _("%(taken)s people are in already. Ask somebody to give up a place first.") % {"taken": held.taken}
        raise MeetupRefused("capacity_below", words, taken=held.taken)
    if up:
        await move_up(db, meetup_id, up)
    if moved:
        await _ask_again(db, host_id, meetup_id)
        await remind_at(db, meetup_id, starts_at, ends_at)
        await told_changed(db, meetup_id)
    meetup = await meetup_of(db, meetup_id, host_id)
    assert meetup is not None
    return meetup


def _times(before: Meetup, changes: Changes) -> tuple[datetime, datetime]:
    """From when to when: it takes as long as before where only the beginning is another."""
    if changes.starts_at is None or changes.ends_at is not None:
        return changes.starts_at or before.starts_at, changes.ends_at or before.ends_at
    _demand_start(changes.starts_at)
    return changes.starts_at, changes.starts_at + (before.ends_at - before.starts_at)


async def _ask_again(db: Db, host_id: UUID, meetup_id: UUID) -> None:
    await at_most(db, f"meetup moved:{meetup_id}", MOVED, AHEAD["day"])
    await db.run(
        """
        update meetups.guests g set edition = m.edition from meetups.meetups m
        where m.meetup_id = :meetup and g.meetup_id = :meetup and g.person_id = :host
        """,
        meetup=meetup_id,
        host=host_id,
    )
    people = await db.values(
        UUID,
        "select person_id from meetups.guests where meetup_id = :meetup and standing in ('in', 'waiting', 'asking')",
        meetup=meetup_id,
    )
    await list_mine(db, meetup_id, people)


async def cancel(db: Db, host_id: UUID, meetup_id: UUID, why: str) -> None:
    """It does not take place, and everybody reads why. Refusals: not_found, not_allowed, meetup_cancelled, meetup_over,
    words_refused."""
    held = await hold(db, host_id, meetup_id)
    if held.over:
        raise MeetupRefused("meetup_over", _("This meetup is over."))
    await check_words(db, host_id, why, "meetup", Thing("meetup", meetup_id, meetup_id))
    await end(db, meetup_id, why)


async def end(db: Db, meetup_id: UUID, why: str) -> None:
    """Call off a meetup whose row is held."""
    await db.run(
        """
        with told as (
          update meetups.mine o set standing = 'cancelled' from meetups.guests g
          where g.meetup_id = :meetup and o.person_id = g.person_id and o.meetup_id = g.meetup_id
        ), quiet as (
          delete from meetups.reminders where meetup_id = :meetup
        )
        update meetups.meetups set status = 'cancelled', why = :why, cancelled_at = :now where meetup_id = :meetup
        """,
        meetup=meetup_id,
        why=clean(why),
        now=clock.now(),
    )
    conversation_id = await db.value(
        UUID, "select conversation_id from meetups.meetups where meetup_id = :meetup", meetup=meetup_id
    )
    await told_cancelled(db, meetup_id, clean(why))
    if conversation_id is not None:
        host_id = await db.value(UUID, "select host_id from meetups.meetups where meetup_id = :meetup", meetup=meetup_id)
        assert host_id is not None
        await told(db, conversation_id, host_id, _("The meetup was cancelled."))
        await close(db, conversation_id)
