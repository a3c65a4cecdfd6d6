"""News: what the sockets of a process read, each a statement for many."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from shuke.chat.types import Message
from shuke.chat.veil import veiled
from shuke.kit import clock
from shuke.kit.db import Db

MOST = 200  # messages of a conversation at once
MOST_NEWS = 1000


class Hears(msgspec.Struct, frozen=True):
    """What a person is in, up to where she has read in each, and who is hidden from her."""

    conversations: list[UUID]
    read: dict[UUID, int]
    hidden: list[UUID]


class _Mine(msgspec.Struct, frozen=True):
    conversation_id: UUID
    read_number: int


class _Number(msgspec.Struct, frozen=True):
    conversation_id: UUID
    number: int


async def hears(db: Db, person_id: UUID) -> Hears:
    """Everything this person hears."""
    hidden = await db.values(UUID, "select other_id from friends.hidden where person_id = :person", person=person_id)
    mine = await db.all(
        _Mine,
        """
        select m.conversation_id, m.read_number from chat.mine i
        join chat.members m on m.conversation_id = i.conversation_id and m.person_id = i.person_id and m.left_at is null
        join chat.conversations c on c.conversation_id = i.conversation_id
        where i.person_id = :person and i.left_at is null
          and not exists (select from chat.members o where c.kind = 'pair' and o.conversation_id = c.conversation_id
            and o.person_id = any(:hidden::uuid[]))
        """,
        person=person_id,
        hidden=hidden,
    )
    return Hears([one.conversation_id for one in mine], {one.conversation_id: one.read_number for one in mine}, hidden)


async def numbers_of(db: Db, conversations: Sequence[UUID]) -> dict[UUID, int]:
    """The number of each one's last message."""
    found = await db.all(
        _Number,
        "select conversation_id, number from chat.conversations where conversation_id = any(:conversations)",
        conversations=list(conversations),
    )
    return {one.conversation_id: one.number for one in found}


async def missed(db: Db, person_id: UUID, after: Mapping[UUID, int]) -> list[Message]:
    """What follows these numbers, as this person may see it; at most 200 of each conversation."""
    found = await db.all(
        Message,
        """
        select m.conversation_id, m.number, m.message_id, m.person_id, m.key, m.kind, m.text, m.photo_id, m.thing_kind, m.thing_owner,
          m.thing_id, m.at, m.deleted_at is not null as deleted, m.hidden_at is not null as hidden
        from unnest(:conversations::uuid[], :numbers::bigint[]) a(conversation_id, number)
        join chat.members me on me.conversation_id = a.conversation_id and me.person_id = :person and me.left_at is null
        cross join lateral (
          select * from chat.messages m where m.conversation_id = a.conversation_id and m.number > greatest(a.number, me.from_number)
            and not exists (select from friends.hidden h where h.person_id = :person and h.other_id = m.person_id)
          order by m.number limit :most) m
        order by m.conversation_id, m.number
        """,
        conversations=list(after),
        numbers=list(after.values()),
        person=person_id,
        most=MOST,
    )
    return await veiled(db, person_id, found)


async def news(db: Db, after: Mapping[UUID, int]) -> list[Message]:
    """What follows these numbers, for everybody in these conversations."""
    return await db.all(
        Message,
        """
        select m.conversation_id, m.number, m.message_id, m.person_id, m.key, m.kind, m.text, m.photo_id, m.thing_kind, m.thing_owner,
          m.thing_id, m.at, m.deleted_at is not null as deleted, m.hidden_at is not null as hidden
        from unnest(:conversations::uuid[], :numbers::bigint[]) a(conversation_id, number)
        cross join lateral (
          select * from chat.messages m where m.conversation_id = a.conversation_id and m.number > a.number order by m.number limit :most) m
        order by m.conversation_id, m.number
        """,
        conversations=list(after),
        numbers=list(after.values()),
        most=MOST_NEWS,
    )


async def present(db: Db, conversations: Sequence[UUID], people: Sequence[UUID]) -> list[UUID]:
    """Which of these people are in one of these conversations."""
    return await db.values(
        UUID,
        """
        select distinct m.person_id from chat.members m
        where m.conversation_id = any(:conversations) and m.person_id = any(:people) and m.left_at is null
        """,
        conversations=list(conversations),
        people=list(people),
    )


async def open_sessions(db: Db, people: Sequence[UUID]) -> list[UUID]:
    """Their sessions that have not ended."""
    return await db.values(
        UUID,
        "select session_id from people.sessions where person_id = any(:people) and ended_at is null and expires_at > :now",
        people=list(people),
        now=clock.now(),
    )
