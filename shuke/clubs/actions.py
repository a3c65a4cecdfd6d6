"""Writes of members: joining a group and leaving it, saying that one comes and taking it back."""

from uuid import UUID

from shuke.chat import add_members, remove_member
from shuke.clubs.queries import activity_of, group_of
from shuke.clubs.types import Activity, ClubRefused, MemberGroup
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.moderation import pace


async def join(db: Db, person_id: UUID, merchant_id: UUID, group_id: UUID) -> MemberGroup:
    """Into a group, and its conversation; who is in already stays in. Only while she holds the card, which she can't give back at this
    very moment. Refusals: not_found, group_closed, put_out, members_only, tier_too_low, too_many_requests."""
    group = await group_of(db, merchant_id, group_id, person_id)
    if group.joined:
        return group
    if group.closed_at is not None:
        raise ClubRefused("group_closed", _("This group is closed."))
    if group.put_out:
        raise ClubRefused("put_out", _("The shop has put you out of this group. Its staff can let you in again."))
    await pace(db, person_id, "like")
    tier = await db.value(
        int,
        "select tier from cards.memberships where merchant_id = :merchant and person_id = :person and left_at is null for share",
        merchant=merchant_id,
        person=person_id,
    )
    if tier is None:
        raise ClubRefused("members_only", _("This group is for members. Take the shop's card first."))
    if group.tier_from is not None and tier < group.tier_from:
        raise ClubRefused("tier_too_low", _("This group is for members from %(tier)s on.") % {"tier": group.tier_name})
    await add_members(db, group.conversation_id, [person_id])
    return await group_of(db, merchant_id, group_id, person_id)


async def leave(db: Db, person_id: UUID, merchant_id: UUID, group_id: UUID) -> None:
    """Out of a group; her places at what is to come are free again. Refusal: not_found."""
    group = await group_of(db, merchant_id, group_id, person_id)
    await remove_member(db, group.conversation_id, person_id)
    await give_back(db, person_id, group.conversation_id)


async def give_back(db: Db, person_id: UUID, conversation_id: UUID) -> None:
    """All places of a person at what is to come in a group."""
    await db.run(
        """
        with gone as (
          delete from clubs.comings c using clubs.groups g, clubs.activities a
          where g.conversation_id = :conversation and a.merchant_id = g.merchant_id and a.group_id = g.group_id and a.starts_at > :now
            and c.merchant_id = a.merchant_id and c.activity_id = a.activity_id and c.person_id = :person
          returning c.merchant_id, c.activity_id
        )
        update clubs.activities a set coming = a.coming - 1 from gone
        where a.merchant_id = gone.merchant_id and a.activity_id = gone.activity_id
        """,
        conversation=conversation_id,
        now=clock.now(),
        person=person_id,
    )


async def come(db: Db, person_id: UUID, merchant_id: UUID, group_id: UUID, activity_id: UUID) -> Activity:
    """A place at an activity; said twice it is one. Of many at once as many as there is room for. Refusals: not_found, members_only,
    activity_full, activity_over, activity_cancelled, too_many_requests."""
    activity = await activity_of(db, merchant_id, group_id, activity_id, person_id)
    if not activity.joined:
        raise ClubRefused("members_only", _("Join the group first."))
    await pace(db, person_id, "like")
    fresh = await db.run(
        """
        insert into clubs.comings (merchant_id, activity_id, person_id, at) values (:merchant, :activity, :person, :now)
        on conflict do nothing
        """,
        merchant=merchant_id,
        activity=activity_id,
        person=person_id,
        now=clock.now(),
    )
    if fresh and not await _take_place(db, merchant_id, activity_id):
        raise await _why_not(db, activity, person_id)
    return await activity_of(db, merchant_id, group_id, activity_id, person_id)


async def _take_place(db: Db, merchant_id: UUID, activity_id: UUID) -> bool:
    taken = await db.run(
        """
        update clubs.activities set coming = coming + 1
        where merchant_id = :merchant and activity_id = :activity and cancelled_at is null and starts_at > :now
          and (capacity is null or coming < capacity)
        """,
        merchant=merchant_id,
        activity=activity_id,
        now=clock.now(),
    )
    return bool(taken)


async def _why_not(db: Db, seen: Activity, person_id: UUID) -> ClubRefused:
    """As it is now, not as it was seen before."""
    activity = await activity_of(db, seen.merchant_id, seen.group_id, seen.activity_id, person_id)
    if activity.cancelled_at is not None:
        return ClubRefused("activity_cancelled", _("This activity was called off."))
    if activity.starts_at <= clock.now():
        return ClubRefused("activity_over", _("This activity has begun."))
    return ClubRefused("activity_full", _("Every place is taken."))


async def stay_away(db: Db, person_id: UUID, merchant_id: UUID, group_id: UUID, activity_id: UUID) -> Activity:
    """Take it back: the place is free again. Refusals: not_found, activity_over."""
    activity = await activity_of(db, merchant_id, group_id, activity_id, person_id)
    if activity.starts_at <= clock.now():
        raise ClubRefused("activity_over", _("This activity has begun."))
    await db.run(
        """
        with gone as (
          delete from clubs.comings where merchant_id = :merchant and activity_id = :activity and person_id = :person
          returning merchant_id, activity_id
        )
        update clubs.activities a set coming = a.coming - 1 from gone
        where a.merchant_id = gone.merchant_id and a.activity_id = gone.activity_id
        """,
        merchant=merchant_id,
        activity=activity_id,
        person=person_id,
    )
    return await activity_of(db, merchant_id, group_id, activity_id, person_id)
