"""Keeping order: what the founder and moderators do. Each act is written down with who, when and why, in the statement that does it."""

from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.live import announce, announce_all
from shuke.kit.refusals import NotAllowed, NotFound
from shuke.kit.texts import clean
from shuke.moderation import check_words
from shuke.tribes.actions import unlist
from shuke.tribes.queries import keepers, tribe_of
from shuke.tribes.types import TribeRefused


async def name_moderator(db: Db, by: UUID, tribe_id: UUID, person_id: UUID, *, named: bool = True) -> None:
    """By the founder: a member becomes a moderator, or is one no more. Refusals: not_found, not_allowed."""
    done = await db.run(
        """
        with changed as (
          update tribes.members m set standing = case when :named::boolean then 'moderator' else 'member' end
          where m.tribe_id = :tribe and m.person_id = :person and m.standing = case when :named then 'member' else 'moderator' end
            and exists (select from tribes.members f where f.tribe_id = :tribe and f.person_id = :by and f.standing = 'founder')
          returning tribe_id, person_id
        )
        insert into tribes.acts (tribe_id, person_id, act, subject_id, at)
        select tribe_id, :by, case when :named then 'named' else 'unnamed' end, person_id, :now from changed
        """,
        tribe=tribe_id,
        person=person_id,
        by=by,
        named=named,
        now=clock.now(),
    )
    if not done:
        await _demand(db, by, tribe_id, founder=True)
        raise NotFound
    await db.run(
        "update tribes.mine set standing = :standing where person_id = :person and tribe_id = :tribe",
        standing="moderator" if named else "member",
        person=person_id,
        tribe=tribe_id,
    )
    await announce(db, f"person:{person_id}", "tribes")


async def _demand(db: Db, by: UUID, tribe_id: UUID, *, founder: bool = False) -> None:
    """Why somebody may not. Refusals: not_found, not_allowed."""
    tribe = await tribe_of(db, tribe_id, by)
    if tribe is None:
        raise NotFound
    if founder and tribe.standing != "founder":
        raise NotAllowed("not_allowed", _("Only the founder of the tribe does this."))
    if not tribe.keeps_order:
        raise NotAllowed("not_allowed", _("Only the moderators of the tribe do this."))


async def let_in(db: Db, by: UUID, tribe_id: UUID, person_id: UUID) -> None:
    """Who asked is a member. Refusals: not_found, not_allowed."""
    done = await db.run(
        """
        with fresh as (
          update tribes.members m set standing = 'member', at = :now
          where m.tribe_id = :tribe and m.person_id = :person and m.standing = 'asking' and exists (
            select from tribes.members k where k.tribe_id = :tribe and k.person_id = :by and k.standing in ('moderator', 'founder'))
          returning tribe_id, person_id
        ), act as (
          insert into tribes.acts (tribe_id, person_id, act, subject_id, at) select tribe_id, :by, 'let_in', person_id, :now from fresh
        )
        update tribes.tribes t set members = members + 1 from fresh where t.tribe_id = fresh.tribe_id
        """,
        tribe=tribe_id,
        person=person_id,
        by=by,
        now=clock.now(),
    )
    if not done:
        await _demand(db, by, tribe_id)
        raise NotFound
    await db.run(
        "update tribes.mine set standing = 'member' where person_id = :person and tribe_id = :tribe",
        person=person_id,
        tribe=tribe_id,
    )
    await announce(db, f"person:{person_id}", "tribes")
    await _told(db, tribe_id)


async def turn_down(db: Db, by: UUID, tribe_id: UUID, person_id: UUID, reason: str = "") -> None:
    """Who asked is not let in; she may ask again. Refusals: not_found, not_allowed, words_refused."""
    await check_words(db, by, reason, "tribe")
    done = await db.run(
        """
        with gone as (
          delete from tribes.members m where m.tribe_id = :tribe and m.person_id = :person and m.standing = 'asking' and exists (
            select from tribes.members k where k.tribe_id = :tribe and k.person_id = :by and k.standing in ('moderator', 'founder'))
          returning tribe_id, person_id
        )
        insert into tribes.acts (tribe_id, person_id, act, subject_id, reason, at)
        select tribe_id, :by, 'turned_down', person_id, :reason, :now from gone
        """,
        tribe=tribe_id,
        person=person_id,
        by=by,
        reason=clean(reason),
        now=clock.now(),
    )
    if not done:
        await _demand(db, by, tribe_id)
        raise NotFound
    await unlist(db, tribe_id, person_id)
    await _told(db, tribe_id)


async def _told(db: Db, tribe_id: UUID) -> None:
    await announce_all(db, [f"person:{one}" for one in await keepers(db, tribe_id)], "waiting")


async def remove(db: Db, by: UUID, tribe_id: UUID, person_id: UUID, reason: str) -> None:
    """A member is out and can't come back by herself; moderators only by the founder. Refusals: not_found, not_allowed,
    reason_missing, words_refused."""
    await _reasoned(db, by, reason)
    done = await db.run(
        """
        with gone as (
          update tribes.members m set standing = 'removed', at = :now from tribes.members k
          where m.tribe_id = :tribe and m.person_id = :person and m.person_id <> :by and k.tribe_id = :tribe and k.person_id = :by
            and ((k.standing = 'founder' and m.standing in ('member', 'moderator')) or (k.standing = 'moderator' and m.standing = 'member'))
          returning m.tribe_id, m.person_id
        ), act as (
          insert into tribes.acts (tribe_id, person_id, act, subject_id, reason, at)
          select tribe_id, :by, 'removed', person_id, :reason, :now from gone
        )
        update tribes.tribes t set members = members - 1 from gone where t.tribe_id = gone.tribe_id
        """,
        tribe=tribe_id,
        person=person_id,
        by=by,
        reason=clean(reason),
        now=clock.now(),
    )
    if not done:
        await _demand(db, by, tribe_id)
        raise NotAllowed("not_allowed", _("Moderators are removed by the founder alone."))
    await unlist(db, tribe_id, person_id)
    await announce(db, f"person:{person_id}", "tribes")


async def _reasoned(db: Db, by: UUID, reason: str) -> None:
    """The members read it, so it is read before. Refusals: reason_missing, words_refused."""
    if not clean(reason):
        raise TribeRefused("reason_missing", _("Say why. The reason is kept with your name."))
    await check_words(db, by, reason, "tribe")


async def allow_back(db: Db, by: UUID, tribe_id: UUID, person_id: UUID) -> None:
    """Who was removed may join again. Refusals: not_found, not_allowed."""
    done = await db.run(
        """
        with gone as (
          delete from tribes.members m where m.tribe_id = :tribe and m.person_id = :person and m.standing = 'removed' and exists (
            select from tribes.members k where k.tribe_id = :tribe and k.person_id = :by and k.standing in ('moderator', 'founder'))
          returning tribe_id, person_id
        )
        insert into tribes.acts (tribe_id, person_id, act, subject_id, at) select tribe_id, :by, 'allowed_back', person_id, :now from gone
        """,
        tribe=tribe_id,
        person=person_id,
        by=by,
        now=clock.now(),
    )
    if not done:
        await _demand(db, by, tribe_id)
        raise NotFound


async def pin(db: Db, by: UUID, tribe_id: UUID, topic_id: UUID, *, pinned: bool) -> None:
    """Put a topic on one of the three places at the top, or take it off. Refusals: not_found, not_allowed, three_pinned."""
    await db.run("select from tribes.tribes where tribe_id = :tribe for no key update", tribe=tribe_id)
    await _demand(db, by, tribe_id)
    if not pinned:
        if await db.run(
            "update tribes.topics set pinned = null where tribe_id = :tribe and topic_id = :topic and pinned is not null",
            tribe=tribe_id,
            topic=topic_id,
        ):
            await note(db, by, tribe_id, "unpinned", topic_id)
        return
    done = await db.run(
        """
        update tribes.topics t set pinned = free.place from (
          select min(n)::smallint as place from generate_series(1, 3) n
          where not exists (select from tribes.topics o where o.tribe_id = :tribe and o.pinned = n)
        ) free
        where t.tribe_id = :tribe and t.topic_id = :topic and t.pinned is null and t.hidden_at is null and free.place is not null
        """,
        tribe=tribe_id,
        topic=topic_id,
    )
    if done:
        await note(db, by, tribe_id, "pinned", topic_id)
        return
    open_to_pin = await db.value(
        bool,
        "select pinned is null from tribes.topics where tribe_id = :tribe and topic_id = :topic and hidden_at is null",
        tribe=tribe_id,
        topic=topic_id,
    )
    if open_to_pin is None:
        raise NotFound
    if open_to_pin:
        raise TribeRefused("three_pinned", _("Three topics are pinned already. Take one of them down first."))


async def mark_best(db: Db, by: UUID, tribe_id: UUID, topic_id: UUID, *, best: bool) -> None:
    """Among the best, or no more. Refusals: not_found, not_allowed."""
    await _demand(db, by, tribe_id)
    done = await db.run(
        """
        update tribes.topics set best_at = case when :best::boolean then :now::timestamptz end
        where tribe_id = :tribe and topic_id = :topic and (best_at is null) = :best and (hidden_at is null or not :best)
        """,
        best=best,
        now=clock.now(),
        tribe=tribe_id,
        topic=topic_id,
    )
    if done:
        await note(db, by, tribe_id, "best" if best else "not_best", topic_id)


async def hide_topic(db: Db, by: UUID, tribe_id: UUID, topic_id: UUID, reason: str) -> None:
    """Its author and the moderators alone see it, and why. Refusals: not_found, not_allowed, reason_missing,
    words_refused."""
    await _reasoned(db, by, reason)
    await _demand(db, by, tribe_id)
    done = await db.run(
        """
        update tribes.topics set hidden_at = :now, hidden_by = 'moderator', hidden_why = :reason, pinned = null, best_at = null
        where tribe_id = :tribe and topic_id = :topic and hidden_at is null
        """,
        now=clock.now(),
        reason=clean(reason),
        tribe=tribe_id,
        topic=topic_id,
    )
    if not done:
        raise NotFound
    await note(db, by, tribe_id, "hid", topic_id, reason)


async def show_topic(db: Db, by: UUID, tribe_id: UUID, topic_id: UUID) -> None:
    """What moderators hid is seen by all again; not what the platform hid. Refusals: not_found, not_allowed."""
    await _demand(db, by, tribe_id)
    done = await db.run(
        """
        update tribes.topics set hidden_at = null, hidden_by = '', hidden_why = ''
        where tribe_id = :tribe and topic_id = :topic and hidden_by = 'moderator'
        """,
        tribe=tribe_id,
        topic=topic_id,
    )
    if not done:
        raise NotFound
    await note(db, by, tribe_id, "showed", topic_id)


async def hide_reply(db: Db, by: UUID, tribe_id: UUID, reply_id: UUID, reason: str) -> None:
    """Its author and the moderators alone see it, and why. Refusals: not_found, not_allowed, reason_missing,
    words_refused."""
    await _reasoned(db, by, reason)
    await _demand(db, by, tribe_id)
    topic_id = await db.value(
        UUID,
        """
        update tribes.replies set hidden_at = :now, hidden_by = 'moderator', hidden_why = :reason
        where tribe_id = :tribe and reply_id = :reply and hidden_at is null returning topic_id
        """,
        now=clock.now(),
        reason=clean(reason),
        tribe=tribe_id,
        reply=reply_id,
    )
    if topic_id is None:
        raise NotFound
    await db.run(
        """
        insert into tribes.acts (tribe_id, person_id, act, topic_id, reply_id, reason, at)
        values (:tribe, :by, 'hid', :topic, :reply, :reason, :now)
        """,
        tribe=tribe_id,
        by=by,
        topic=topic_id,
        reply=reply_id,
        reason=clean(reason),
        now=clock.now(),
    )


async def note(db: Db, by: UUID | None, tribe_id: UUID, act: str, topic_id: UUID, reason: str = "") -> None:
    """Write an act on a topic down."""
    await db.run(
        """
        insert into tribes.acts (tribe_id, person_id, act, topic_id, reason, at) values (:tribe, :by, :act, :topic, :reason, :now)
        """,
        tribe=tribe_id,
        by=by,
        act=act,
        topic=topic_id,
        reason=clean(reason),
        now=clock.now(),
    )
