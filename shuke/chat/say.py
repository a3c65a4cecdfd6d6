"""Saying something: what a person may send, looked at before it is kept."""

from uuid import UUID

from shuke.album import keep
from shuke.chat.batched import Sender
from shuke.chat.types import Message, MessageDraft, MessageKind, NewMessage
from shuke.kit.db import Database, Db
from shuke.kit.limits import too_many
from shuke.kit.refusals import NotFound
from shuke.moderation import check_words
from shuke.shares import preview


async def say(database: Database, sender: Sender, person_id: UUID, where: tuple[UUID, str], draft: MessageDraft) -> Message:
    """Look at a message, then send it together with what others send; `where` is the conversation and the sender's key. Refusals:
    not_found, not_friends, group_closed, empty_message, words_refused, too_many_requests."""
    if wait := await sender.pacer((person_id, "message")):
        raise too_many(wait)
    async with database.hot(writes=False) as db:
        await look_at(db, person_id, draft)
    if draft.photo_id is not None:
        async with database.write() as db:
            await keep(db, person_id, [draft.photo_id])
    return await sender(as_sent(person_id, where, draft))


async def look_at(db: Db, person_id: UUID, draft: MessageDraft) -> None:
    """Whether a person may say this anywhere. Refusals: words_refused, not_found for a thing she can't see. For words alone nothing
    is asked of the database while the list of words is known."""
    await check_words(db, person_id, draft.text, "message")
    if draft.thing is not None and await preview(db, draft.thing, person_id) is None:
        raise NotFound


def as_sent(person_id: UUID, where: tuple[UUID, str], draft: MessageDraft) -> NewMessage:
    """The kind follows from what is in it."""
    conversation_id, key = where
    kind: MessageKind = "text"
    if draft.thing is not None:
        kind = "place" if draft.thing.kind == "place" else "thing"
    elif draft.photo_id is not None:
        kind = "photo"
    return NewMessage(conversation_id, person_id, key, kind, draft.text, draft.photo_id, draft.thing)
