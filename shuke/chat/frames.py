"""Frames: what goes over a chat's socket, JSON with a `type`, as docs/developer.md describes it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from shuke.album import address
from shuke.chat.types import Key, Message, Text
from shuke.kit.wire import framed
from shuke.shares import Thing


class Hello(msgspec.Struct, frozen=True, tag_field="type", tag="hello"):
    """What one has: the last number of each conversation. What follows comes first, then what happens."""

    after: Annotated[Mapping[UUID, int], msgspec.Meta(max_length=2000)] = {}


class Say(msgspec.Struct, frozen=True, tag_field="type", tag="message"):
    """Something to be said; answered by sent or refused."""

    conversation_id: UUID
    key: Key
    text: Text = ""
    photo_id: UUID | None = None
    thing: Thing | None = None


class HaveRead(msgspec.Struct, frozen=True, tag_field="type", tag="read"):
    """Up to where one has read."""

    conversation_id: UUID
    number: int


class Typing(msgspec.Struct, frozen=True, tag_field="type", tag="typing"):
    """Somebody writes in a conversation of two."""

    conversation_id: UUID


class Ping(msgspec.Struct, frozen=True, tag_field="type", tag="ping"):
    """Is anybody there?"""


Inbound = Hello | Say | HaveRead | Typing | Ping


class Ready(msgspec.Struct, frozen=True, tag_field="type", tag="ready"):
    """All that was missed has been sent. `numbers`: the last message of each of one's conversations."""

    numbers: Mapping[UUID, int]


class Shown(msgspec.Struct, frozen=True, tag_field="type", tag="message"):
    """A message. In one conversation numbers only grow; those of whom one has blocked are left out."""

    conversation_id: UUID
    number: int
    message_id: UUID
    person_id: UUID
    key: str
    kind: str
    text: str
    photo: str | None
    thing: Thing | None
    at: datetime
    deleted: bool


class Sent(msgspec.Struct, frozen=True, tag_field="type", tag="sent"):
    """It is kept: under this number."""

    conversation_id: UUID
    key: str
    number: int
    at: datetime


class Refused(msgspec.Struct, frozen=True, tag_field="type", tag="refused"):
    """It was not kept. `name` as in the refusals of the API; `unavailable`: send it again with its key."""

    conversation_id: UUID | None
    key: str
    name: str
    detail: str


class WasRead(msgspec.Struct, frozen=True, tag_field="type", tag="read"):
    """Somebody has read up to this number."""

    conversation_id: UUID
    person_id: UUID
    number: int


class Gone(msgspec.Struct, frozen=True, tag_field="type", tag="gone"):
    """A message was taken back, or hidden: show its mark."""

    conversation_id: UUID
    number: int


class Writes(msgspec.Struct, frozen=True, tag_field="type", tag="typing"):
    """Somebody writes."""

    conversation_id: UUID
    person_id: UUID


class Changed(msgspec.Struct, frozen=True, tag_field="type", tag="changed"):
    """One's conversations are others now: look at the list again. All that follows comes nevertheless."""

    conversations: list[UUID]


class CatchUp(msgspec.Struct, frozen=True, tag_field="type", tag="catch_up"):
    """Something was left out: say hello again with the numbers you have."""


class Pong(msgspec.Struct, frozen=True, tag_field="type", tag="pong"):
    """Here."""


class Heard(msgspec.Struct, frozen=True):
    """A message as it goes out: to everybody, and to those from whom somebody in `about` is hidden."""

    conversation_id: UUID
    number: int
    sender: UUID
    said: bytes
    about: frozenset[UUID] = frozenset()
    veiled: bytes = b""


read_frame = msgspec.json.Decoder(Inbound).decode


def shown(message: Message) -> Shown:
    """A message as everybody in its conversation gets it."""
    kept = not message.deleted and not message.hidden
    photo = address(message.person_id, message.photo_id) if kept and message.photo_id else None
    return Shown(
        message.conversation_id,
        message.number,
        message.message_id,
        message.person_id,
        message.key,
        message.kind,
        message.text if kept else "",
        photo,
        message.thing if kept else None,
        message.at,
        message.deleted or message.hidden,
    )


def as_heard(message: Message) -> Heard:
    """A message in frames. What it shows is left out where somebody is hidden whose it is."""
    said = shown(message)
    heard = Heard(message.conversation_id, message.number, message.person_id, framed(said))
    if said.thing is None:
        return heard
    veiled = framed(msgspec.structs.replace(said, thing=None))
    return msgspec.structs.replace(heard, about=frozenset((said.thing.owner_id, said.thing.thing_id)), veiled=veiled)
