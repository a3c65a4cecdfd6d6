"""Lists of meetups: one's own, those of friends, those in a tribe, the soonest first; those near a position, the nearest first; by key."""

from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.kit.geo import Point, mercator
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Unreadable
from shuke.meetups.actions import cell_of
from shuke.meetups.types import MeetupLine, MeetupNear, MeetupPage

PAGE = 20
NOWHERE = 999_999_999  # metres: its place has left the map


def _page(found: list[MeetupLine]) -> MeetupPage:
    last = found[PAGE - 1] if len(found) > PAGE else None
    return MeetupPage(found[:PAGE], Cursor(last.starts_at, last.meetup_id).text if last else None)


async def mine(db: Db, person_id: UUID, cursor: str | None) -> MeetupPage:
    """What this person hosts, is in, waits for or asks for and is not over, the soonest first."""
    after = read_cursor(cursor)
    return _page(
        await db.all(
            MeetupLine,
            """
            select m.meetup_id, m.host_id, m.kind, m.title, m.starts_at, m.ends_at, m.zone, m.capacity, m.approval, m.audience, m.place_id,
              m.spot_text, m.vote_until, m.city, m.taken, m.waiting, m.asking, m.status, o.standing
            from meetups.mine o join meetups.meetups m on m.meetup_id = o.meetup_id
            where o.person_id = :person and o.ends_at > :now and (m.hidden_at is null or o.host)
              and (:at::timestamptz is null or (o.starts_at, o.meetup_id) > (:at, :after::uuid))
              and not exists (select from friends.hidden h where h.person_id = :person and h.other_id = m.host_id)
            order by o.starts_at, o.meetup_id limit :most
            """,
            person=person_id,
            now=clock.now(),
            at=after.at if after else None,
            after=after.row_id if after else None,
            most=PAGE + 1,
        )
    )


async def past(db: Db, person_id: UUID, cursor: str | None) -> MeetupPage:
    """What this person hosted or was in, the latest first."""
    after = read_cursor(cursor)
    return _page(
        await db.all(
            MeetupLine,
            """
            select m.meetup_id, m.host_id, m.kind, m.title, m.starts_at, m.ends_at, m.zone, m.capacity, m.approval, m.audience, m.place_id,
              m.spot_text, m.vote_until, m.city, m.taken, m.waiting, m.asking, m.status, o.standing
            from meetups.mine o join meetups.meetups m on m.meetup_id = o.meetup_id
            where o.person_id = :person and o.ends_at <= :now and o.standing = 'in' and (m.hidden_at is null or o.host)
              and (:at::timestamptz is null or (o.starts_at, o.meetup_id) < (:at, :after::uuid))
              and not exists (select from friends.hidden h where h.person_id = :person and h.other_id = m.host_id)
            order by o.starts_at desc, o.meetup_id desc limit :most
            """,
            person=person_id,
            now=clock.now(),
            at=after.at if after else None,
            after=after.row_id if after else None,
            most=PAGE + 1,
        )
    )


async def of_friends(db: Db, person_id: UUID, cursor: str | None) -> MeetupPage:
    """What friends propose to everybody or to friends."""
    after = read_cursor(cursor)
    return _page(
        await db.all(
            MeetupLine,
            """
            select m.meetup_id, m.host_id, m.kind, m.title, m.starts_at, m.ends_at, m.zone, m.capacity, m.approval, m.audience, m.place_id,
              m.spot_text, m.vote_until, m.city, m.taken, m.waiting, m.asking, m.status, o.standing
            from friends.friends f join meetups.meetups m on m.host_id = f.friend_id
            left join meetups.mine o on o.person_id = f.person_id and o.meetup_id = m.meetup_id
            where f.person_id = :person and m.starts_at > :now and m.status = 'planned' and m.hidden_at is null
              and m.audience in ('everyone', 'friends') and (:at::timestamptz is null or (m.starts_at, m.meetup_id) > (:at, :after::uuid))
              and not exists (select from friends.hidden h where h.person_id = :person and h.other_id = m.host_id)
            order by m.starts_at, m.meetup_id limit :most
            """,
            person=person_id,
            now=clock.now(),
            at=after.at if after else None,
            after=after.row_id if after else None,
            most=PAGE + 1,
        )
    )


async def near(db: Db, person_id: UUID, point: Point, cursor: str | None) -> MeetupPage:
    """What is proposed to everybody in the square of this point and those around it, some 25 to 50 km; the nearest first, while a place is
    voted on by the nearest proposed. Refusal: cursor_unreadable."""
    after = _read_near(cursor)
    x, y = mercator(point)
    found = await db.all(
        MeetupNear,
        """
        select m.meetup_id, m.host_id, m.kind, m.title, m.starts_at, m.ends_at, m.zone, m.capacity, m.approval, m.audience, m.place_id,
          m.spot_text, m.vote_until, m.city, m.taken, m.waiting, m.asking, m.status, o.standing, d.metres
        from meetups.meetups m left join meetups.mine o on o.person_id = :person and o.meetup_id = m.meetup_id
        cross join lateral (select coalesce(round(min(p.spot <-> point(:x, :y)) * cosd(:latitude))::int, :nowhere::int) as metres
          from places.places p where p.place_id = any(case when m.place_id is null
            then array(select v.place_id from meetups.proposals v where v.meetup_id = m.meetup_id) else array[m.place_id] end)) d
        where m.cell = any(:cells::bigint[]) and m.starts_at > :now and m.status = 'planned' and m.hidden_at is null
          and m.audience = 'everyone' and (:metres::int is null or (d.metres, m.meetup_id) > (:metres, :after::uuid))
          and not exists (select from friends.hidden h where h.person_id = :person and h.other_id = m.host_id)
        order by d.metres, m.meetup_id limit :most
        """,
        person=person_id,
        x=x,
        y=y,
        latitude=point.latitude,
        nowhere=NOWHERE,
        cells=[cell_of(point, east, north) for east in (-1, 0, 1) for north in (-1, 0, 1)],
        now=clock.now(),
        metres=after[0] if after else None,
        after=after[1] if after else None,
        most=PAGE + 1,
    )
    last = found[PAGE - 1] if len(found) > PAGE else None
    shown = [one if one.metres != NOWHERE else msgspec.structs.replace(one, metres=None) for one in found[:PAGE]]
    return MeetupPage(shown, f"{last.metres}-{last.meetup_id.hex}" if last else None)


def _read_near(cursor: str | None) -> tuple[int, UUID] | None:
    """Where the next page begins: after so many metres, and this meetup."""
    if not cursor:
        return None
    metres, _dash, meetup = cursor.partition("-")
    try:
        return int(metres[:9]), UUID(meetup)
    except ValueError as error:
        raise Unreadable("cursor_unreadable", _("This page of the list is not there. Start from the newest.")) from error


async def of_tribe(db: Db, person_id: UUID, tribe_id: UUID, cursor: str | None = None) -> MeetupPage:
    """What members of a tribe propose to it; nothing for who is not in it."""
    after = read_cursor(cursor)
    return _page(
        await db.all(
            MeetupLine,
            """
            select m.meetup_id, m.host_id, m.kind, m.title, m.starts_at, m.ends_at, m.zone, m.capacity, m.approval, m.audience, m.place_id,
              m.spot_text, m.vote_until, m.city, m.taken, m.waiting, m.asking, m.status, o.standing
            from meetups.meetups m left join meetups.mine o on o.person_id = :person and o.meetup_id = m.meetup_id
            where m.tribe_id = :tribe and m.starts_at > :now and m.status = 'planned' and m.hidden_at is null
              and exists (select from tribes.members t where t.tribe_id = :tribe and t.person_id = :person
                and t.standing in ('member', 'moderator', 'founder'))
              and (:at::timestamptz is null or (m.starts_at, m.meetup_id) > (:at, :after::uuid))
              and not exists (select from friends.hidden h where h.person_id = :person and h.other_id = m.host_id)
            order by m.starts_at, m.meetup_id limit :most
            """,
            person=person_id,
            tribe=tribe_id,
            now=clock.now(),
            at=after.at if after else None,
            after=after.row_id if after else None,
            most=PAGE + 1,
        )
    )
