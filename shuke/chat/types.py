"""Types of the chat room."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from shuke.kit.events import Event
from shuke.kit.refusals import Refusal
from shuke.shares import Thing

ConversationKind = Literal["pair", "group", "members", "meetup", "tribe"]
MessageKind = Literal["text", "photo", "thing", "gift", "place", "sharing", "notice"]
Key = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Text = Annotated[str, msgspec.Meta(max_length=4000)]
Title = Annotated[str, msgspec.Meta(max_length=80)]

LONGEST = 4000  # characters of one message
MOST_MEMBERS = 500  # of a group that people make themselves


class NewGroup(msgspec.Struct, frozen=True):
    """`owner_id` founds it; `merchant_id` for members, `reference` for a meetup's or a tribe's id."""

    kind: ConversationKind
    title: str
    owner_id: UUID
    members: tuple[UUID, ...] = ()
    merchant_id: UUID | None = None
    reference: UUID | None = None


class NewMessage(msgspec.Struct, frozen=True):
    """`key` is the sender's: the same again gives the same message."""

    conversation_id: UUID
    person_id: UUID
    key: str
    kind: MessageKind = "text"
    text: str = ""
    photo_id: UUID | None = None
    thing: Thing | None = None


class Message(msgspec.Struct, frozen=True):
    """One message; without words, photo and thing where its sender deleted it or a decision hid it."""

    conversation_id: UUID
    number: int
    message_id: UUID
    person_id: UUID
    key: str
    kind: str
    text: str
    photo_id: UUID | None
    thing_kind: str | None
    thing_owner: UUID | None
    thing_id: UUID | None
    at: datetime
    deleted: bool
    hidden: bool

    @property
    def thing(self) -> Thing | None:
        """What it shows."""
        if self.thing_kind is None or self.thing_owner is None or self.thing_id is None:
            return None
        return Thing(self.thing_kind, self.thing_owner, self.thing_id)


class Conversation(msgspec.Struct, frozen=True):
    """A conversation as one of its members sees it; `other_id` in one of two; `passed_over`: so many messages after the one read last
    are of people hidden from her."""

    conversation_id: UUID
    kind: str
    title: str
    owner_id: UUID | None
    merchant_id: UUID | None
    reference: UUID | None
    number: int
    last_at: datetime
    closed: bool
    role: str
    from_number: int
    read_number: int
    members: int
    other_id: UUID | None
    passed_over: int


class Member(msgspec.Struct, frozen=True):
    """Somebody in a conversation, and up to where she has read."""

    person_id: UUID
    role: str
    joined_at: datetime
    read_number: int


class Read(msgspec.Struct, frozen=True):
    """Somebody has read a conversation up to a number."""

    conversation_id: UUID
    person_id: UUID
    number: int


class Listed(msgspec.Struct, frozen=True):
    """A line of one's own list of conversations, with the last message that one may see."""

    conversation: Conversation
    unread: int
    muted: bool
    last: Message | None


class Conversations(msgspec.Struct, frozen=True):
    """A page of one's own list, the latest first; `next` leads to the page after it."""

    conversations: list[Listed]
    next: str | None


class MessageDraft(msgspec.Struct, frozen=True):
    """What is to be said, or shown: words, a photo of one's album, a thing that can be passed on."""

    text: Text = ""
    photo_id: UUID | None = None
    thing: Thing | None = None


class ChatRefused(Refusal):
    """409. `name`: not_friends, group_full, group_closed, empty_message."""


class MemberWent(Event, frozen=True):
    """Somebody is no longer in a conversation of a merchant's members."""

    person_id: UUID
    conversation_id: UUID
