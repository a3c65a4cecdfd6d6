"""What others know tribes and topics by: how they look when they are passed on, and how a decision hides them."""

from uuid import UUID

import msgspec

from shuke.album import address, addresses
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import ngettext
from shuke.moderation import Shown, moderated
from shuke.shares import Preview, Thing, shareable
from shuke.tribes.lists import topic_of
from shuke.tribes.queries import tribe_of
from shuke.tribes.types import picture_address


@shareable("tribe")
async def tribe_preview(db: Db, thing: Thing, viewer_id: UUID | None) -> Preview | None:
    """A tribe, for everybody."""
    tribe = await tribe_of(db, thing.thing_id, viewer_id)
    if tribe is None:
        return None
    count = ngettext("%(num)s tribe member", "%(num)s tribe members", tribe.members) % {"num": tribe.members}
    picture = f"{tribe.picture}/small" if tribe.picture else None
    text = " · ".join(part for part in (count, tribe.city, tribe.about[:120]) if part)
    return Preview(tribe.name, text, f"/tribes/{tribe.tribe_id}", picture, tribe.merchant_id, "users-round")


@shareable("topic")
async def topic_preview(db: Db, thing: Thing, viewer_id: UUID | None) -> Preview | None:
    """A topic, for who may read it: signed in, and a member where the tribe lets in."""
    if viewer_id is None:
        return None
    topic = await topic_of(db, thing.owner_id, thing.thing_id, viewer_id)
    tribe = await tribe_of(db, thing.owner_id, viewer_id)
    if topic is None or tribe is None or topic.hidden_at is not None:
        return None
    picture = address(topic.person_id, topic.photos[0], small=True) if topic.person_id and topic.photos else None
    href = f"/tribes/{topic.tribe_id}/topics/{topic.topic_id}"
    return Preview(
        topic.title, f"{tribe.name} · {topic.text[:120]}".strip(" ·"), href, picture, topic.merchant_id, "message-square-text"
    )


class _Words(msgspec.Struct, frozen=True):
    author_id: UUID | None
    title: str
    text: str
    photos: list[UUID]


@moderated("topic")
class Topics:
    """Topics; a moderator's hiding and the platform's don't undo each other."""

    @staticmethod
    async def shown(db: Db, owner_id: UUID, thing_id: UUID) -> Shown | None:
        """The topic, hidden or not."""
        found = await db.one(
            _Words,
            "select person_id as author_id, title, text, photos from tribes.topics where tribe_id = :tribe and topic_id = :topic",
            tribe=owner_id,
            topic=thing_id,
        )
        if found is None or found.author_id is None:
            return None
        photos = addresses(found.author_id, found.photos, small=True)
        return Shown(found.author_id, f"{found.title}\n{found.text}", f"/tribes/{owner_id}/topics/{thing_id}", photos)

    @staticmethod
    async def hide(db: Db, owner_id: UUID, thing_id: UUID, *, hidden: bool) -> None:
        """By a decision of the platform."""
        await db.run(
            """
            update tribes.topics set hidden_at = case when :hidden::boolean then :now::timestamptz end,
              hidden_by = case when :hidden then 'platform' else '' end, hidden_why = '',
              pinned = case when :hidden then null else pinned end
            where tribe_id = :tribe and topic_id = :topic and (:hidden or hidden_by = 'platform')
            """,
            hidden=hidden,
            now=clock.now(),
            tribe=owner_id,
            topic=thing_id,
        )


class _Reply(msgspec.Struct, frozen=True):
    person_id: UUID
    topic_id: UUID
    text: str


@moderated("topic_reply")
class Replies:
    """Replies under topics; what a moderator hid stays hidden."""

    @staticmethod
    async def shown(db: Db, owner_id: UUID, thing_id: UUID) -> Shown | None:
        """The reply, hidden or not."""
        said = await db.one(
            _Reply,
            "select person_id, topic_id, text from tribes.replies where tribe_id = :tribe and reply_id = :reply",
            tribe=owner_id,
            reply=thing_id,
        )
        if said is None:
            return None
        return Shown(said.person_id, said.text, f"/tribes/{owner_id}/topics/{said.topic_id}#reply-{thing_id}")

    @staticmethod
    async def hide(db: Db, owner_id: UUID, thing_id: UUID, *, hidden: bool) -> None:
        """By a decision of the platform."""
        await db.run(
            """
            update tribes.replies set hidden_at = case when :hidden::boolean then :now::timestamptz end,
              hidden_by = case when :hidden then 'platform' else '' end, hidden_why = ''
            where tribe_id = :tribe and reply_id = :reply and hidden_by = case when :hidden then '' else 'platform' end
            """,
            hidden=hidden,
            now=clock.now(),
            tribe=owner_id,
            reply=thing_id,
        )


@moderated("tribe")
class Tribes:
    """Tribes by name, words and picture."""

    @staticmethod
    async def shown(db: Db, owner_id: UUID, thing_id: UUID) -> Shown | None:
        """The tribe, hidden or not; its author is its founder."""
        found = await db.one(
            _Words,
            """
            select m.person_id as author_id, t.name as title, t.about as text,
              case when t.picture_id is not null then array[t.picture_id] else '{}'::uuid[] end as photos
            from tribes.tribes t join tribes.members m on m.tribe_id = t.tribe_id and m.standing = 'founder'
            where t.tribe_id = :tribe and t.tribe_id = :thing
            """,
            tribe=owner_id,
            thing=thing_id,
        )
        if found is None or found.author_id is None:
            return None
        photos = [f"{picture_address(owner_id, photo)}/small" for photo in found.photos]
        return Shown(found.author_id, f"{found.title}\n{found.text}", f"/tribes/{owner_id}", photos)

    @staticmethod
    async def hide(db: Db, owner_id: UUID, thing_id: UUID, *, hidden: bool) -> None:
        """By a decision of the platform: only those who keep it see it."""
        await db.run(
            "update tribes.tribes set hidden_at = case when :hidden::boolean then :now::timestamptz end where tribe_id = :tribe",
            hidden=hidden,
            now=clock.now(),
            tribe=owner_id if owner_id == thing_id else thing_id,
        )
