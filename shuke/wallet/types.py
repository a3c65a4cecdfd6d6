"""Types of the wallet."""

from datetime import datetime
from uuid import UUID

import msgspec

from shuke.cards import Membership
from shuke.vouchers.queries import Carried


class Wallet(msgspec.Struct, frozen=True):
    """Cards, the last joined first; vouchers, the soonest to expire first."""

    cards: list[Membership]
    vouchers: list[Carried]
    at: datetime


class SceneShown(msgspec.Struct, frozen=True):
    """What a scanned code says before anybody joins: which shop, where it hangs, what its card gives."""

    merchant_id: UUID
    merchant_name: str
    kind: str
    label: str
    store_id: UUID | None
    programme: str | None
    colour: str | None
    member: bool


class NewMembership(msgspec.Struct, frozen=True):
    """`scene` is the code of the scene that was scanned, in any writing, also as the address it stood in."""

    scene: str
