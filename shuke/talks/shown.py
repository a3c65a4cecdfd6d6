"""What pages show of conversations: names, pictures, what a message is about."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.album import address
from shuke.chat import Conversation, Listed, Member, Message
from shuke.friends import Face, faces, nobody
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.moderation import appeal_href
from shuke.shares import Preview, Thing, passed_on


class MessageShown(msgspec.Struct, frozen=True):
    """A message on a page; `preview` of what it shows, as far as the viewer may see it; `words` of a notice;
    `appeal` where one may object to a decision about it."""

    message: Message
    face: Face
    mine: bool
    photo: str
    preview: Preview | None
    words: str
    appeal: str


class LineShown(msgspec.Struct, frozen=True):
    """A line of the list of conversations."""

    listed: Listed
    face: Face
    under: str


def notice_words(what: str, name: str) -> str:
    """What happened, in words; what is not a known name is shown as it is."""
    known = {
        "opened": _("%(name)s started the group") % {"name": name},
        "joined": _("%(name)s joined") % {"name": name},
        "left": _("%(name)s left") % {"name": name},
        "removed": _("%(name)s was taken out") % {"name": name},
        "renamed": _("%(name)s gave the group another title") % {"name": name},
        "agreed": _("%(name)s agreed: we meet here") % {"name": name},
    }
    return known.get(what, what)


def title_of(conversation: Conversation, face: Face | None) -> str:
    """Its own title, or the other one's name."""
    if conversation.other_id is not None and face is not None:
        return face.name
    return conversation.title or _("Chat group")


async def messages_shown(db: Db, viewer_id: UUID, messages: Sequence[Message]) -> list[MessageShown]:
    """Messages with names, pictures and what they are about."""
    found = await faces(db, viewer_id, list({one.person_id for one in messages}))
    things = [
        (one.person_id, one.thing) for one in messages if one.thing is not None and one.kind in ("thing", "place", "gift")
    ]
    shown = await passed_on(db, things, "chat", viewer_id) if things else {}
    return [_shown(one, found.get(one.person_id) or nobody(one.person_id), viewer_id, shown) for one in messages]


def _shown(message: Message, face: Face, viewer_id: UUID, previews: dict[tuple[UUID, Thing], Preview]) -> MessageShown:
    return MessageShown(
        message,
        face,
        message.person_id == viewer_id,
        address(message.person_id, message.photo_id, small=True) if message.photo_id else "",
        previews.get((message.person_id, message.thing)) if message.thing else None,
        notice_words(message.text, face.name) if message.kind == "notice" else "",
        appeal_href("message", message.conversation_id, message.message_id),
    )


async def lines_shown(db: Db, viewer_id: UUID, listed: Sequence[Listed]) -> list[LineShown]:
    """The list with names and the last words."""
    people = {one.conversation.other_id for one in listed} | {one.last.person_id for one in listed if one.last}
    found = await faces(db, viewer_id, [one for one in people if one is not None])
    lines = []
    for one in listed:
        other = one.conversation.other_id
        face = found.get(other) if other else None
        name = title_of(one.conversation, face)
        lines.append(
            LineShown(
                one, Face(one.conversation.conversation_id, name, face.photo if face else None), _under(one, viewer_id, found)
            )
        )
    return lines


def _under(listed: Listed, viewer_id: UUID, found: dict[UUID, Face]) -> str:
    last = listed.last
    if last is None:
        return _("Nothing said yet")
    name = found[last.person_id].name if last.person_id in found else ""
    if last.kind == "notice":
        return notice_words(last.text, name)
    text = in_words(last)
    if last.person_id == viewer_id or listed.conversation.other_id is not None:
        return text
    return _("%(name)s: %(words)s") % {"name": name, "words": text}


def in_words(message: Message) -> str:
    """A message in one line of a list."""
    if message.deleted:
        return _("Message taken back")
    kinds = {
        "photo": _("[Photo]"),
        "thing": _("[Shared]"),
        "place": _("[Place]"),
        "gift": _("[Gift]"),
        "sharing": _("[Shares their place]"),
    }
    return message.text or kinds.get(message.kind, "")


async def members_shown(db: Db, viewer_id: UUID, members: Sequence[Member]) -> list[tuple[Member, Face]]:
    """Who is in it, with names."""
    found = await faces(db, viewer_id, [one.person_id for one in members])
    return [(one, found[one.person_id]) for one in members]
