"""What the chat does when others announce something, what waits for a person, and what she takes along."""

from uuid import UUID

from shuke.chat.open import remove_member
from shuke.chat.queries import unread
from shuke.chat.reported import Messages
from shuke.chat.send import changed
from shuke.friends import FriendsMade, PersonBlocked, PersonUnblocked, counts
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.moderation import moderated
from shuke.people import PersonErased, exports

moderated("message")(Messages())
counts("chats")(unread)


@on(PersonBlocked)
async def hear_no_more(db: Db, event: PersonBlocked) -> None:
    """Open sockets of both leave each other out."""
    await changed(db, [event.person_id, event.other_id], less=True)


@on(PersonUnblocked)
async def hear_each_other(db: Db, event: PersonUnblocked) -> None:
    """Open sockets of both hear the other one again."""
    await changed(db, [event.person_id, event.other_id], less=False)


@on(FriendsMade)
async def hear_again(db: Db, event: FriendsMade) -> None:
    """Two who were hidden from each other are friends again."""
    await changed(db, [event.person_id], less=False)


@on(PersonErased)
async def forget(db: Db, event: PersonErased) -> None:
    """Who is erased is in no conversation, and what she said is gone."""
    conversations = await db.values(
        UUID, "select conversation_id from chat.mine where person_id = :person order by conversation_id", person=event.person_id
    )
    for conversation_id in conversations:
        await remove_member(db, conversation_id, event.person_id)
    await db.run("delete from chat.messages where person_id = :person", person=event.person_id)
    await db.run(
        "delete from chat.members where person_id = :person and conversation_id = any(:conversations)",
        person=event.person_id,
        conversations=conversations,
    )
    await db.run("delete from chat.mine where person_id = :person", person=event.person_id)


@exports("chat.messages")
async def _messages(db: Db, person_id: UUID) -> list[str]:
    return await db.values(str, "select to_json(m)::text from chat.messages m where person_id = :me order by at", me=person_id)


@exports("chat.mine")
async def _mine(db: Db, person_id: UUID) -> list[str]:
    return await db.values(str, "select to_json(m)::text from chat.mine m where person_id = :me order by at", me=person_id)


@exports("chat.members")
async def _members(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        """
        select to_json(m)::text from chat.mine i join chat.members m using (conversation_id, person_id)
        where i.person_id = :person order by m.joined_at, conversation_id
        """,
        person=person_id,
    )
