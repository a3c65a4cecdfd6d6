"""Saying something: what a person may send, looked at before it is kept."""

from uuid import UUID, uuid5

from shuke.album import keep
from shuke.chat.batched import Sender
from shuke.chat.types import Message, MessageDraft, MessageKind, NewMessage
from shuke.kit.db import Database, Db
from shuke.kit.limits import too_many
from shuke.kit.refusals import NotFound
from shuke.moderation import Cause, open_case, read_words
from shuke.moderation import Thing as Read
from shuke.shares import preview


async def say(database: Database, sender: Sender, person_id: UUID, where: tuple[UUID, str], draft: MessageDraft) -> Message:
    """Look at a message, then send it together with what others send; `where` is the conversation and the sender's key. Refusals:
    not_found, not_friends, group_closed, empty_message, words_refused, too_many_requests."""
    if wait := await sender.pacer((person_id, "message")):
        raise too_many(wait)
    async with database.hot(writes=False) as db:
        doubt = await look_at(db, person_id, draft)
    if draft.photo_id is not None:
        async with database.write() as db:
            await keep(db, person_id, [draft.photo_id], uuid5(*where))
    sent = await sender(as_sent(person_id, where, draft))
    if doubt is not None:
        async with database.write() as db:
            await open_case(db, Read("message", sent.conversation_id, sent.message_id), person_id, doubt, draft.text)
    return sent


async def look_at(db: Db, person_id: UUID, draft: MessageDraft) -> Cause | None:
    """Whether a person may say this anywhere; why an operator is to look at it, if so. Refusals: words_refused, not_found for a thing
    she can't see. For words alone nothing is asked of the database while the list of words is known."""
    doubt = await read_words(db, draft.text, "message")
    if draft.thing is not None and await preview(db, draft.thing, person_id) is None:
        raise NotFound
    return doubt


def as_sent(person_id: UUID, where: tuple[UUID, str], draft: MessageDraft) -> NewMessage:
    """The kind follows from what is in it."""
    conversation_id, key = where
    kind: MessageKind = "text"
    if draft.thing is not None:
        kind = "place" if draft.thing.kind == "place" else "thing"
    elif draft.photo_id is not None:
        kind = "photo"
    return NewMessage(conversation_id, person_id, key, kind, draft.text, draft.photo_id, draft.thing)
