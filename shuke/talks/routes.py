"""JSON API: one's conversations, what is said in them, who is in them."""

from typing import Annotated
from uuid import UUID, uuid4

import msgspec
from litestar import Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from shuke.chat import (
    Conversation,
    Conversations,
    Member,
    Message,
    MessageDraft,
    Read,
    Sender,
    conversation_of,
    conversations_of,
    members_of,
    messages_of,
    mute,
    put_out,
    read,
    retitle,
    say,
)
from shuke.chat import delete as take_back
from shuke.kit.answers import once
from shuke.kit.cursor import read_cursor
from shuke.kit.db import Database, Db
from shuke.kit.web import AnyRequest, resource
from shuke.people import Viewer, signed_in
from shuke.talks.groups import invite, start
from shuke.talks.types import Messages, Muting, NewConversation, NewMembers, NewTitle, Opened, Reading

ONE = "/conversations/{conversation_id:uuid}"
Number = Annotated[int, msgspec.Meta(ge=0, le=2**62)]


@get("/conversations", guards=[signed_in], summary="My conversations")
async def list_conversations(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], cursor: FromQuery[str | None] = None
) -> Conversations:
    """The one that spoke last first, at most 30, with how much I have not read. Refusals: cursor_unreadable."""
    return await conversations_of(db, viewer.person_id, read_cursor(cursor))


@post("/conversations", guards=[signed_in], summary="Start a conversation")
async def create_conversation(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[NewConversation],
) -> Opened:
    """With one friend and no title: the conversation of the two, the same every time. Otherwise a new group. Refusals: not_found,
    not_friends, group_full, idempotency_key_reused."""

    async def work() -> Opened:
        return Opened(await start(db, viewer.person_id, data.people, data.title))

    return await once(db, viewer.person_id, key, raw, Opened, work)


@get(ONE, guards=[signed_in], summary="A conversation")
async def get_conversation(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID]
) -> Conversation:
    """One that I am in. Refusals: not_found."""
    return await conversation_of(db, viewer.person_id, conversation_id)


@get(f"{ONE}/messages", guards=[signed_in], summary="Messages of a conversation")
async def list_messages(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    conversation_id: FromPath[UUID],
    after: FromQuery[Number | None] = None,
    before: FromQuery[Number | None] = None,
) -> Messages:
    """In their order, at most 100: the first after a number, or the last before one, or the last. Refusals: not_found."""
    found = await messages_of(db, viewer.person_id, conversation_id, after=after, before=before)
    members = await members_of(db, viewer.person_id, conversation_id)
    return Messages(found, [Read(conversation_id, one.person_id, one.read_number) for one in members])


@post(f"{ONE}/messages", guards=[signed_in], summary="Say something")
async def create_message(
    request: AnyRequest,
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    conversation_id: FromPath[UUID],
    data: JSONBody[MessageDraft],
) -> Message:
    """Words, a photo of my album, or a thing that can be passed on. The same Idempotency-Key again gives the same message.
    Refusals: not_found, not_friends, group_closed, empty_message, words_refused, too_many_requests."""
    where = (conversation_id, key or uuid4().hex)
    return await say(resource(request, Database), resource(request, Sender), viewer.person_id, where, data)


@delete(f"{ONE}/messages/{{number:int}}", guards=[signed_in], summary="Take a message back", status_code=204)
async def delete_message(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID], number: FromPath[Number]
) -> None:
    """My own: its words go, a mark stays. Refusals: not_found."""
    await take_back(db, viewer.person_id, conversation_id, number)


@put(f"{ONE}/reading", guards=[signed_in], summary="Up to where I have read", status_code=204)
async def put_reading(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID], data: JSONBody[Reading]
) -> None:
    """Only ever further. Refusals: not_found."""
    await conversation_of(db, viewer.person_id, conversation_id)
    await read(db, conversation_id, viewer.person_id, data.number)


@put(f"{ONE}/muting", guards=[signed_in], summary="Make a conversation quiet", status_code=204)
async def put_muting(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID], data: JSONBody[Muting]
) -> None:
    """A quiet one does not count among what waits. Refusals: not_found."""
    await mute(db, viewer.person_id, conversation_id, muted=data.muted)


@put(f"{ONE}/title", guards=[signed_in], summary="Give a group another title", status_code=204)
async def put_title(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID], data: JSONBody[NewTitle]
) -> None:
    """By who founded it. Refusals: not_found, not_allowed."""
    await retitle(db, viewer.person_id, conversation_id, data.title)


@get(f"{ONE}/members", guards=[signed_in], summary="Who is in a conversation")
async def list_members(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID]
) -> list[Member]:
    """With up to where each has read; nobody whom I blocked or who blocked me. Refusals: not_found."""
    return await members_of(db, viewer.person_id, conversation_id)


@post(f"{ONE}/members", guards=[signed_in], summary="Bring friends into a group", status_code=204)
async def create_members(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID], data: JSONBody[NewMembers]
) -> None:
    """Who is in already stays. Refusals: not_found, not_friends, group_full."""
    await invite(db, viewer.person_id, conversation_id, data.people)


@delete(f"{ONE}/members/{{person_id:uuid}}", guards=[signed_in], summary="Leave a group, or put somebody out", status_code=204)
async def delete_member(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID], person_id: FromPath[UUID]
) -> None:
    """Myself; or somebody else, by who founded it. Refusals: not_found, not_allowed."""
    await put_out(db, viewer.person_id, conversation_id, person_id)


chat_routes = Router(
    "/api/v1",
    route_handlers=[
        list_conversations,
        create_conversation,
        get_conversation,
        list_messages,
        create_message,
        delete_message,
        put_reading,
        put_muting,
        put_title,
        list_members,
        create_members,
        delete_member,
    ],
    tags=["chat"],
)
