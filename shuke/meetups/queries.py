"""Reads of the meetups room: a meetup, who is in it, what is known of who asks."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.friends import counts, faces
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.meetups.types import Guest, Meetup, Missed, Record

MOST_ROWS = 50


async def meetup_of(db: Db, meetup_id: UUID, viewer_id: UUID | None) -> Meetup | None:
    """A meetup as the viewer sees it: whom it is for, and who is on its list. Nobody sees one of a host who hides from her, or whom
    she hides from; a hidden one only its host."""
    return await db.one(
        Meetup,
        """
        select m.meetup_id, m.host_id, m.kind, m.title, m.text, m.starts_at, m.ends_at, m.zone, m.capacity, m.approval, m.audience,
          m.tribe_id, m.place_id, m.spot_text, m.vote_until, m.settled_at, m.deal_owner, m.deal_id, m.city,
          case when g.standing = 'in' then m.conversation_id end as conversation_id, m.taken, m.waiting, m.asking, m.edition, m.status,
          m.why, m.created_at, m.hidden_at, g.standing, coalesce(g.edition = m.edition, true) as agreed, g.came,
          case when g.standing = 'waiting' then (select count(*)::int from meetups.guests w
            where w.meetup_id = m.meetup_id and w.standing = 'waiting' and w.number < g.number) else 0 end as line
        from meetups.meetups m left join meetups.guests g on g.meetup_id = m.meetup_id and g.person_id = :viewer
        where m.meetup_id = :meetup and (m.hidden_at is null or m.host_id = :viewer)
          and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = m.host_id)
          and (m.audience = 'everyone' or g.standing in ('in', 'waiting', 'asking')
            or (m.audience = 'friends' and exists (select from friends.friends f where f.person_id = m.host_id and f.friend_id = :viewer))
            or (m.audience = 'tribe' and exists (select from tribes.members t where t.tribe_id = m.tribe_id and t.person_id = :viewer
              and t.standing in ('member', 'moderator', 'founder'))))
        """,
        meetup=meetup_id,
        viewer=viewer_id,
    )


async def guests_of(db: Db, meetup: Meetup, viewer_id: UUID) -> list[Guest]:
    """Who is in and who waits, in their order; nobody who hides from the viewer. For the host also who asks and with which words, and
    in a meetup with approval how often each did not come before."""
    host = meetup.host_id == viewer_id
    found = await db.all(
        Guest,
        """
        select g.person_id, g.standing, g.number, g.edition = m.edition as agreed, case when :host::boolean then g.note else '' end as note,
          case when :host then g.came end as came, case when :host then g.came_by end as came_by,
          case when :host then o.disputed_at end as disputed_at, case when :host then coalesce(o.disputed, '') else '' end as disputed
        from meetups.guests g join meetups.meetups m on m.meetup_id = g.meetup_id
        left join meetups.mine o on o.person_id = g.person_id and o.meetup_id = g.meetup_id
        where g.meetup_id = :meetup and (g.standing in ('in', 'waiting') or (:host and g.standing = 'asking'))
          and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = g.person_id)
        order by g.standing, g.number
        """,
        host=host,
        meetup=meetup.meetup_id,
        viewer=viewer_id,
    )
    people = [one.person_id for one in found]
    shown = await faces(db, viewer_id, people)
    counted = await missed_by(db, people) if host and meetup.approval else {}
    return [
        msgspec.structs.replace(
            one,
            name=shown[one.person_id].name,
            missed=counted[one.person_id].missed if one.person_id in counted else 0,
            said_yes=counted[one.person_id].said_yes if one.person_id in counted else 0,
        )
        for one in found
    ]


class Counted(msgspec.Struct, frozen=True):
    """How often somebody did not come, of how many meetups that she said yes to and that are over."""

    person_id: UUID
    missed: int
    said_yes: int


async def missed_by(db: Db, people: Sequence[UUID]) -> dict[UUID, Counted]:
    """The same number that `record_of` has rows for."""
    found = await db.all(
        Counted,
        """
        select person_id, count(*) filter (where came = 'absent')::int as missed, count(*)::int as said_yes
        from meetups.mine where person_id = any(:people::uuid[]) and standing = 'in' and not host and ends_at <= :now group by person_id
        """,
        people=list(people),
        now=clock.now(),
    )
    return {one.person_id: one for one in found}


async def record_of(db: Db, host_id: UUID, person_id: UUID) -> Record | None:
    """How reliable somebody is, for a host whose approval she asks for, or asked for and is in; None for others. Titles of meetups
    that the host may not see are left out."""
    allowed = await db.value(
        bool,
        """
        select exists (select from meetups.guests g join meetups.meetups m on m.meetup_id = g.meetup_id
          where m.host_id = :host and m.approval and m.status = 'planned' and m.ends_at > :now
            and g.person_id = :person and g.standing in ('asking', 'in', 'waiting'))
        """,
        host=host_id,
        person=person_id,
        now=clock.now(),
    )
    if not allowed and host_id != person_id:
        return None
    counted = (await missed_by(db, [person_id])).get(person_id)
    rows = await db.all(
        Missed,
        """
        select o.meetup_id, case when m.hidden_at is null and (m.audience = 'everyone' or g.person_id is not null) then m.title else '' end
          as title, o.starts_at, m.zone, o.came, o.disputed_at, o.disputed
        from meetups.mine o join meetups.meetups m on m.meetup_id = o.meetup_id
        left join meetups.guests g on g.meetup_id = m.meetup_id and g.person_id = :host and g.standing = 'in'
        where o.person_id = :person and o.standing = 'in' and not o.host and o.ends_at <= :now order by o.starts_at desc limit :most
        """,
        host=host_id,
        person=person_id,
        now=clock.now(),
        most=MOST_ROWS,
    )
    return Record(counted.missed if counted else 0, counted.said_yes if counted else 0, rows)


@counts("meetups")
async def waiting(db: Db, person_id: UUID) -> int:
    """How many ask for this person's answer: who wants to come to her meetups, and new times that she has not agreed to."""
    found = await db.value(
        int,
        """
        select coalesce(sum(case when o.host then m.asking when g.edition < m.edition then 1 else 0 end), 0)::int
        from meetups.mine o join meetups.meetups m on m.meetup_id = o.meetup_id
        join meetups.guests g on g.meetup_id = o.meetup_id and g.person_id = o.person_id
        where o.person_id = :person and o.starts_at > :now and m.status = 'planned'
        """,
        person=person_id,
        now=clock.now(),
    )
    return found or 0
