"""Types of the rewards room."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from shuke.rewards.welcomes import WelcomeDraft


class RewardDraft(msgspec.Struct, frozen=True):
    """A voucher of this template for so many points."""

    template_id: UUID
    points: Annotated[int, msgspec.Meta(ge=1, le=100_000_000)]


class Reward(msgspec.Struct, frozen=True):
    """What a member may take. `value` in minor units, or percent; `stock` is how many are left, if that is limited."""

    merchant_id: UUID
    template_id: UUID
    points: int
    kind: str
    title: str
    value: int
    gives: str
    stock: int | None
    currency: str


class Rewards(msgspec.Struct, frozen=True):
    """All rewards of a merchant, the cheapest first."""

    rewards: list[Reward]


class NewReward(msgspec.Struct, frozen=True):
    """Taking a reward of a merchant."""

    merchant_id: UUID
    template_id: UUID


class RewardTaken(msgspec.Struct, frozen=True):
    """The voucher that was taken, and the points that are left."""

    merchant_id: UUID
    template_id: UUID
    voucher_id: UUID
    code: str
    points: int
    points_left: int
    ends_at: datetime


class Welcomes(msgspec.Struct, frozen=True):
    """What new members are to get, as a whole."""

    welcomes: Annotated[list[WelcomeDraft], msgspec.Meta(max_length=50)]
