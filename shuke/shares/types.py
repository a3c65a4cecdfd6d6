"""What can be passed on, how it looks, and what is kept of it."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from shuke.kit.db import Db

REMEMBERED = timedelta(days=30)  # who opened a link and joins within this time in any way was brought by its giver
CHANNELS = ("chat", "feed", "link", "system", "qr", "profile", "gift")


class Thing(msgspec.Struct, frozen=True):
    """Something with a page: `kind` card, deal, voucher, place, post, review, person, tribe, meetup. `owner_id` is whose row it is:
    the merchant of a card (also `thing_id`) or deal, the place of a place (also `thing_id`), else the author or the thing itself."""

    kind: str
    owner_id: UUID
    thing_id: UUID


class Preview(msgspec.Struct, frozen=True):
    """A thing in a few words for one viewer. `picture` is an address of ours; `icon` one of the set; `merchant_id` whose it is."""

    title: str
    text: str
    href: str
    picture: str | None
    merchant_id: UUID | None
    icon: str


class Share(msgspec.Struct, frozen=True):
    """A link of one giver to one thing in one channel."""

    person_id: UUID
    share_id: UUID
    code: str
    kind: str
    owner_id: UUID
    thing_id: UUID
    merchant_id: UUID | None
    channel: str
    scene: str
    at: datetime

    @property
    def thing(self) -> Thing:
        """What it shows."""
        return Thing(self.kind, self.owner_id, self.thing_id)

    @property
    def path(self) -> str:
        """Where it leads from, under the address of this installation."""
        return f"/x/{self.code}"


class Branch(msgspec.Struct, frozen=True):
    """Somebody who was brought to a merchant: by whom, by which link, how far from the root."""

    merchant_id: UUID
    person_id: UUID
    giver_id: UUID
    share_id: UUID
    channel: str
    scene: str
    depth: int
    at: datetime


Previewer = Callable[[Db, Thing, UUID | None], Awaitable[Preview | None]]
