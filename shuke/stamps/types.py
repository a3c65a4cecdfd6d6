"""Types of the stamps room. Amounts are minor units of the merchant's currency."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from shuke.kit.money import LARGEST

FEWEST, MOST = 2, 50


class StampCardDraft(msgspec.Struct, frozen=True):
    """What a punch card is to be: `needed` stamps give a voucher of the template; a purchase of at least `minimum` gives a stamp."""

    template_id: UUID
    needed: Annotated[int, msgspec.Meta(ge=FEWEST, le=MOST)]
    minimum: Annotated[int, msgspec.Meta(ge=0, le=LARGEST)] = 0
    open: bool = True


class StampCard(msgspec.Struct, frozen=True):
    """A merchant's punch card; `title` is the reward's."""

    merchant_id: UUID
    template_id: UUID
    title: str
    needed: int
    minimum: int
    open: bool
    updated_at: datetime


class Stamps(msgspec.Struct, frozen=True):
    """A member's stamps: `done` unused ones of `needed`, then the reward `title`. `owed` are settled by the next ones.

    `rewards` is how many the stamp just given has brought."""

    merchant_id: UUID
    person_id: UUID
    done: int
    needed: int
    owed: int
    template_id: UUID
    title: str
    rewards: int = 0


class Newest(msgspec.Struct, frozen=True):
    """A member's newest stamp that stands; `whole` when its reward can still be used, all of it."""

    stamp_id: UUID
    voucher_id: UUID | None
    whole: bool | None


class NewStamp(msgspec.Struct, frozen=True):
    """A stamp by hand; `holder` is the person of an identification."""

    holder: UUID
