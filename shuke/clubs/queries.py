"""Reads of the clubs room: groups, activities, who is in."""

from collections.abc import Sequence
from uuid import UUID

from shuke.clubs.types import Activity, Asked, LiveDeal, MemberGroup, PeopleIn, PersonIn
from shuke.friends import faces
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound

MOST_SHOWN = 300  # people of a list


async def groups_of(
    db: Db, merchant_id: UUID, viewer_id: UUID | None, group_id: UUID | None = None, store_id: UUID | None = None
) -> list[MemberGroup]:
    """The groups of an approved merchant, or one of them, or those of one store; a closed one for who is in it and the shop's staff."""
    return await db.all(
        MemberGroup,
        """
        select g.merchant_id, g.group_id, g.conversation_id, b.name as merchant_name, g.title, g.about, g.store_id,
          coalesce(s.name, '') as store_name, g.tier_from, coalesce(t.name, '') as tier_name,
          (select count(*)::int from chat.members c where c.conversation_id = g.conversation_id and c.left_at is null
            and c.role = 'member') as members,
          me.person_id is not null as joined, m.person_id is not null as holder,
          coalesce(m.tier >= coalesce(g.tier_from, 0), false) as may_join,
          exists (select from chat.members o where o.conversation_id = g.conversation_id and o.person_id = :viewer
            and o.put_out_by is not null) as put_out, g.created_at, g.closed_at, g.hidden_at
        from clubs.groups g
        join merchants.merchants b on b.merchant_id = g.merchant_id
        left join merchants.stores s on s.merchant_id = g.merchant_id and s.store_id = g.store_id
        left join cards.tiers t on t.merchant_id = g.merchant_id and t.position = g.tier_from
        left join cards.memberships m on m.merchant_id = g.merchant_id and m.person_id = :viewer::uuid and m.left_at is null
        left join chat.members me on me.conversation_id = g.conversation_id and me.person_id = :viewer and me.left_at is null
        left join merchants.staff w on w.merchant_id = g.merchant_id and w.person_id = :viewer and w.ended_at is null
        where g.merchant_id = :merchant and (:group::uuid is null or g.group_id = :group)
          and (:store::uuid is null or g.store_id is null or g.store_id = :store)
          and (w.person_id is not null or (b.status = 'approved' and g.hidden_at is null and (g.closed_at is null or me.person_id is not null)))
        order by g.closed_at desc nulls first, g.created_at, g.group_id limit 100
        """,
        viewer=viewer_id,
        merchant=merchant_id,
        group=group_id,
        store=store_id,
    )


async def group_of(db: Db, merchant_id: UUID, group_id: UUID, viewer_id: UUID | None) -> MemberGroup:
    """One group. Refusal: not_found."""
    found = await groups_of(db, merchant_id, viewer_id, group_id)
    if not found:
        raise NotFound
    return found[0]


async def activities_of(db: Db, merchant_id: UUID, viewer_id: UUID | None, asked: Asked) -> list[Activity]:
    """What is to come or goes on, the soonest first; or what is over, the latest first. A cancelled one shows until its time."""
    return await db.all(
        Activity,
        """
        select a.merchant_id, a.activity_id, a.group_id, g.conversation_id, g.title as group_title, b.name as merchant_name, a.title,
          a.text, a.starts_at, a.ends_at, a.zone, a.store_id, coalesce(s.name, '') as store_name, a.spot, a.deal_id, a.capacity,
          a.coming, a.cancelled_at, a.hidden_at, i.person_id is not null as mine, me.person_id is not null as joined
        from clubs.activities a
        join clubs.groups g on g.merchant_id = a.merchant_id and g.group_id = a.group_id
        join merchants.merchants b on b.merchant_id = a.merchant_id
        left join merchants.stores s on s.merchant_id = a.merchant_id and s.store_id = a.store_id
        left join clubs.comings i on i.merchant_id = a.merchant_id and i.activity_id = a.activity_id and i.person_id = :viewer::uuid
        left join chat.members me on me.conversation_id = g.conversation_id and me.person_id = :viewer and me.left_at is null
        left join merchants.staff w on w.merchant_id = a.merchant_id and w.person_id = :viewer and w.ended_at is null
        where a.merchant_id = :merchant and (:group::uuid is null or a.group_id = :group)
          and (:activity::uuid is null or a.activity_id = :activity)
          and (:store::uuid is null or coalesce(a.store_id, g.store_id, :store) = :store)
          and (:past::boolean is null or (a.ends_at <= :now) = :past)
          and (w.person_id is not null or (b.status = 'approved' and a.hidden_at is null and g.hidden_at is null
            and (g.closed_at is null or me.person_id is not null)))
        order by case when :past then null else a.starts_at end, a.starts_at desc, a.activity_id limit :most
        """,
        viewer=viewer_id,
        merchant=merchant_id,
        group=asked.group_id,
        activity=asked.activity_id,
        store=asked.store_id,
        past=asked.past,
        now=clock.now(),
        most=asked.most,
    )


async def activity_of(db: Db, merchant_id: UUID, group_id: UUID, activity_id: UUID, viewer_id: UUID | None) -> Activity:
    """One activity. Refusal: not_found."""
    asked = Asked(group_id=group_id, activity_id=activity_id, past=None)
    found = await activities_of(db, merchant_id, viewer_id, asked)
    if not found:
        raise NotFound
    return found[0]


async def people_in(db: Db, group: MemberGroup, viewer_id: UUID) -> PeopleIn:
    """Who is in a group, for who is in it herself and the shop's staff; nobody who is hidden from her. Refusal: not_found."""
    await _demand_inside(db, group.merchant_id, group.conversation_id, viewer_id)
    people = await db.values(
        UUID,
        """
        select person_id from chat.members m
        where conversation_id = :conversation and left_at is null and role = 'member'
          and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = m.person_id)
        order by joined_at, person_id limit :most
        """,
        conversation=group.conversation_id,
        viewer=viewer_id,
        most=MOST_SHOWN,
    )
    return await _shown(db, viewer_id, group.members, people)


async def who_comes(db: Db, activity: Activity, viewer_id: UUID) -> PeopleIn:
    """Who comes, for who is in the group and the shop's staff; nobody who is hidden from her. Refusal: not_found."""
    await _demand_inside(db, activity.merchant_id, activity.conversation_id, viewer_id)
    people = await db.values(
        UUID,
        """
        select person_id from clubs.comings c
        where merchant_id = :merchant and activity_id = :activity
          and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = c.person_id)
        order by at, person_id limit :most
        """,
        merchant=activity.merchant_id,
        activity=activity.activity_id,
        viewer=viewer_id,
        most=MOST_SHOWN,
    )
    return await _shown(db, viewer_id, activity.coming, people)


async def put_out_of(db: Db, group: MemberGroup, viewer_id: UUID) -> PeopleIn:
    """Whom staff put out, for the shop's staff: they may let them in again."""
    people = await db.values(
        UUID,
        """
        select person_id from chat.members where conversation_id = :conversation and left_at is not null and put_out_by is not null
        order by left_at desc, person_id limit :most
        """,
        conversation=group.conversation_id,
        most=MOST_SHOWN,
    )
    return await _shown(db, viewer_id, len(people), people)


async def _demand_inside(db: Db, merchant_id: UUID, conversation_id: UUID, viewer_id: UUID) -> None:
    inside = await db.value(
        bool,
        """
        select exists (select from chat.members where conversation_id = :conversation and person_id = :viewer and left_at is null)
          or exists (select from merchants.staff where merchant_id = :merchant and person_id = :viewer and ended_at is null)
        """,
        conversation=conversation_id,
        viewer=viewer_id,
        merchant=merchant_id,
    )
    if not inside:
        raise NotFound


async def _shown(db: Db, viewer_id: UUID, count: int, people: Sequence[UUID]) -> PeopleIn:
    seen = await faces(db, viewer_id, people)
    return PeopleIn(count, [PersonIn(one, seen[one].name, seen[one].photo) for one in people if one in seen])


async def deals_of(db: Db, merchant_id: UUID) -> list[LiveDeal]:
    """What can be bought now."""
    return await db.all(
        LiveDeal,
        """
        select deal_id, title from deals.deals
        where merchant_id = :merchant and status = 'on' and ends_at > :now and starts_at <= :now order by ends_at, deal_id limit 50
        """,
        merchant=merchant_id,
        now=clock.now(),
    )
