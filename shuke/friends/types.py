"""Types of the friends room."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from shuke.kit.events import Event

Audience = Literal["everyone", "friends", "me"]
"""Who may see something of a person."""
Via = Literal["page", "code", "phone"]
"""How one came to ask the other."""
Standing = Literal["self", "friends", "asked", "asks_me", "none"]
"""How two people stand, seen by one of them."""

NAME_LENGTH = 80
GROUP_LENGTH = 40
ABOUT_LENGTH = 300


class Face(msgspec.Struct, frozen=True):
    """How a person looks to a viewer: `name` is the viewer's remark, else her own name, else a neutral word; `photo` the address of
    the small picture."""

    person_id: UUID
    name: str
    photo: str | None


class Friend(msgspec.Struct, frozen=True):
    """A line of the list of friends; `own_name` as she calls herself, `letter` (A to Z or #) that she stands under."""

    person_id: UUID
    name: str
    photo: str | None
    remark: str
    own_name: str
    since: datetime
    letter: str


class FriendPage(msgspec.Struct, frozen=True):
    """`next` goes into `after` for the next page; none on the last. `letters` are those that anybody stands under, on any page."""

    friends: list[Friend]
    next: UUID | None
    letters: list[str]


class Request(msgspec.Struct, frozen=True):
    """A request that waits for an answer."""

    person_id: UUID
    name: str
    photo: str | None
    via: Via
    at: datetime


class Requests(msgspec.Struct, frozen=True):
    """Both ways, the newest first. What was asked by phone number is not among the sent: it would tell whose number it is."""

    received: list[Request]
    sent: list[Request]


class Relation(msgspec.Struct, frozen=True):
    """How two people stand; `remark` and `since` of friends."""

    person_id: UUID
    standing: Standing
    remark: str = ""
    since: datetime | None = None


class Blocked(msgspec.Struct, frozen=True):
    """Somebody the viewer blocked."""

    person_id: UUID
    name: str
    at: datetime


class Group(msgspec.Struct, frozen=True):
    """Friends under one name that only its maker sees."""

    group_id: UUID
    name: str
    members: list[UUID]


class Code(msgspec.Struct, frozen=True):
    """The personal code, and the address it leads to."""

    code: str
    address: str


class Settings(msgspec.Struct, frozen=True):
    """`findable_by_phone`: others who allow it too may ask me by my phone number, and I them by theirs."""

    findable_by_phone: bool = False


class NewRequest(msgspec.Struct, frozen=True):
    """Whom to ask: somebody whose page was seen, or whose personal code was scanned."""

    person_id: UUID | None = None
    code: Annotated[str, msgspec.Meta(max_length=200)] = ""


class NewPhoneRequest(msgspec.Struct, frozen=True):
    """`phone` in any writing."""

    phone: Annotated[str, msgspec.Meta(max_length=60)]


class PhoneAsked(msgspec.Struct, frozen=True):
    """The same for every number: whether it belongs to somebody is not told. `shown`: the number, shortened."""

    shown: str


class NewBlock(msgspec.Struct, frozen=True):
    """Whom to block."""

    person_id: UUID


class Remark(msgspec.Struct, frozen=True):
    """The name a friend has for me alone; empty for her own."""

    remark: Annotated[str, msgspec.Meta(max_length=200)]


class GroupDraft(msgspec.Struct, frozen=True):
    """`members` are friends; whoever is not a friend is left out."""

    name: Annotated[str, msgspec.Meta(max_length=200)]
    members: Annotated[list[UUID], msgspec.Meta(max_length=5000)] = []


class Waiting(msgspec.Struct, frozen=True):
    """How much waits for the person, by what: chat, friends and so on."""

    counts: dict[str, int]
    total: int


class FriendsMade(Event, frozen=True):
    """They are friends now. Announced once for each side."""

    person_id: UUID
    friend_id: UUID


class FriendsEnded(Event, frozen=True):
    """They are friends no more. Announced once for each side."""

    person_id: UUID
    friend_id: UUID


class PersonBlocked(Event, frozen=True):
    """`person_id` blocked `other_id`: they were friends or not, now neither sees the other."""

    person_id: UUID
    other_id: UUID


class PersonUnblocked(Event, frozen=True):
    """`person_id` took a block of `other_id` back, and neither blocks the other any more: they are strangers."""

    person_id: UUID
    other_id: UUID


class NumberAsked(Event, frozen=True):
    """Somebody asks whoever has this phone number (E.164) and allows it."""

    person_id: UUID
    phone: str
