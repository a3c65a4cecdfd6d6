"""The vote on where: up to five places, one vote each that can be changed, counted when its time is over; a tie is the host's."""

from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.jobs import every_minute
from shuke.kit.refusals import NotFound
from shuke.meetups.actions import cell_of
from shuke.meetups.queries import meetup_of
from shuke.meetups.seats import hold, lock
from shuke.meetups.telling import everybody, look_again, told_settled
from shuke.meetups.types import PROPOSED, MeetupRefused, Proposal, Proposals
from shuke.places import place_of, places_of


class _Tally(msgspec.Struct, frozen=True):
    number: int
    place_id: UUID
    votes: int
    mine: bool


async def proposals_of(db: Db, meetup_id: UUID, viewer_id: UUID | None) -> Proposals:
    """The places with their votes, and who leads."""
    found = await db.all(
        _Tally,
        """
        select p.number, p.place_id, count(v.person_id)::int as votes, coalesce(bool_or(v.person_id = :viewer), false) as mine
        from meetups.proposals p left join meetups.votes v on v.meetup_id = p.meetup_id and v.number = p.number
        where p.meetup_id = :meetup group by p.number, p.place_id order by p.number
        """,
        meetup=meetup_id,
        viewer=viewer_id,
    )
    places = await places_of(db, [one.place_id for one in found])
    shown = [
        Proposal(
            one.number,
            one.place_id,
            places[one.place_id].name if one.place_id in places else _("This place is gone"),
            places[one.place_id].street if one.place_id in places else "",
            one.votes,
            one.mine,
        )
        for one in found
    ]
    most = max((one.votes for one in shown), default=0)
    leading = [one.number for one in shown if one.votes == most]
    return Proposals(shown, len(leading) > 1, leading)


async def vote(db: Db, person_id: UUID, meetup_id: UUID, number: int) -> None:
    """By who is in; another vote takes the place of the first. Refusals: not_found, vote_over."""
    done = await db.run(
        """
        insert into meetups.votes (meetup_id, person_id, number, at)
        select m.meetup_id, g.person_id, p.number, :now from meetups.meetups m
        join meetups.guests g on g.meetup_id = m.meetup_id and g.person_id = :person and g.standing = 'in'
        join meetups.proposals p on p.meetup_id = m.meetup_id and p.number = :number
        where m.meetup_id = :meetup and m.status = 'planned' and m.settled_at is null and m.vote_until > :now
        on conflict (meetup_id, person_id) do update set number = excluded.number, at = excluded.at
        """,
        now=clock.now(),
        person=person_id,
        number=number,
        meetup=meetup_id,
    )
    if not done:
        raise await _why_not(db, person_id, meetup_id)
    await look_again(db, await everybody(db, meetup_id))


async def _why_not(db: Db, person_id: UUID, meetup_id: UUID) -> MeetupRefused | NotFound:
    meetup = await meetup_of(db, meetup_id, person_id)
    if meetup is None or meetup.vote_until is None or meetup.standing != "in":
        return NotFound()
    if meetup.settled_at is None and meetup.vote_until > clock.now():
        return NotFound()  # no such place
    return MeetupRefused("vote_over", _("The vote is over."))


async def add_proposal(db: Db, person_id: UUID, meetup_id: UUID, place_id: UUID) -> None:
    """One more place to vote on, by who is in. Refusals: not_found, vote_over, too_many_places."""
    if await place_of(db, place_id) is None:
        raise NotFound
    await lock(db, meetup_id)
    done = await db.run(
        """
        insert into meetups.proposals (meetup_id, number, place_id, person_id, at)
        select m.meetup_id, (select count(*) + 1 from meetups.proposals p where p.meetup_id = m.meetup_id), :place, :person, :now
        from meetups.meetups m join meetups.guests g on g.meetup_id = m.meetup_id and g.person_id = :person and g.standing = 'in'
        where m.meetup_id = :meetup and m.status = 'planned' and m.settled_at is null and m.vote_until > :now
          and (select count(*) from meetups.proposals p where p.meetup_id = m.meetup_id) < :most
        on conflict (meetup_id, place_id) do nothing
        """,
        place=place_id,
        person=person_id,
        now=clock.now(),
        meetup=meetup_id,
        most=PROPOSED,
    )
    if not done:
        shown = await proposals_of(db, meetup_id, person_id)
        if any(one.place_id == place_id for one in shown.proposals):
            return
        if len(shown.proposals) >= PROPOSED:
            raise MeetupRefused("too_many_places", _("At most %(most)s places can be voted on.") % {"most": PROPOSED})
        raise await _why_not(db, person_id, meetup_id)
    await look_again(db, await everybody(db, meetup_id))


async def choose(db: Db, host_id: UUID, meetup_id: UUID, number: int) -> None:
    """The host settles a tie once the vote is over. Refusals: not_found, not_allowed, meetup_cancelled, vote_not_over, vote_over,
    not_tied (leading)."""
    await hold(db, host_id, meetup_id)
    meetup = await meetup_of(db, meetup_id, host_id)
    if meetup is None or meetup.vote_until is None:
        raise NotFound
    if meetup.place_id is not None:
        raise MeetupRefused("vote_over", _("The place has been chosen."))
    if meetup.vote_until > clock.now():
        raise MeetupRefused("vote_not_over", _("People still vote. Wait until the vote is over."))
    shown = await proposals_of(db, meetup_id, host_id)
    if number not in shown.leading:
        raise MeetupRefused("not_tied", _("Choose one of the places with the most votes."), leading=str(shown.leading))
    await _settle(db, meetup_id, next(one.place_id for one in shown.proposals if one.number == number))


async def _settle(db: Db, meetup_id: UUID, place_id: UUID) -> None:
    """The venue is fixed; the hour on the clock stays, also where the zone is another."""
    place = await place_of(db, place_id)
    await db.run(
        """
        update meetups.meetups set place_id = :place, settled_at = coalesce(settled_at, :now), zone = coalesce(:zone, zone),
          city = coalesce(:city, city), cell = coalesce(:cell, cell)
        where meetup_id = :meetup and place_id is null
        """,
        place=place_id,
        now=clock.now(),
        zone=place.zone if place else None,
        city=place.city if place else None,
        cell=cell_of(place.point) if place else None,
        meetup=meetup_id,
    )
    await told_settled(db, meetup_id, place.name if place else "")


@every_minute
async def count_votes(db: Db) -> int:
    """Votes whose time is over: the place with most votes is the venue; a tie waits for the host."""
    meetup_id = await db.value(
        UUID,
        """
        select meetup_id from meetups.meetups
        where vote_until <= :now and settled_at is null and status = 'planned' order by vote_until limit 1 for update skip locked
        """,
        now=clock.now(),
    )
    if meetup_id is None:
        return 0
    await db.run("update meetups.meetups set settled_at = :now where meetup_id = :meetup", now=clock.now(), meetup=meetup_id)
    shown = await proposals_of(db, meetup_id, None)
    if not shown.tied and shown.leading:
        await _settle(db, meetup_id, next(one.place_id for one in shown.proposals if one.number == shown.leading[0]))
    else:
        await look_again(db, await everybody(db, meetup_id))
    return 1
