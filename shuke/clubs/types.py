"""Types of the clubs room."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from shuke.kit.events import Event
from shuke.kit.refusals import Refusal

Title = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
About = Annotated[str, msgspec.Meta(max_length=1000)]
Words = Annotated[str, msgspec.Meta(max_length=2000)]
Spot = Annotated[str, msgspec.Meta(max_length=120)]
Capacity = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
Position = Annotated[int, msgspec.Meta(ge=0, le=100)]


class MemberGroup(msgspec.Struct, frozen=True):
    """A group of a merchant's members as one person sees it. `store_id` where it belongs to one store, `tier_from` where only members
    from that tier on may join; `holder`: she holds the shop's card, `may_join`: her tier is high enough, too; `put_out`:
    by the shop's staff, who may let her in again; `hidden_at`: by a decision, staff alone see it."""

    merchant_id: UUID
    group_id: UUID
    conversation_id: UUID
    merchant_name: str
    title: str
    about: str
    store_id: UUID | None
    store_name: str
    tier_from: int | None
    tier_name: str
    members: int
    joined: bool
    holder: bool
    may_join: bool
    put_out: bool
    created_at: datetime
    closed_at: datetime | None
    hidden_at: datetime | None

    @property
    def path(self) -> str:
        """Its page."""
        return f"/clubs/{self.merchant_id}/{self.group_id}"


class MemberGroups(msgspec.Struct, frozen=True):
    """Groups of members."""

    groups: list[MemberGroup]


class NewMemberGroup(msgspec.Struct, frozen=True):
    """A group of the members of all stores, or of one; `tier_from` is the position of the lowest tier that may join."""

    title: Title
    about: About = ""
    store_id: UUID | None = None
    tier_from: Position | None = None


class Activity(msgspec.Struct, frozen=True):
    """Something to come to, as one person sees it. `mine`: she has said that she comes; `joined`: she is in the group."""

    merchant_id: UUID
    activity_id: UUID
    group_id: UUID
    conversation_id: UUID
    group_title: str
    merchant_name: str
    title: str
    text: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    store_id: UUID | None
    store_name: str
    spot: str
    deal_id: UUID | None
    capacity: int | None
    coming: int
    cancelled_at: datetime | None
    hidden_at: datetime | None
    mine: bool
    joined: bool

    @property
    def path(self) -> str:
        """Its page."""
        return f"/clubs/{self.merchant_id}/{self.group_id}/activities/{self.activity_id}"

    @property
    def full(self) -> bool:
        """Whether nobody more can come."""
        return self.capacity is not None and self.coming >= self.capacity

    @property
    def where(self) -> str:
        """The store and the spot, as far as they were said."""
        return " · ".join(part for part in (self.store_name, self.spot) if part)


class Activities(msgspec.Struct, frozen=True):
    """What is to come, the soonest first, and what was, the latest first."""

    coming: list[Activity]
    past: list[Activity]


class NewActivity(msgspec.Struct, frozen=True):
    """An invitation to a group; at one of the merchant's stores, or at a spot in words; `deal_id` one of its deals that is on sale;
    without `capacity` as many come as like to."""

    title: Title
    starts_at: datetime
    ends_at: datetime
    text: Words = ""
    store_id: UUID | None = None
    spot: Spot = ""
    deal_id: UUID | None = None
    capacity: Capacity | None = None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which activities of a merchant: of one group, at one store, one of them; those that are over, or the others."""

    group_id: UUID | None = None
    store_id: UUID | None = None
    activity_id: UUID | None = None
    past: bool | None = False
    most: int = 50


class PersonIn(msgspec.Struct, frozen=True):
    """Somebody in a group, or who comes to an activity."""

    person_id: UUID
    name: str
    photo: str | None


class PeopleIn(msgspec.Struct, frozen=True):
    """Those whom the viewer may see, of `count`."""

    count: int
    people: list[PersonIn]


class GroupNear(msgspec.Struct, frozen=True):
    """A group of a merchant with a store near a position, and how far the nearest is over the ground."""

    merchant_id: UUID
    group_id: UUID
    merchant_name: str
    title: str
    place_id: UUID
    members: int
    joined: bool
    metres: int


class GroupsNear(msgspec.Struct, frozen=True):
    """The nearest first."""

    groups: list[GroupNear]


class LiveDeal(msgspec.Struct, frozen=True):
    """A deal that can be bought now."""

    deal_id: UUID
    title: str


class ActivityCalledOff(Event, frozen=True):
    """It does not take place; who said that she comes is to know."""

    merchant_id: UUID
    activity_id: UUID


class ClubRefused(Refusal):
    """409. `name`: group_closed, members_only, tier_too_low, put_out, activity_full, activity_over, activity_cancelled, time_unreadable."""
