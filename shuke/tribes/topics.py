"""Writes in a tribe: topics and merchants' activities, replies, likes."""

from uuid import UUID

from shuke.album import drop, keep
from shuke.feed import NewPost, publish
from shuke.kit import clock, ids
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.live import announce
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.texts import clean
from shuke.moderation import Thing as Read
from shuke.moderation import check_words, pace
from shuke.shares import Thing
from shuke.tribes.lists import topic_of
from shuke.tribes.queries import tribe_of
from shuke.tribes.types import INSIDE, NewReply, NewTopic, Reply, Topic, TribeRefused


async def write_topic(db: Db, person_id: UUID, tribe_id: UUID, new: NewTopic) -> Topic:
    """A topic of a member, or an activity of a merchant where the founder lets merchants post (always in the merchant's own tribe).

    Refusals: not_found, members_only, not_welcome_here, words_missing, words_refused, too_many_requests.
    """
    if not clean(new.title):
        raise TribeRefused("words_missing", _("Give the topic a title."))
    topic_id = ids.uuid7()
    await check_words(db, person_id, f"{new.title}\n{new.text}", "topic", Read("topic", tribe_id, topic_id))
    await pace(db, person_id, "topic")
    photos = list(dict.fromkeys(new.photos))
    if photos:
        await keep(db, person_id, photos, topic_id)
    values = {**_columns(new), "tribe": tribe_id, "topic": topic_id, "person": person_id, "photos": photos}
    written = await _activity(db, values | {"merchant": new.merchant_id}) if new.merchant_id else await _topic(db, values)
    if not written:
        raise await _why_not(db, person_id, tribe_id, new.merchant_id)
    await db.run(
        "update tribes.tribes set topics = topics + 1, active_at = :now where tribe_id = :tribe",
        now=clock.now(),
        tribe=tribe_id,
    )
    if new.into_feed and new.merchant_id is None:
        await _flow(db, person_id, tribe_id, topic_id, new)
    topic = await topic_of(db, tribe_id, topic_id, person_id)
    if topic is None:
        raise NotFound
    return topic


async def _topic(db: Db, values: dict[str, object]) -> int:
    return await db.run(
        """
        insert into tribes.topics (tribe_id, topic_id, person_id, title, text, photos, place_id, thing_kind, thing_owner, thing_id, starts_at, at,
          replied_at)
        select t.tribe_id, :topic, :person::uuid, :title, :text, :photos, :place, :kind, :owner, :thing, :starts, :now, :now
        from tribes.tribes t join tribes.members m on m.tribe_id = t.tribe_id and m.person_id = :person
        where t.tribe_id = :tribe and t.closed_at is null and t.hidden_at is null and m.standing in ('member', 'moderator', 'founder')
        """,
        **values,
    )


async def _activity(db: Db, values: dict[str, object]) -> int:
    return await db.run(
        """
        insert into tribes.topics (tribe_id, topic_id, person_id, merchant_id, title, text, photos, place_id, thing_kind, thing_owner, thing_id,
          starts_at, at, replied_at)
        select t.tribe_id, :topic, :person, m.merchant_id, :title, :text, :photos, :place, :kind, :owner, :thing, :starts, :now, :now
        from tribes.tribes t join merchants.merchants m on m.merchant_id = :merchant and m.status = 'approved'
        join merchants.staff s on s.merchant_id = m.merchant_id and s.person_id = :person and s.ended_at is null
          and s.role in ('owner', 'manager', 'marketer')
        where t.tribe_id = :tribe and t.closed_at is null and t.hidden_at is null and (t.merchants_post or t.merchant_id = m.merchant_id)
          and not exists (select from tribes.members o where o.tribe_id = t.tribe_id and o.person_id = :person and o.standing = 'removed')
        """,
        **values,
    )


def _columns(new: NewTopic) -> dict[str, object]:
    return {
        "title": clean(new.title),
        "text": clean(new.text),
        "place": new.place_id,
        "kind": new.thing.kind if new.thing else None,
        "owner": new.thing.owner_id if new.thing else None,
        "thing": new.thing.thing_id if new.thing else None,
        "starts": new.starts_at,
        "now": clock.now(),
    }


async def _why_not(db: Db, person_id: UUID, tribe_id: UUID, merchant_id: UUID | None) -> Refusal:
    tribe = await tribe_of(db, tribe_id, person_id)
    if tribe is None:
        return NotFound()
    if merchant_id is not None:
        return TribeRefused(
            "not_welcome_here",
            _(
                "Activities are posted by staff with the right to deals of an approved shop, in tribes whose founder lets merchants post."
            ),
        )
    if tribe.standing == "removed":
        return TribeRefused("removed_from_tribe", _("The moderators of this tribe have removed you. They can let you back in."))
    return TribeRefused("members_only", _("Join the tribe first. Only members write here."))


async def _flow(db: Db, person_id: UUID, tribe_id: UUID, topic_id: UUID, new: NewTopic) -> None:
    """Into the feeds of her friends, unless only members may read it."""
    tribe = await tribe_of(db, tribe_id, person_id)
    if tribe is None or tribe.approval:
        return
    thing = Thing("topic", tribe_id, topic_id)
    await publish(db, NewPost(person_id, "topic", clean(new.title), new.place_id, thing))


async def take_back_topic(db: Db, person_id: UUID, tribe_id: UUID, topic_id: UUID) -> None:
    """By its author: it goes with its replies and photos. Refusal: not_found."""
    photos = await db.value(
        list,
        "delete from tribes.topics where tribe_id = :tribe and topic_id = :topic and person_id = :person returning photos",
        tribe=tribe_id,
        topic=topic_id,
        person=person_id,
    )
    if photos is None:
        raise NotFound
    await db.run("update tribes.tribes set topics = topics - 1 where tribe_id = :tribe", tribe=tribe_id)
    await drop(db, person_id, photos, topic_id)


async def reply(db: Db, person_id: UUID, tribe_id: UUID, topic_id: UUID, new: NewReply) -> Reply:
    """A word of a member under a topic. Refusals: not_found, members_only, words_missing, words_refused, too_many_requests."""
    if not clean(new.text):
        raise TribeRefused("words_missing", _("Write something first."))
    topic = await topic_of(db, tribe_id, topic_id, person_id)
    if topic is None or topic.hidden_at is not None:
        raise NotFound
    reply_id = ids.uuid7()
    await check_words(db, person_id, new.text, "topic_reply", Read("topic_reply", tribe_id, reply_id))
    await pace(db, person_id, "comment")
    written = await db.one(
        Reply,
        """
        with counted as (
          update tribes.topics set replies = replies + 1, replied_at = :now where tribe_id = :tribe and topic_id = :topic
            and exists (select from tribes.members m where m.tribe_id = :tribe and m.person_id = :person
              and m.standing = any(:inside::text[]))
          returning tribe_id, topic_id
        )
        insert into tribes.replies (tribe_id, topic_id, reply_id, person_id, text, at)
        select tribe_id, topic_id, :reply, :person, :text, :now from counted
        returning tribe_id, topic_id, reply_id, person_id, text, at, hidden_at, hidden_by, hidden_why
        """,
        now=clock.now(),
        tribe=tribe_id,
        topic=topic_id,
        person=person_id,
        inside=list(INSIDE),
        reply=reply_id,
        text=clean(new.text),
    )
    if written is None:
        raise await _why_not(db, person_id, tribe_id, None)
    await db.run("update tribes.tribes set active_at = :now where tribe_id = :tribe", now=clock.now(), tribe=tribe_id)
    if topic.person_id is not None and topic.person_id != person_id:
        await announce(db, f"person:{topic.person_id}", "topic")
    return written


async def take_back_reply(db: Db, person_id: UUID, reply_id: UUID, tribe_id: UUID, topic_id: UUID) -> None:
    """By its author. Refusal: not_found."""
    gone = await db.run(
        """
        delete from tribes.replies where tribe_id = :tribe and topic_id = :topic and reply_id = :reply and person_id = :person
        """,
        tribe=tribe_id,
        topic=topic_id,
        reply=reply_id,
        person=person_id,
    )
    if not gone:
        raise NotFound
    await db.run(
        "update tribes.topics set replies = replies - 1 where tribe_id = :tribe and topic_id = :topic",
        tribe=tribe_id,
        topic=topic_id,
    )


async def like(db: Db, person_id: UUID, tribe_id: UUID, topic_id: UUID) -> None:
    """Once each; a second time changes nothing. Refusals: not_found, too_many_requests."""
    topic = await topic_of(db, tribe_id, topic_id, person_id)
    if topic is None:
        raise NotFound
    await pace(db, person_id, "like")
    await db.run(
        """
        with mine as (
          insert into tribes.likes (tribe_id, topic_id, person_id, at) values (:tribe, :topic, :person, :now)
          on conflict do nothing returning tribe_id
        )
        update tribes.topics set likes = likes + 1 where tribe_id = :tribe and topic_id = :topic and exists (select from mine)
        """,
        tribe=tribe_id,
        topic=topic_id,
        person=person_id,
        now=clock.now(),
    )


async def unlike(db: Db, person_id: UUID, tribe_id: UUID, topic_id: UUID) -> None:
    """Take it back; without one nothing changes."""
    await db.run(
        """
        with gone as (
          delete from tribes.likes where tribe_id = :tribe and topic_id = :topic and person_id = :person returning tribe_id
        )
        update tribes.topics set likes = likes - 1 where tribe_id = :tribe and topic_id = :topic and exists (select from gone)
        """,
        tribe=tribe_id,
        topic=topic_id,
        person=person_id,
    )
