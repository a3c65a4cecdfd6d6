"""Lists: one's own tribes, the popular ones, those near a position; and topics."""

from uuid import UUID

import msgspec

from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.kit.geo import Point, mercator, metres
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Unreadable
from shuke.tribes.types import Reply, ReplyPage, Tab, Topic, TopicPage, TribeLine, TribePage

PAGE = 20
FAR = 50_000.0  # metres: further away is not near


async def mine(db: Db, person_id: UUID) -> list[TribeLine]:
    """The tribes of a person, those with the newest word first."""
    return await db.all(
        TribeLine,
        """
        select t.tribe_id, t.name, t.about, t.interest, t.picture_id, t.city, t.approval, t.members, t.topics, t.active_at,
          o.standing
        from tribes.mine o join tribes.tribes t on t.tribe_id = o.tribe_id
        where o.person_id = :person and t.closed_at is null and (t.hidden_at is null or o.standing in ('founder', 'moderator'))
        order by t.active_at desc, t.tribe_id limit 200
        """,
        person=person_id,
    )


async def popular(db: Db, viewer_id: UUID, interest: str | None, cursor: str | None) -> TribePage:
    """Tribes with the most members first, of one interest or of all."""
    members, tribe_id = _after_count(cursor)
    found = await db.all(
        TribeLine,
        """
        select t.tribe_id, t.name, t.about, t.interest, t.picture_id, t.city, t.approval, t.members, t.topics, t.active_at,
          m.standing
        from tribes.tribes t left join tribes.members m on m.tribe_id = t.tribe_id and m.person_id = :viewer
        where t.closed_at is null and t.hidden_at is null and (:interest::text is null or t.interest = :interest)
          and (:members::int is null or (t.members, t.tribe_id) < (:members, :after::uuid))
        order by t.members desc, t.tribe_id desc limit :most
        """,
        viewer=viewer_id,
        interest=interest,
        members=members,
        after=tribe_id,
        most=PAGE + 1,
    )
    last = found[PAGE - 1] if len(found) > PAGE else None
    return TribePage(found[:PAGE], f"{last.members}-{last.tribe_id.hex}" if last else None)


def _after_count(cursor: str | None) -> tuple[int | None, UUID | None]:
    if not cursor:
        return None, None
    count, _sep, tribe_id = cursor.partition("-")
    try:
        return int(count[:9]), UUID(tribe_id)
    except ValueError as error:
        raise Unreadable("cursor_unreadable", _("This page of the list is not there. Start from the newest.")) from error


class _Spot(msgspec.Struct, frozen=True):
    tribe_id: UUID
    longitude: float
    latitude: float


async def near(db: Db, viewer_id: UUID, point: Point, most: int = PAGE) -> list[TribeLine]:
    """The nearest tribes that say roughly where they are, at most 50 km away; the distance is as coarse as what they say."""
    x, y = mercator(point)
    spots = await db.all(
        _Spot,
        """
        select tribe_id, longitude, latitude from tribes.tribes
        where spot is not null and closed_at is null and hidden_at is null order by spot <-> point(:x::float8, :y::float8) limit :most
        """,
        x=x,
        y=y,
        most=most,
    )
    away = {spot.tribe_id: metres(point, Point(spot.longitude, spot.latitude)) for spot in spots}
    found = await db.all(
        TribeLine,
        """
        select t.tribe_id, t.name, t.about, t.interest, t.picture_id, t.city, t.approval, t.members, t.topics, t.active_at,
          m.standing
        from tribes.tribes t left join tribes.members m on m.tribe_id = t.tribe_id and m.person_id = :viewer
        where t.tribe_id = any(:tribes)
        """,
        viewer=viewer_id,
        tribes=[tribe_id for tribe_id, far in away.items() if far <= FAR],
    )
    placed = [msgspec.structs.replace(line, metres=max(1000.0, round(away[line.tribe_id], -3))) for line in found]
    return sorted(placed, key=lambda line: (line.metres or 0, -line.members))


async def topics_of(db: Db, tribe_id: UUID, viewer_id: UUID, tab: Tab, cursor: str | None) -> TopicPage:
    """Topics, the newest first, or the best ones by when they were marked; before the first page the pinned ones."""
    after = read_cursor(cursor)
    found = await (_best if tab == "best" else _newest)(db, tribe_id, viewer_id, after)
    pinned = [] if after or tab == "best" else await _pinned(db, tribe_id, viewer_id)
    last = found[PAGE - 1] if len(found) > PAGE else None
    following = Cursor((last.best_at or last.at) if tab == "best" else last.at, last.topic_id).text if last else None
    return TopicPage(found[:PAGE], pinned, following)


async def _newest(db: Db, tribe_id: UUID, viewer_id: UUID, after: Cursor | None) -> list[Topic]:
    return await db.all(
        Topic,
        """
        select t.tribe_id, t.topic_id, t.person_id, t.merchant_id, s.name as merchant_name, t.title, t.text, t.photos, t.place_id,
          t.thing_kind, t.thing_owner, t.thing_id, t.starts_at, t.at, t.replied_at, t.replies, t.likes, t.best_at, t.pinned, t.hidden_at,
          t.hidden_by, t.hidden_why, l.person_id is not null as liked
        from tribes.topics t
        left join tribes.likes l on l.tribe_id = t.tribe_id and l.topic_id = t.topic_id and l.person_id = :viewer
        left join merchants.merchants s on s.merchant_id = t.merchant_id
        where t.tribe_id = :tribe and (t.hidden_at is null or t.person_id = :viewer or exists (
            select from tribes.members m where m.tribe_id = t.tribe_id and m.person_id = :viewer and m.standing in ('founder', 'moderator')))
          and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = t.person_id)
          and (:at::timestamptz is null or (t.at, t.topic_id) < (:at, :after::uuid))
        order by t.at desc, t.topic_id desc limit :most
        """,
        tribe=tribe_id,
        viewer=viewer_id,
        at=after.at if after else None,
        after=after.row_id if after else None,
        most=PAGE + 1,
    )


async def _best(db: Db, tribe_id: UUID, viewer_id: UUID, after: Cursor | None) -> list[Topic]:
    return await db.all(
        Topic,
        """
        select t.tribe_id, t.topic_id, t.person_id, t.merchant_id, s.name as merchant_name, t.title, t.text, t.photos, t.place_id,
          t.thing_kind, t.thing_owner, t.thing_id, t.starts_at, t.at, t.replied_at, t.replies, t.likes, t.best_at, t.pinned, t.hidden_at,
          t.hidden_by, t.hidden_why, l.person_id is not null as liked
        from tribes.topics t
        left join tribes.likes l on l.tribe_id = t.tribe_id and l.topic_id = t.topic_id and l.person_id = :viewer
        left join merchants.merchants s on s.merchant_id = t.merchant_id
        where t.tribe_id = :tribe and t.best_at is not null and t.hidden_at is null
          and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = t.person_id)
          and (:at::timestamptz is null or (t.best_at, t.topic_id) < (:at, :after::uuid))
        order by t.best_at desc, t.topic_id desc limit :most
        """,
        tribe=tribe_id,
        viewer=viewer_id,
        at=after.at if after else None,
        after=after.row_id if after else None,
        most=PAGE + 1,
    )


async def _pinned(db: Db, tribe_id: UUID, viewer_id: UUID) -> list[Topic]:
    return await db.all(
        Topic,
        """
        select t.tribe_id, t.topic_id, t.person_id, t.merchant_id, s.name as merchant_name, t.title, t.text, t.photos, t.place_id,
          t.thing_kind, t.thing_owner, t.thing_id, t.starts_at, t.at, t.replied_at, t.replies, t.likes, t.best_at, t.pinned, t.hidden_at,
          t.hidden_by, t.hidden_why, l.person_id is not null as liked
        from tribes.topics t
        left join tribes.likes l on l.tribe_id = t.tribe_id and l.topic_id = t.topic_id and l.person_id = :viewer
        left join merchants.merchants s on s.merchant_id = t.merchant_id
        where t.tribe_id = :tribe and t.pinned is not null and t.hidden_at is null
          and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = t.person_id)
        order by t.pinned
        """,
        tribe=tribe_id,
        viewer=viewer_id,
    )


async def topic_of(db: Db, tribe_id: UUID, topic_id: UUID, viewer_id: UUID) -> Topic | None:
    """One topic, if this viewer may read it."""
    return await db.one(
        Topic,
        """
        select t.tribe_id, t.topic_id, t.person_id, t.merchant_id, s.name as merchant_name, t.title, t.text, t.photos, t.place_id,
          t.thing_kind, t.thing_owner, t.thing_id, t.starts_at, t.at, t.replied_at, t.replies, t.likes, t.best_at, t.pinned, t.hidden_at,
          t.hidden_by, t.hidden_why, l.person_id is not null as liked
        from tribes.topics t
        join tribes.tribes i on i.tribe_id = t.tribe_id
        left join tribes.members m on m.tribe_id = t.tribe_id and m.person_id = :viewer
        left join tribes.likes l on l.tribe_id = t.tribe_id and l.topic_id = t.topic_id and l.person_id = :viewer
        left join merchants.merchants s on s.merchant_id = t.merchant_id
        where t.tribe_id = :tribe and t.topic_id = :topic and i.closed_at is null
          and (i.hidden_at is null or m.standing in ('founder', 'moderator'))
          and (not i.approval or m.standing in ('member', 'moderator', 'founder'))
          and (t.hidden_at is null or t.person_id = :viewer or m.standing in ('founder', 'moderator'))
          and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = t.person_id)
        """,
        tribe=tribe_id,
        topic=topic_id,
        viewer=viewer_id,
    )


async def replies_of(db: Db, tribe_id: UUID, topic_id: UUID, viewer_id: UUID, cursor: str | None) -> ReplyPage:
    """Replies of a topic that the viewer may read, the oldest first; without those hidden from her."""
    after = read_cursor(cursor)
    found = await db.all(
        Reply,
        """
        select r.tribe_id, r.topic_id, r.reply_id, r.person_id, r.text, r.at, r.hidden_at, r.hidden_by, r.hidden_why
        from tribes.replies r
        where r.tribe_id = :tribe and r.topic_id = :topic and (r.hidden_at is null or r.person_id = :viewer or exists (
            select from tribes.members m where m.tribe_id = r.tribe_id and m.person_id = :viewer and m.standing in ('founder', 'moderator')))
          and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = r.person_id)
          and (:after::uuid is null or r.reply_id > :after)
        order by r.reply_id limit :most
        """,
        tribe=tribe_id,
        topic=topic_id,
        viewer=viewer_id,
        after=after.row_id if after else None,
        most=PAGE + 1,
    )
    last = found[PAGE - 1] if len(found) > PAGE else None
    return ReplyPage(found[:PAGE], Cursor(last.at, last.reply_id).text if last else None)
