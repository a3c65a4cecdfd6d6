"""Types of the groupbuy room. Amounts are minor units of the deal's currency."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from shuke.kit.refusals import Refusal

GroupStatus = Literal["open", "filled", "failed", "closed"]
PlaceStatus = Literal["held", "paid", "left", "lapsed", "ended"]


class GroupRefused(Refusal):
    """409. `name` is not_a_group_deal, already_leading, group_full, group_filled, group_over or already_in_group; `facts` lead on: the
    deal, another open group of it, one's own group or order."""


class Group(msgspec.Struct, frozen=True):
    """A group: it fills when `needed` people have paid before the `deadline`. `taken` counts the places held and paid. `why` it
    ended without: deadline, stopped (the deal was), empty (everybody left)."""

    merchant_id: UUID
    group_id: UUID
    deal_id: UUID
    lead_id: UUID
    needed: int
    price: int
    currency: str
    status: GroupStatus
    why: str
    taken: int
    paid: int
    deadline: datetime
    created_at: datetime
    ended_at: datetime | None


class Place(msgspec.Struct, frozen=True):
    """A person's place, by her order."""

    person_id: UUID
    order_id: UUID
    status: PlaceStatus
    joined_at: datetime
    paid_at: datetime | None


class Participant(msgspec.Struct, frozen=True):
    """Somebody in a group as others see her: a given name, and whether she has paid. `named`: the name is hers, not a
    word for somebody without one. `mine` marks the viewer herself."""

    name: str
    named: bool
    lead: bool
    paid: bool
    mine: bool


class GroupShown(msgspec.Struct, frozen=True):
    """A group as anybody with its link sees it. `mine` is the viewer's own place, none for others."""

    merchant_id: UUID
    group_id: UUID
    deal_id: UUID
    title: str
    merchant_name: str
    needed: int
    missing: int
    free: int
    price: int
    alone: int
    currency: str
    status: GroupStatus
    why: str
    deadline: datetime
    people: Sequence[Participant]
    mine: Place | None


class OpenGroup(msgspec.Struct, frozen=True):
    """A group of a deal that can be joined now."""

    merchant_id: UUID
    group_id: UUID
    deal_id: UUID
    needed: int
    missing: int
    deadline: datetime


class OpenGroups(msgspec.Struct, frozen=True):
    """What can be joined of a deal, the soonest to end first."""

    groups: Sequence[OpenGroup]


class NewGroup(msgspec.Struct, frozen=True):
    """A deal that is sold to groups."""

    merchant_id: UUID
    deal_id: UUID
