"""Reading conversations, through whoever is in them."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.chat.types import Conversation, Conversations, Listed, Member, Message
from shuke.chat.veil import veiled
from shuke.kit.cursor import Cursor
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound

PAGE = 30
MOST = 100  # messages in one answer


class _Last(msgspec.Struct, frozen=True):
    """What stands beside a conversation in one's own list."""

    conversation_id: UUID
    muted: bool


async def conversation_of(db: Db, viewer_id: UUID, conversation_id: UUID) -> Conversation:
    """One that the viewer is in. Refusal: not_found, also where one of two hides from the other."""
    found = await _seen(db, viewer_id, [conversation_id])
    if not found:
        raise NotFound
    return found[0]


async def _seen(db: Db, viewer_id: UUID, conversations: Sequence[UUID]) -> list[Conversation]:
    return await db.all(
        Conversation,
        """
        select c.conversation_id, c.kind, c.title, c.owner_id, c.merchant_id, c.reference, c.number, c.last_at,
          c.closed_at is not null as closed, m.role, m.from_number, m.read_number,
          (select count(*) from chat.members o where o.conversation_id = c.conversation_id and o.left_at is null
            and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = o.person_id)) as members,
          o.person_id as other_id,
          (select count(*) from friends.hidden h join chat.messages s on s.person_id = h.other_id
            where h.person_id = :viewer and s.conversation_id = c.conversation_id
              and s.number > greatest(m.read_number, m.from_number)) as passed_over
        from chat.conversations c
        join chat.members m on m.conversation_id = c.conversation_id and m.person_id = :viewer and m.left_at is null
        left join chat.members o on c.kind = 'pair' and o.conversation_id = c.conversation_id and o.person_id <> :viewer
        where c.conversation_id = any(:conversations)
          and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = o.person_id)
        """,
        viewer=viewer_id,
        conversations=list(conversations),
    )


async def conversations_of(db: Db, viewer_id: UUID, cursor: Cursor | None = None) -> Conversations:
    """A page of the viewer's own, the one that spoke last first."""
    mine = await db.all(
        _Last,
        "select conversation_id, muted_at is not null as muted from chat.mine where person_id = :viewer and left_at is null",
        viewer=viewer_id,
    )
    muted = {one.conversation_id for one in mine if one.muted}
    page = await db.values(
        UUID,
        """
        select conversation_id from chat.conversations c
        where conversation_id = any(:mine) and (:at::timestamptz is null or (last_at, conversation_id) < (:at, :after::uuid))
          and not exists (select from chat.members o join friends.hidden h on h.person_id = :viewer and h.other_id = o.person_id
            where c.kind = 'pair' and o.conversation_id = c.conversation_id)
        order by last_at desc, conversation_id desc limit :most
        """,
        mine=[one.conversation_id for one in mine],
        viewer=viewer_id,
        at=cursor.at if cursor else None,
        after=cursor.row_id if cursor else None,
        most=PAGE,
    )
    found = {one.conversation_id: one for one in await _seen(db, viewer_id, page)}
    last = {one.conversation_id: one for one in await veiled(db, viewer_id, await _last(db, viewer_id, page))}
    listed = [Listed(found[one], _unread(found[one]), one in muted, last.get(one)) for one in page if one in found]
    full = len(page) == PAGE and page[-1] in found
    return Conversations(listed, Cursor(found[page[-1]].last_at, page[-1]).text if full else None)


def _unread(one: Conversation) -> int:
    return max(0, one.number - max(one.read_number, one.from_number) - one.passed_over)


async def _last(db: Db, viewer_id: UUID, conversations: Sequence[UUID]) -> list[Message]:
    return await db.all(
        Message,
        """
        select m.conversation_id, m.number, m.message_id, m.person_id, m.key, m.kind, case when m.hidden_at is null then m.text else '' end as text,
          case when m.hidden_at is null then m.photo_id end as photo_id, case when m.hidden_at is null then m.thing_kind end as thing_kind,
          case when m.hidden_at is null then m.thing_owner end as thing_owner,
          case when m.hidden_at is null then m.thing_id end as thing_id, m.at, m.deleted_at is not null as deleted, m.hidden_at is not null as hidden
        from chat.conversations c
        join chat.members me on me.conversation_id = c.conversation_id and me.person_id = :viewer
        cross join lateral (
          select * from chat.messages m where m.conversation_id = c.conversation_id and m.number > me.from_number
            and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = m.person_id)
          order by m.number desc limit 1) m
        where c.conversation_id = any(:conversations)
        """,
        viewer=viewer_id,
        conversations=list(conversations),
    )


async def messages_of(
    db: Db, viewer_id: UUID, conversation_id: UUID, *, after: int | None = None, before: int | None = None, most: int = MOST
) -> list[Message]:
    """At most `most` messages in their order: the first after a number, else the last before one, else the last. Refusal:
    not_found. Left out are those of who hides from the viewer; a hidden one's words only its sender sees."""
    await conversation_of(db, viewer_id, conversation_id)
    found = await db.all(
        Message,
        """
        select m.conversation_id, m.number, m.message_id, m.person_id, m.key, m.kind,
          case when m.hidden_at is null or m.person_id = :viewer then m.text else '' end as text,
          case when m.hidden_at is null or m.person_id = :viewer then m.photo_id end as photo_id,
          case when m.hidden_at is null or m.person_id = :viewer then m.thing_kind end as thing_kind,
          case when m.hidden_at is null or m.person_id = :viewer then m.thing_owner end as thing_owner,
          case when m.hidden_at is null or m.person_id = :viewer then m.thing_id end as thing_id,
          m.at, m.deleted_at is not null as deleted, m.hidden_at is not null as hidden
        from (
          (select m.* from chat.messages m join chat.members me on me.conversation_id = m.conversation_id and me.person_id = :viewer
           where :after::bigint is not null and m.conversation_id = :conversation and m.number > greatest(:after, me.from_number)
             and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = m.person_id)
           order by m.number limit :most)
          union all
          (select m.* from chat.messages m join chat.members me on me.conversation_id = m.conversation_id and me.person_id = :viewer
           where :after::bigint is null and m.conversation_id = :conversation and m.number > me.from_number
             and m.number < coalesce(:before::bigint, 9223372036854775807)
             and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = m.person_id)
           order by m.number desc limit :most)
        ) m order by m.number
        """,
        viewer=viewer_id,
        conversation=conversation_id,
        after=after,
        before=before,
        most=min(most, MOST),
    )
    return await veiled(db, viewer_id, found)


async def members_of(db: Db, viewer_id: UUID, conversation_id: UUID) -> list[Member]:
    """Who is in it, who leads it first; nobody who hides from the viewer. Refusal: not_found."""
    await conversation_of(db, viewer_id, conversation_id)
    return await db.all(
        Member,
        """
        select person_id, role, joined_at, read_number from chat.members m
        where conversation_id = :conversation and left_at is null
          and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = m.person_id)
        order by role = 'member', joined_at, person_id
        """,
        conversation=conversation_id,
        viewer=viewer_id,
    )


async def is_member(db: Db, conversation_id: UUID, person_id: UUID) -> bool:
    """Whether somebody is in a conversation."""
    found = await db.value(
        bool,
        """
        select exists (select from chat.members
          where conversation_id = :conversation and person_id = :person and left_at is null)
        """,
        conversation=conversation_id,
        person=person_id,
    )
    return bool(found)


async def unread(db: Db, person_id: UUID) -> int:
    """How many messages wait for her in conversations that are not quiet; not those of who is hidden from her."""
    waiting = await db.value(
        int,
        """
        select coalesce(sum(greatest(0, c.number - greatest(m.read_number, m.from_number) - (
          select count(*) from friends.hidden h join chat.messages s on s.person_id = h.other_id
          where h.person_id = i.person_id and s.conversation_id = c.conversation_id
            and s.number > greatest(m.read_number, m.from_number)))), 0)::bigint
        from chat.mine i
        join chat.members m on m.conversation_id = i.conversation_id and m.person_id = i.person_id
        join chat.conversations c on c.conversation_id = i.conversation_id
        where i.person_id = :person and i.left_at is null and i.muted_at is null
          and not exists (select from chat.members o join friends.hidden h on h.person_id = i.person_id and h.other_id = o.person_id
            where c.kind = 'pair' and o.conversation_id = c.conversation_id)
        """,
        person=person_id,
    )
    return waiting or 0


async def is_muted(db: Db, viewer_id: UUID, conversation_id: UUID) -> bool:
    """Whether it is quiet for her."""
    found = await db.value(
        bool,
        "select muted_at is not null from chat.mine where person_id = :person and conversation_id = :conversation",
        person=viewer_id,
        conversation=conversation_id,
    )
    return bool(found)
