"""Lists of meetups: one's own, those of friends, those near a position or in a tribe; the soonest first, by key."""

from uuid import UUID

from shuke.kit import clock
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.kit.geo import Point
from shuke.meetups.actions import cell_of
from shuke.meetups.types import MeetupLine, MeetupPage

PAGE = 20


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
    """What is proposed to everybody in the square of this point and those around it: some 25 to 50 km."""
    after = read_cursor(cursor)
    return _page(
        await db.all(
            MeetupLine,
            """
            select m.meetup_id, m.host_id, m.kind, m.title, m.starts_at, m.ends_at, m.zone, m.capacity, m.approval, m.audience, m.place_id,
              m.spot_text, m.vote_until, m.city, m.taken, m.waiting, m.asking, m.status, o.standing
            from meetups.meetups m left join meetups.mine o on o.person_id = :person and o.meetup_id = m.meetup_id
            where m.cell = any(:cells::bigint[]) and m.starts_at > :now and m.status = 'planned' and m.hidden_at is null
              and m.audience = 'everyone' and (:at::timestamptz is null or (m.starts_at, m.meetup_id) > (:at, :after::uuid))
              and not exists (select from friends.hidden h where h.person_id = :person and h.other_id = m.host_id)
            order by m.starts_at, m.meetup_id limit :most
            """,
            person=person_id,
            cells=[cell_of(point, east, north) for east in (-1, 0, 1) for north in (-1, 0, 1)],
            now=clock.now(),
            at=after.at if after else None,
            after=after.row_id if after else None,
            most=PAGE + 1,
        )
    )


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
