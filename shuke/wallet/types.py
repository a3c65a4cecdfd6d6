"""Types of the wallet."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from shuke.cards import Membership, Tier
from shuke.ledger import PointsMove
from shuke.merchants import SpecialSpell, WeekLine
from shuke.terms import Rules
from shuke.vouchers import Carried, Voucher
from shuke.wallet.own import Use


class Wallet(msgspec.Struct, frozen=True):
    """Cards, the last joined first; vouchers, the soonest to expire first."""

    cards: list[Membership]
    vouchers: list[Carried]
    at: datetime


class StoreShown(msgspec.Struct, frozen=True):
    """A store as a guest needs it. `open` is null when its hours are not known; `week` is in the reader's language."""

    store_id: UUID
    name: str
    street: str
    postcode: str
    city: str
    phone: str
    website: str
    zone: str
    open: bool | None
    week: list[WeekLine]
    special: list[SpecialSpell]
    hours_text: str


class TierShown(msgspec.Struct, frozen=True):
    """A step of the programme in words."""

    name: str
    reached: str
    gives: str


class GiftShown(msgspec.Struct, frozen=True):
    """What a new member gets (welcome), gets while stock lasts (surprise), or gets with `chance` (draw; a ratio)."""

    manner: Literal["welcome", "surprise", "draw"]
    title: str
    face: str
    under: str
    chance: float | None
    stock: int | None
    stock_initial: int | None


class SceneShown(msgspec.Struct, frozen=True):
    """What a scanned code says before anybody joins: which shop, where it hangs, what its card gives."""

    merchant_id: UUID
    merchant_name: str
    about: str
    kind: str
    label: str
    code: str
    store_id: UUID | None
    programme: str | None
    colour: str | None
    open: bool
    benefits: list[str]
    tiers: list[TierShown]
    keeping: str
    gifts: list[GiftShown]
    stores: list[StoreShown]
    member: bool


class NewMembership(msgspec.Struct, frozen=True):
    """`scene` is the code of the scene that was scanned, in any writing, also as the address it stood in."""

    scene: str


class NewClaim(msgspec.Struct, frozen=True):
    """`code` of a claim link, in any writing, also as the address it stood in."""

    code: str


class VoucherShown(msgspec.Struct, frozen=True):
    """A voucher for its holder: `sentences` say what `rules` enforce; `uses` the last first; `colour` of the shop's card."""

    voucher: Voucher
    rules: Rules
    stores: list[str]
    articles: list[str]
    excluded: list[str]
    sentences: list[str]
    uses: list[Use]
    colour: str
    at: datetime

    @property
    def state(self) -> str:
        """issued, waiting (not valid yet), expired, redeemed, voided, gifting, held."""
        if self.voucher.status == "issued" and self.voucher.ends_at <= self.at:
            return "expired"
        return "waiting" if self.voucher.status == "issued" and self.voucher.starts_at > self.at else self.voucher.status


class ClaimShown(msgspec.Struct, frozen=True):
    """What a claim link gives, and the code of the voucher where this viewer has taken hers."""

    merchant_id: UUID
    merchant_name: str
    code: str
    title: str
    terms: str
    face: str
    under: str
    sentences: list[str]
    stock: int | None
    stock_initial: int | None
    ends_at: datetime | None
    zone: str
    taken: str | None


class Progress(msgspec.Struct, frozen=True):
    """How far it is to the next tier: minor units or visits by the programme's basis."""

    tier: Tier
    reached: int
    missing: int


class CardShown(msgspec.Struct, frozen=True):
    """One card with everything on its page."""

    card: Membership
    percent_off: int
    next: Progress | None
    basis: str
    tier_days: int
    benefits: list[str]
    tiers: list[TierShown]
    keeping: str
    vouchers: list[Voucher]
    moves: list[PointsMove]
    stores: list[StoreShown]
    at: datetime


HistoryKind = Literal["joined", "purchase", "redemption", "points"]


class HistoryItem(msgspec.Struct, frozen=True):
    """Something that happened between the person and a shop. `amount`: what was paid, or off the bill, in minor units;
    `undone` when it was taken back; `detail` names the voucher, or why points came or went."""

    item_id: UUID
    kind: str
    at: datetime
    merchant_id: UUID
    merchant_name: str
    currency: str
    store: str
    zone: str
    detail: str
    amount: int | None
    points: int | None
    undone: bool


class History(msgspec.Struct, frozen=True):
    """A page of it, newest first; `next` is the cursor of the following page."""

    items: list[HistoryItem]
    next: str | None
