"""What is asked for and answered by the API of conversations."""

from typing import Annotated
from uuid import UUID

import msgspec

from shuke.chat import MOST_MEMBERS, Message, Read, Title


class Reading(msgspec.Struct, frozen=True):
    """Up to where one has read."""

    number: int


class Messages(msgspec.Struct, frozen=True):
    """Messages in their order; `reads` says who has read up to where."""

    messages: list[Message]
    reads: list[Read]


class NewConversation(msgspec.Struct, frozen=True):
    """With one friend: a conversation of two, the same every time. With several, or with a title: a new group."""

    people: Annotated[tuple[UUID, ...], msgspec.Meta(min_length=1, max_length=MOST_MEMBERS)]
    title: Title = ""


class NewMembers(msgspec.Struct, frozen=True):
    """Friends to bring in."""

    people: Annotated[tuple[UUID, ...], msgspec.Meta(min_length=1, max_length=50)]


class NewTitle(msgspec.Struct, frozen=True):
    """Another title."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


class Muting(msgspec.Struct, frozen=True):
    """Whether a conversation is to be quiet."""

    muted: bool


class Opened(msgspec.Struct, frozen=True):
    """Which conversation it is."""

    conversation_id: UUID
