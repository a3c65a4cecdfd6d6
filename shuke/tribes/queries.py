"""Reads of the tribes room: a tribe, its members, what was done to keep order."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.friends import counts, faces
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.tribes.types import Act, Member, MemberPage, Picture, Tribe

PAGE = 30


async def tribe_of(db: Db, tribe_id: UUID, viewer_id: UUID | None) -> Tribe | None:
    """A tribe as the viewer sees it; one that was hidden only for those who keep order."""
    return await db.one(
        Tribe,
        """
        select t.tribe_id, t.merchant_id, s.name as merchant_name, f.person_id as founder_id, t.name, t.about, t.interest,
          t.picture_id, t.city, t.longitude, t.latitude, t.approval, t.merchants_post, t.members, t.topics, t.active_at, t.created_at,
          t.hidden_at, m.standing
        from tribes.tribes t
        left join tribes.members f on f.tribe_id = t.tribe_id and f.standing = 'founder'
          and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = f.person_id)
        left join tribes.members m on m.tribe_id = t.tribe_id and m.person_id = :viewer
        left join merchants.merchants s on s.merchant_id = t.merchant_id
        where t.tribe_id = :tribe and t.closed_at is null and (t.hidden_at is null or m.standing in ('founder', 'moderator'))
        """,
        tribe=tribe_id,
        viewer=viewer_id,
    )


async def is_member(db: Db, tribe_id: UUID, person_id: UUID) -> bool:
    """Whether somebody is in a tribe now."""
    found = await db.value(
        bool,
        """
        select exists (select from tribes.members where tribe_id = :tribe and person_id = :person
          and standing in ('member', 'moderator', 'founder'))
        """,
        tribe=tribe_id,
        person=person_id,
    )
    return bool(found)


async def keepers(db: Db, tribe_id: UUID) -> list[UUID]:
    """The founder and the moderators."""
    return await db.values(
        UUID,
        "select person_id from tribes.members where tribe_id = :tribe and standing in ('founder', 'moderator')",
        tribe=tribe_id,
    )


async def keepers_shown(db: Db, tribe_id: UUID, viewer_id: UUID) -> list[Member]:
    """The founder and the moderators as the viewer sees them."""
    return await _members(db, tribe_id, viewer_id, ["founder", "moderator"])


async def asking(db: Db, tribe_id: UUID, viewer_id: UUID) -> list[Member]:
    """Who asks to be let in, with their notes: for those who keep order."""
    return await _members(db, tribe_id, viewer_id, ["asking"])


async def removed(db: Db, tribe_id: UUID, viewer_id: UUID) -> list[Member]:
    """Who was removed: for those who keep order."""
    return await _members(db, tribe_id, viewer_id, ["removed"])


async def _members(db: Db, tribe_id: UUID, viewer_id: UUID, standings: Sequence[str]) -> list[Member]:
    found = await db.all(
        Member,
        """
        select m.person_id, m.standing, m.note, m.at from tribes.members m
        where m.tribe_id = :tribe and m.standing = any(:standings::text[])
          and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = m.person_id)
        order by m.standing, m.at, m.person_id limit 100
        """,
        tribe=tribe_id,
        standings=list(standings),
        viewer=viewer_id,
    )
    return await _named(db, viewer_id, found)


async def _named(db: Db, viewer_id: UUID, found: Sequence[Member]) -> list[Member]:
    shown = await faces(db, viewer_id, [one.person_id for one in found])
    return [msgspec.structs.replace(one, name=shown[one.person_id].name if one.person_id in shown else "") for one in found]


async def members_of(db: Db, tribe_id: UUID, viewer_id: UUID, cursor: str | None = None) -> MemberPage:
    """Members by when they came; nobody who hides from the viewer, or whom she hides from."""
    after = read_cursor(cursor)
    found = await db.all(
        Member,
        """
        select m.person_id, m.standing, '' as note, m.at from tribes.members m
        where m.tribe_id = :tribe and m.standing in ('member', 'moderator', 'founder')
          and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = m.person_id)
          and (:at::timestamptz is null or (m.at, m.person_id) > (:at, :after::uuid))
        order by m.at, m.person_id limit :most
        """,
        tribe=tribe_id,
        viewer=viewer_id,
        at=after.at if after else None,
        after=after.row_id if after else None,
        most=PAGE + 1,
    )
    following = Cursor(found[PAGE - 1].at, found[PAGE - 1].person_id).text if len(found) > PAGE else None
    return MemberPage(await _named(db, viewer_id, found[:PAGE]), following)


async def acts_of(db: Db, tribe_id: UUID, most: int = 100) -> list[Act]:
    """What those who keep order did, the newest first."""
    return await db.all(
        Act,
        """
        select a.act_id, a.person_id, a.act, a.subject_id, a.topic_id, t.title, a.reason, a.at
        from tribes.acts a left join tribes.topics t on t.tribe_id = a.tribe_id and t.topic_id = a.topic_id
        where a.tribe_id = :tribe order by a.act_id desc limit :most
        """,
        tribe=tribe_id,
        most=most,
    )


@counts("tribes")
async def waiting(db: Db, person_id: UUID) -> int:
    """How many ask to be let into tribes that this person keeps."""
    found = await db.value(
        int,
        """
        select count(*) from tribes.mine o join tribes.members m on m.tribe_id = o.tribe_id and m.standing = 'asking'
        where o.person_id = :person and o.standing in ('founder', 'moderator')
        """,
        person=person_id,
    )
    return found or 0


async def picture_of(db: Db, tribe_id: UUID) -> Picture | None:
    """Whose and which photo its picture is."""
    return await db.one(
        Picture,
        "select picture_by as person_id, picture_id as photo_id from tribes.tribes where tribe_id = :tribe and picture_id is not null",
        tribe=tribe_id,
    )
