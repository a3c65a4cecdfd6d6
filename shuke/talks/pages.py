"""Pages: one's conversations, one of them, saying something without script."""

from typing import Annotated
from uuid import UUID, uuid4

import msgspec
from litestar import Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from shuke.album import add
from shuke.chat import (
    LONGEST,
    Conversation,
    Member,
    MessageDraft,
    Sender,
    conversation_of,
    conversations_of,
    delete,
    members_of,
    messages_of,
    read,
    say,
)
from shuke.friends import face_of
from shuke.kit.cursor import read_cursor
from shuke.kit.db import Database, Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.web import AnyRequest, resource
from shuke.people import Viewer, signed_in
from shuke.shell import redirect, render
from shuke.talks.groups import start
from shuke.talks.shown import lines_shown, messages_shown, title_of

ONE = "/chats/{conversation_id:uuid}"
SHOWN = 60  # messages of one page
Number = Annotated[int, msgspec.Meta(ge=0, le=2**62)]


@get("/chats", guards=[signed_in])
async def list_page(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], cursor: FromQuery[str | None] = None
) -> Response[str]:
    """My conversations, the one that spoke last first."""
    found = await conversations_of(db, viewer.person_id, read_cursor(cursor))
    lines = await lines_shown(db, viewer.person_id, found.conversations)
    return render(request, "talks/list.html", lines=lines, next=found.next, first=cursor is not None)


@get("/chats/with/{person_id:uuid}", guards=[signed_in], opt={"writes": True})
async def with_page(db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID]) -> Redirect:
    """The conversation with a friend, opened when there was none. Refusals: not_found, not_friends."""
    return Redirect(f"/chats/{await start(db, viewer.person_id, [person_id], '')}", status_code=303)


@get(ONE, guards=[signed_in], opt={"writes": True})
async def conversation_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    conversation_id: FromPath[UUID],
    before: FromQuery[Number | None] = None,
) -> Response[str]:
    """What was said last, or before a message; the last of it counts as read."""
    return await _page(request, db, viewer, conversation_id, before)


async def _page(
    request: AnyRequest,
    db: Db,
    viewer: Viewer,
    conversation_id: UUID,
    before: int | None = None,
    typed: tuple[str, str] = ("", ""),
) -> Response[str]:
    text, error = typed
    conversation = await conversation_of(db, viewer.person_id, conversation_id)
    messages = await messages_of(db, viewer.person_id, conversation_id, before=before, most=SHOWN)
    face = await face_of(db, viewer.person_id, conversation.other_id) if conversation.other_id else None
    if before is None:
        await read(db, conversation_id, viewer.person_id, conversation.number)
    members = await members_of(db, viewer.person_id, conversation_id)
    unread = conversation.read_number if conversation.read_number > conversation.from_number else None
    return render(
        request,
        "talks/conversation.html",
        conversation=conversation,
        title=title_of(conversation, face),
        face=face,
        messages=await messages_shown(db, viewer.person_id, messages),
        older=messages[0].number if len(messages) == SHOWN else None,
        latest=before is None,
        unread=unread,
        has_read=has_read(conversation, members, viewer.person_id),
        mine=bool(messages) and messages[-1].person_id == viewer.person_id,
        longest=LONGEST,
        key=uuid4().hex,
        text=text,
        error=error,
    )


def has_read(conversation: Conversation, members: list[Member], viewer_id: UUID) -> int:
    """How many others have read the last message."""
    return len([one for one in members if one.person_id != viewer_id and one.read_number >= conversation.number > 0])


@get(f"{ONE}/messages/{{number:int}}", guards=[signed_in])
async def message_part(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    conversation_id: FromPath[UUID],
    number: FromPath[Number],
) -> Response[str]:
    """One message as it stands on the page. Refusal: not_found."""
    conversation = await conversation_of(db, viewer.person_id, conversation_id)
    messages = await messages_of(db, viewer.person_id, conversation_id, after=number - 1, most=1)
    if not messages or messages[0].number != number:
        raise NotFound
    (shown,) = await messages_shown(db, viewer.person_id, messages)
    return render(request, "talks/message.html", conversation=conversation, shown=shown)


@get(f"{ONE}/reads", guards=[signed_in])
async def reads_part(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID]
) -> Response[str]:
    """Who has read the last message."""
    conversation = await conversation_of(db, viewer.person_id, conversation_id)
    members = await members_of(db, viewer.person_id, conversation_id)
    (last,) = await messages_of(db, viewer.person_id, conversation_id, most=1) or (None,)
    return render(
        request,
        "talks/reads.html",
        conversation=conversation,
        has_read=has_read(conversation, members, viewer.person_id),
        mine=last is not None and last.person_id == viewer.person_id,
    )


@post(f"{ONE}/messages", guards=[signed_in])
async def send_message(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID]
) -> Response[str] | Redirect:
    """Fields text, photo, key; what is refused comes back with the words in it."""
    form = await request.form()
    text, photo, key = str(form.get("text", "")), form.get("photo"), str(form.get("key", "")) or uuid4().hex
    try:
        photo_id = await _photo(request, viewer, photo) if isinstance(photo, UploadFile) else None
        draft = MessageDraft(text, photo_id)
        await say(resource(request, Database), resource(request, Sender), viewer.person_id, (conversation_id, key[:200]), draft)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _page(request, db, viewer, conversation_id, typed=(text, _(refusal.detail) or refusal.name))
    return redirect(f"/chats/{conversation_id}#end")


async def _photo(request: AnyRequest, viewer: Viewer, photo: UploadFile) -> UUID | None:
    content = await photo.read()
    if not content:
        return None
    async with resource(request, Database).write() as db:
        return await add(db, viewer.person_id, content)


@post(f"{ONE}/messages/{{number:int}}/deletion", guards=[signed_in])
async def delete_own(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID], number: FromPath[Number]
) -> Redirect:
    """Take my own message back."""
    await delete(db, viewer.person_id, conversation_id, number)
    return redirect(f"/chats/{conversation_id}#end", flash=_("Message taken back"))


chat_pages = Router(
    "/",
    route_handlers=[list_page, with_page, conversation_page, message_part, reads_part, send_message, delete_own],
    include_in_schema=False,
)
