"""Types of the sharing room."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from shuke.feed import Audience
from shuke.shares import Preview, Thing

By = Literal["month", "channel", "scene"]
What = Literal["members", "links", "opened", "brought"]
MOST_AT_ONCE = 30


class NewLink(msgspec.Struct, frozen=True):
    """A link to something, in a channel of one's own choice: link, system or qr."""

    thing: Thing
    channel: Literal["link", "system", "qr"] = "link"


class Link(msgspec.Struct, frozen=True):
    """A link that can be passed on."""

    code: str
    address: str
    channel: str


class NewSending(msgspec.Struct, frozen=True):
    """Something to friends and to groups that one is in."""

    thing: Thing
    people: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=MOST_AT_ONCE)] = ()
    conversations: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=MOST_AT_ONCE)] = ()


class Sent(msgspec.Struct, frozen=True):
    """In which conversations it is now."""

    conversations: list[UUID]


class NewTelling(msgspec.Struct, frozen=True):
    """Something into one's own feed."""

    thing: Thing
    audience: Audience = "friends"


class Told(msgspec.Struct, frozen=True):
    """The post that was made."""

    post_id: UUID


class Landing(msgspec.Struct, frozen=True):
    """What a link shows, and who recommends it; both null where the caller may not see it."""

    code: str
    thing: Thing
    preview: Preview | None
    giver: str | None


class OwnShare(msgspec.Struct, frozen=True):
    """One of my links: how many opened it, how many became members by it."""

    share_id: UUID
    code: str
    kind: str
    owner_id: UUID
    thing_id: UUID
    channel: str
    at: datetime
    opened: int
    brought: int

    @property
    def thing(self) -> Thing:
        """What it shows."""
        return Thing(self.kind, self.owner_id, self.thing_id)


class OwnShares(msgspec.Struct, frozen=True):
    """A page of them, the newest first; `next` begins the following one, empty on the last."""

    items: list[OwnShare]
    next: str


class Brought(msgspec.Struct, frozen=True):
    """Somebody who came to a shop by a person: her name only to friends."""

    person_id: UUID
    merchant_name: str
    channel: str
    at: datetime


class Figures(msgspec.Struct, frozen=True):
    """How a part of the members spreads the card. `part` is a month (YYYY-MM), a channel, or a scene's id (friend: brought by somebody,
    empty: neither); `opened` are people and browsers who opened a link of these members, `brought` those who became members by one.
    Where a member left or was erased, what she brought stays counted."""

    part: str
    label: str
    members: int
    links: int
    opened: int
    brought: int

    @property
    def invites(self) -> float | None:
        """Invitations per member."""
        return self.opened / self.members if self.members else None

    @property
    def conversion(self) -> float | None:
        """How many of those who opened a link became members."""
        return self.brought / self.opened if self.opened else None

    @property
    def coefficient(self) -> float | None:
        """Invitations per member times conversion: new members by each member."""
        return self.brought / self.members if self.members else None


class Spread(msgspec.Struct, frozen=True):
    """The figures of all members, and of each part; `coefficient` is invitations per member times conversion."""

    by: str
    total: "Shown"
    parts: list["Shown"]


class Shown(msgspec.Struct, frozen=True):
    """Figures with what is reckoned from them, null where there is nothing to divide by."""

    part: str
    label: str
    members: int
    links: int
    opened: int
    brought: int
    invites: float | None
    conversion: float | None
    coefficient: float | None

    @classmethod
    def of(cls, figures: Figures) -> "Shown":
        """Reckoned out."""
        return cls(
            figures.part,
            figures.label,
            figures.members,
            figures.links,
            figures.opened,
            figures.brought,
            figures.invites,
            figures.conversion,
            figures.coefficient,
        )


class Row(msgspec.Struct, frozen=True):
    """A row behind a number: a member, a link given, a link opened, or somebody brought. `person_id` is the member or giver; `other_id`
    who opened or was brought, as far as she is a member."""

    at: datetime
    row_id: UUID
    person_id: UUID
    name: str
    number: str
    channel: str
    kind: str
    other_id: UUID | None
    other_name: str
    other_number: str


class Rows(msgspec.Struct, frozen=True):
    """A page of rows, the newest first; `next` begins the following one, empty on the last."""

    items: list[Row]
    next: str


class Node(msgspec.Struct, frozen=True):
    """A place in the tree: somebody, under whom, how far from her root, and how many she brought herself. Without name once erased."""

    person_id: UUID
    giver_id: UUID | None
    level: int
    name: str
    number: str
    channel: str
    scene: str
    at: datetime | None
    brought: int


class Tree(msgspec.Struct, frozen=True):
    """Nodes in the order in which a tree is drawn; `cut` where there are more than are given."""

    nodes: Sequence[Node]
    cut: bool
