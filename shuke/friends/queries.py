"""Reads of the friends room: faces, friends, requests, who is hidden from whom."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.friends.types import Blocked, Face, Friend, FriendPage, Relation, Request, Requests, Settings
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound
from shuke.kit.spelling import letter, order

PAGE = 100
MOST_SHOWN = 100  # requests on one page


class _Named(msgspec.Struct, frozen=True):
    person_id: UUID
    name: str


async def faces(db: Db, viewer_id: UUID | None, people: Sequence[UUID]) -> dict[UUID, Face]:
    """How each of these people looks to the viewer; a neutral word and no picture for who is erased or hidden from her."""
    wanted = list(dict.fromkeys(people))
    found = await db.all(
        Face,
        """
        select p.person_id, coalesce(nullif(f.remark, ''), p.name) as name,
          case when a.photo_id is not null and a.hidden_at is null
            then format('/photos/%s/%s/small', a.person_id, a.photo_id) end as photo
        from people.people p
        left join friends.friends f on f.person_id = :viewer::uuid and f.friend_id = p.person_id
        left join friends.faces a on a.person_id = p.person_id
        where p.person_id = any(:people::uuid[]) and p.erased_at is null
          and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = p.person_id)
        """,
        viewer=viewer_id,
        people=wanted,
    )
    shown = {face.person_id: _named(face) for face in found}
    return {person: shown.get(person) or nobody(person) for person in wanted}


def nobody(person_id: UUID) -> Face:
    """Somebody who is not shown."""
    return Face(person_id, _("Somebody"), None)


def _named(face: Face) -> Face:
    return face if face.name else msgspec.structs.replace(face, name=_("Somebody"))


async def face_of(db: Db, viewer_id: UUID | None, person_id: UUID) -> Face:
    """How one person looks to the viewer. Refusal: not_found, also where either blocked the other."""
    if await hidden_from(db, viewer_id, [person_id]):
        raise NotFound
    return (await faces(db, viewer_id, [person_id]))[person_id]


async def friend_ids(db: Db, person_id: UUID) -> list[UUID]:
    """All friends of a person."""
    return await db.values(
        UUID, "select friend_id from friends.friends where person_id = :person order by friend_id", person=person_id
    )


async def are_friends(db: Db, person_id: UUID, other_id: UUID) -> bool:
    """Whether they are."""
    return bool(
        await db.value(
            bool,
            "select exists (select from friends.friends where person_id = :person and friend_id = :other)",
            person=person_id,
            other=other_id,
        )
    )


async def hidden_from(db: Db, viewer_id: UUID | None, people: Sequence[UUID]) -> set[UUID]:
    """Those of these people whom the viewer may not see: either blocked the other, or the person is erased or never was."""
    return set(
        await db.values(
            UUID,
            """
            select wanted.person_id from unnest(:people::uuid[]) as wanted(person_id)
            where exists (select from friends.hidden h where h.person_id = :viewer::uuid and h.other_id = wanted.person_id)
              or not exists (select from people.people p where p.person_id = wanted.person_id and p.erased_at is null)
            """,
            people=list(people),
            viewer=viewer_id,
        )
    )


async def demand_not_blocked(db: Db, person_id: UUID, other_id: UUID) -> None:
    """Refusal: not_found, where either blocked the other or one is gone."""
    if await hidden_from(db, person_id, [other_id]):
        raise NotFound


async def relation(db: Db, person_id: UUID, other_id: UUID) -> Relation:
    """How they stand, seen by `person_id`. What she asked by phone number is not told: it would tell whose number it is."""
    found = await db.one(
        Relation,
        """
        select :other::uuid as person_id,
          case when :person::uuid = :other then 'self' when f.friend_id is not null then 'friends'
            when exists (select from friends.requests where person_id = :person and other_id = :other and incoming and refused_at is null
              ) then 'asks_me'
            when exists (select from friends.requests where person_id = :person and other_id = :other and not incoming and via <> 'phone'
              ) then 'asked'
            else 'none' end as standing,
          coalesce(f.remark, '') as remark, f.since
        from (select) as nothing left join friends.friends f on f.person_id = :person and f.friend_id = :other
        """,
        person=person_id,
        other=other_id,
    )
    assert found is not None
    return found


async def friends_of(
    db: Db, person_id: UUID, after: UUID | None = None, *, text: str = "", group: UUID | None = None, under: str = ""
) -> FriendPage:
    """Friends as telephones sort them, Chinese by Pinyin among Latin names; those whose remark or name holds `text`, or of one group;
    from the letter `under` on."""
    named = await db.all(
        _Named,
        """
        select f.friend_id as person_id, coalesce(nullif(f.remark, ''), p.name) as name
        from friends.friends f join people.people p on p.person_id = f.friend_id
        where f.person_id = :person and (:group::uuid is null or exists (
            select from friends.group_members g where g.person_id = :person and g.group_id = :group and g.friend_id = f.friend_id))
          and (:text = '' or strpos(lower(f.remark), :text) > 0 or strpos(lower(p.name), :text) > 0)
        """,
        person=person_id,
        group=group,
        text=text.strip().lower(),
    )
    sorted_ = sorted(named, key=lambda one: (order(one.name), one.person_id))
    letters = list(dict.fromkeys(letter(one.name) for one in sorted_))
    first = next((place + 1 for place, one in enumerate(sorted_) if one.person_id == after), len(sorted_) if after else 0)
    if under:
        first = next((place for place, one in enumerate(sorted_) if letter(one.name) == under), 0)
    shown = sorted_[first : first + PAGE]
    friends = await _friends(db, person_id, [one.person_id for one in shown])
    return FriendPage(friends, shown[-1].person_id if len(sorted_) > first + PAGE else None, letters)


async def _friends(db: Db, person_id: UUID, friends: Sequence[UUID]) -> list[Friend]:
    """These friends, in this order."""
    found = await db.all(
        Friend,
        """
        select f.friend_id as person_id, coalesce(nullif(f.remark, ''), p.name) as name,
          case when a.photo_id is not null and a.hidden_at is null
            then format('/photos/%s/%s/small', a.person_id, a.photo_id) end as photo,
          f.remark, p.name as own_name, f.since, '' as letter
        from unnest(:friends::uuid[]) with ordinality as wanted(friend_id, place)
        join friends.friends f on f.person_id = :person and f.friend_id = wanted.friend_id
        join people.people p on p.person_id = f.friend_id
        left join friends.faces a on a.person_id = f.friend_id
        order by wanted.place
        """,
        person=person_id,
        friends=list(friends),
    )
    return [msgspec.structs.replace(one, name=one.name or _("Somebody"), letter=letter(one.name)) for one in found]


async def friends_by_name(db: Db, person_id: UUID) -> list[Face]:
    """All friends, sorted as telephones do: for choosing among them."""
    found = await faces(db, person_id, await friend_ids(db, person_id))
    return sorted(found.values(), key=lambda face: order(face.name))


async def requests_of(db: Db, person_id: UUID) -> Requests:
    """What waits for an answer, both ways."""
    return Requests(await _requests(db, person_id, incoming=True), await _requests(db, person_id, incoming=False))


async def _requests(db: Db, person_id: UUID, *, incoming: bool) -> list[Request]:
    found = await db.all(
        Request,
        """
        select r.other_id as person_id, p.name,
          case when a.photo_id is not null and a.hidden_at is null
            then format('/photos/%s/%s/small', a.person_id, a.photo_id) end as photo,
          r.via, r.at
        from friends.requests r
        join people.people p on p.person_id = r.other_id and p.erased_at is null
        left join friends.faces a on a.person_id = r.other_id
        where r.person_id = :person and r.incoming = :incoming and r.refused_at is null and (:incoming or r.via <> 'phone')
        order by r.at desc, r.other_id limit :most
        """,
        person=person_id,
        incoming=incoming,
        most=MOST_SHOWN,
    )
    return [one if one.name else msgspec.structs.replace(one, name=_("Somebody")) for one in found]


async def blocked_by(db: Db, person_id: UUID) -> list[Blocked]:
    """Whom the person blocked, the newest first."""
    found = await db.all(
        Blocked,
        """
        select h.other_id as person_id, p.name, h.at from friends.hidden h
        join people.people p on p.person_id = h.other_id and p.erased_at is null
        where h.person_id = :person and h.mine order by h.at desc, h.other_id
        """,
        person=person_id,
    )
    return [one if one.name else msgspec.structs.replace(one, name=_("Somebody")) for one in found]


async def settings_of(db: Db, person_id: UUID) -> Settings:
    """What she chose; who chose nothing is not found by her number."""
    found = await db.one(Settings, "select findable_by_phone from friends.settings where person_id = :person", person=person_id)
    return found or Settings()


async def about(db: Db, person_id: UUID, *, own: bool = False) -> str:
    """What a person says about herself; empty for others once it is hidden by a decision."""
    found = await db.value(
        str,
        "select about from friends.faces where person_id = :person and (:own or hidden_at is null)",
        person=person_id,
        own=own,
    )
    return found or ""
