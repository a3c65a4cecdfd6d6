"""Writes of the shop's staff: opening a group, changing and closing it, inviting to an activity, calling it off."""

from datetime import timedelta
from uuid import UUID

import msgspec

from shuke.chat import NewGroup, NewMessage, add_staff, close, let_back, open_group, retitle, send, told
from shuke.clubs.queries import activity_of, group_of
from shuke.clubs.types import Activity, ActivityCalledOff, ClubRefused, MemberGroup, NewActivity, NewMemberGroup
from shuke.kit import clock, ids
from shuke.kit.db import Db
from shuke.kit.events import record, record_all
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound
from shuke.kit.texts import clean
from shuke.merchants import Acting
from shuke.moderation import Thing as Read
from shuke.moderation import check_words, pace
from shuke.shares import Thing

LONGEST = timedelta(days=31)
FURTHEST = timedelta(days=366)


class Held(msgspec.Struct, frozen=True):
    """A group whose row is held."""

    conversation_id: UUID
    title: str
    closed: bool


async def open_club(db: Db, acting: Acting, new: NewMemberGroup) -> MemberGroup:
    """A new group of the shop's members, who opens it in its conversation as staff. Refusals: not_found (a store or tier that is not
    the shop's), words_refused, too_many_requests."""
    group_id = ids.uuid7()
    await _read(db, acting, group_id, new)
    await pace(db, acting.person_id, "post")
    group = NewGroup("members", clean(new.title), acting.person_id, (), acting.merchant_id, group_id)
    conversation_id = await open_group(db, group)
    written = await db.run(
        """
        insert into clubs.groups (merchant_id, group_id, conversation_id, store_id, title, about, tier_from, opened_by, created_at)
        select :merchant, :group, :conversation, :store::uuid, :title, :about, :tier::int, :person, :now
        where (:store is null or exists (
            select from merchants.stores s where s.merchant_id = :merchant and s.store_id = :store and s.closed_at is null))
          and (:tier is null or exists (select from cards.tiers t where t.merchant_id = :merchant and t.position = :tier))
        """,
        merchant=acting.merchant_id,
        group=group_id,
        conversation=conversation_id,
        store=new.store_id,
        title=clean(new.title) or new.title,
        about=clean(new.about),
        tier=new.tier_from,
        person=acting.person_id,
        now=clock.now(),
    )
    if not written:
        raise NotFound
    return await group_of(db, acting.merchant_id, group_id, acting.person_id)


async def _read(db: Db, acting: Acting, group_id: UUID, new: NewMemberGroup) -> None:
    thing = Read("member_group", acting.merchant_id, group_id)
    await check_words(db, acting.person_id, f"{new.title}\n{new.about}", "member_group", thing)


async def hold(db: Db, merchant_id: UUID, group_id: UUID) -> Held:
    """A group that is open, its row held. Refusals: not_found, group_closed."""
    held = await db.one(
        Held,
        """
        select conversation_id, title, closed_at is not null as closed from clubs.groups
        where merchant_id = :merchant and group_id = :group for update
        """,
        merchant=merchant_id,
        group=group_id,
    )
    if held is None:
        raise NotFound
    if held.closed:
        raise ClubRefused("group_closed", _("This group is closed."))
    return held


async def change_club(db: Db, acting: Acting, group_id: UUID, new: NewMemberGroup) -> MemberGroup:
    """Other words, another store or tier; who is in stays in. Refusals: not_found, group_closed, words_refused."""
    held = await hold(db, acting.merchant_id, group_id)
    await _read(db, acting, group_id, new)
    written = await db.run(
        """
        update clubs.groups set title = :title, about = :about, store_id = :store::uuid, tier_from = :tier::int
        where merchant_id = :merchant and group_id = :group
          and (:store::uuid is null or exists (
            select from merchants.stores s where s.merchant_id = :merchant and s.store_id = :store and s.closed_at is null))
          and (:tier::int is null or exists (select from cards.tiers t where t.merchant_id = :merchant and t.position = :tier))
        """,
        title=clean(new.title) or new.title,
        about=clean(new.about),
        store=new.store_id,
        tier=new.tier_from,
        merchant=acting.merchant_id,
        group=group_id,
    )
    if not written:
        raise NotFound
    if clean(new.title) != held.title:
        await add_staff(db, held.conversation_id, acting.person_id)
        await retitle(db, acting.person_id, held.conversation_id, new.title)
    return await group_of(db, acting.merchant_id, group_id, acting.person_id)


async def enter(db: Db, acting: Acting, group_id: UUID) -> UUID:
    """Let somebody of the staff into a group's conversation, as staff; the conversation. Refusals: not_found, group_closed."""
    held = await hold(db, acting.merchant_id, group_id)
    await add_staff(db, held.conversation_id, acting.person_id)
    return held.conversation_id


async def let_in_again(db: Db, acting: Acting, group_id: UUID, person_id: UUID) -> None:
    """Whom staff put out may join again. Refusal: not_found."""
    group = await group_of(db, acting.merchant_id, group_id, acting.person_id)
    if not await let_back(db, group.conversation_id, person_id):
        raise NotFound


async def close_club(db: Db, acting: Acting, group_id: UUID) -> None:
    """Nobody joins any more, nothing more is said, and what was to come is called off. Refusals: not_found, group_closed."""
    held = await hold(db, acting.merchant_id, group_id)
    off = await db.values(
        UUID,
        """
        with closed as (update clubs.groups set closed_at = :now where merchant_id = :merchant and group_id = :group)
        update clubs.activities set cancelled_at = :now
        where merchant_id = :merchant and group_id = :group and starts_at > :now and cancelled_at is null returning activity_id
        """,
        now=clock.now(),
        merchant=acting.merchant_id,
        group=group_id,
    )
    await record_all(db, [ActivityCalledOff(acting.merchant_id, activity_id) for activity_id in off])
    await told(db, held.conversation_id, acting.person_id, _("The shop has closed this group."))
    await close(db, held.conversation_id)


async def invite(db: Db, acting: Acting, group_id: UUID, new: NewActivity) -> Activity:
    """An activity, and word of it in the conversation. Refusals: not_found (a store or deal that is not the shop's), group_closed,
    time_unreadable, words_refused, too_many_requests."""
    _demand_time(new)
    activity_id = ids.uuid7()
    thing = Read("activity", acting.merchant_id, activity_id)
    await check_words(db, acting.person_id, f"{new.title}\n{new.text}\n{new.spot}", "activity", thing)
    await pace(db, acting.person_id, "post")
    held = await hold(db, acting.merchant_id, group_id)
    written = await db.run(
        """
        insert into clubs.activities (merchant_id, activity_id, group_id, title, text, starts_at, ends_at, zone, store_id, spot, deal_id, capacity,
          posted_by, created_at)
        select g.merchant_id, :activity, g.group_id, :title, :text, :starts, :ends, coalesce(
            (select s.zone from merchants.stores s where s.merchant_id = g.merchant_id and s.store_id = coalesce(:store::uuid, g.store_id)),
            (select p.zone from cards.programmes p where p.merchant_id = g.merchant_id), 'UTC'),
          :store, :spot, :deal::uuid, :capacity::int, :person, :now
        from clubs.groups g where g.merchant_id = :merchant and g.group_id = :group
          and (:store is null or exists (
            select from merchants.stores s where s.merchant_id = :merchant and s.store_id = :store and s.closed_at is null))
          and (:deal is null or exists (
            select from deals.deals d where d.merchant_id = :merchant and d.deal_id = :deal and d.status = 'on' and d.ends_at > :now))
        """,
        title=clean(new.title) or new.title,
        text=clean(new.text),
        starts=new.starts_at,
        ends=new.ends_at,
        store=new.store_id,
        spot=clean(new.spot),
        deal=new.deal_id,
        capacity=new.capacity,
        person=acting.person_id,
        now=clock.now(),
        merchant=acting.merchant_id,
        group=group_id,
        activity=activity_id,
    )
    if not written:
        raise NotFound
    await add_staff(db, held.conversation_id, acting.person_id)
    shown = Thing("activity", acting.merchant_id, activity_id)
    await send(db, NewMessage(held.conversation_id, acting.person_id, activity_id.hex, "thing", thing=shown))
    return await activity_of(db, acting.merchant_id, group_id, activity_id, acting.person_id)


def _demand_time(new: NewActivity) -> None:
    now = clock.now()
    if new.starts_at.tzinfo is None or new.ends_at.tzinfo is None or not now < new.starts_at < now + FURTHEST:
        raise ClubRefused("time_unreadable", _("Choose a time within the coming year."))
    if not timedelta() < new.ends_at - new.starts_at <= LONGEST:
        raise ClubRefused("time_unreadable", _("It ends after it begins, and within a month."))


async def call_off(db: Db, acting: Acting, group_id: UUID, activity_id: UUID) -> Activity:
    """It does not take place. Refusals: not_found, activity_over, activity_cancelled."""
    activity = await activity_of(db, acting.merchant_id, group_id, activity_id, acting.person_id)
    done = await db.run(
        """
        update clubs.activities set cancelled_at = :now
        where merchant_id = :merchant and activity_id = :activity and cancelled_at is null and ends_at > :now
        """,
        now=clock.now(),
        merchant=acting.merchant_id,
        activity=activity_id,
    )
    if not done and activity.cancelled_at is None:
        raise ClubRefused("activity_over", _("This activity is over."))
    if not done:
        raise ClubRefused("activity_cancelled", _("This activity was called off."))
    await record(db, ActivityCalledOff(acting.merchant_id, activity_id))
    words = _("Called off: %(title)s") % {"title": activity.title}
    await told(db, activity.conversation_id, acting.person_id, words)
    return await activity_of(db, acting.merchant_id, group_id, activity_id, acting.person_id)
