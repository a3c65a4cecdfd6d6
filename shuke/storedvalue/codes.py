"""Proof that the guest is there: the rotating code of her card, or what an identification by it left with the till for some minutes.

That proof is made with the card's own key, names till, cashier and half minute, and pays once, as the code itself does.
"""

import hmac
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from shuke.cards import CardCode, read_card_code, step_of
from shuke.kit import clock, limits
from shuke.kit.db import Db
from shuke.kit.i18n import _
from shuke.kit.refusals import Refusal
from shuke.merchants import Till, lock_staff

LASTS = timedelta(minutes=10)  # from the scan to the payment
GUESSES = 20  # wrong digits in `WINDOW`
WINDOW = timedelta(minutes=10)
LOCK = timedelta(minutes=15)
STALE_STEPS = 40  # half minutes in which an old code is old and not a guess
MARK = "PAY1"


class Shown(msgspec.Struct, frozen=True):
    """A proof as it was handed in: by the card's number, or by the person of an identification at `at`."""

    card: CardCode | None
    person_id: UUID | None
    step: int
    at: int
    seal: str


def paying(till: Till, person_id: UUID, secret: bytes, proof: str) -> str:
    """What the till keeps of a fresh rotating code, so that the guest needn't show another one for this bill; empty for a stale one."""
    now = clock.now()
    step = step_of(secret, proof, now)
    if step is None:
        return ""
    at = int(now.timestamp())
    return f"{MARK}.{person_id.hex}.{step}.{at}.{_seal(secret, (till.merchant_id, till.store_id, till.staff_id), step, at)}"


def read_proof(text: str, tag: str) -> Shown | None:
    """What a till handed in; None when it is no proof at all (a phone number, say). `tag` is the till's merchant's."""
    card = read_card_code(text)
    if card is not None:
        return Shown(card, None, 0, 0, "") if card.tag in ("", tag) else None
    parts = text.strip().split(".")
    if len(parts) != 5 or parts[0] != MARK or not (parts[2].isdecimal() and parts[3].isdecimal()) or len(text) > 200:
        return None
    try:
        return Shown(None, UUID(parts[1]), int(parts[2]), int(parts[3]), parts[4])
    except ValueError:
        return None


def step_proven(shown: Shown, secret: bytes, till: tuple[UUID, UUID, UUID], now: datetime) -> int | None:
    """The half minute that this proof stands for, if it is a fresh one of this card (at this till: merchant, store, staff)."""
    if shown.card is not None:
        return step_of(secret, shown.card.proof, now)
    fresh = -60 <= now.timestamp() - shown.at <= LASTS.total_seconds()
    genuine = hmac.compare_digest(_seal(secret, till, shown.step, shown.at).encode(), shown.seal.encode())
    return shown.step if fresh and genuine else None


def is_guess(shown: Shown, secret: bytes, now: datetime) -> bool:
    """Whether the six digits are none that this card has shown lately."""
    return shown.card is not None and step_of(secret, shown.card.proof, now, STALE_STEPS) is None


async def note_guess(db: Db, merchant_id: UUID, staff_id: UUID) -> None:
    """Count wrong digits against the till's staff, as unknown codes are."""
    if await limits.count(db, f"guess:{merchant_id}:{staff_id}", WINDOW) >= GUESSES:
        await lock_staff(db, merchant_id, staff_id, clock.now() + LOCK)


async def stale_code(db: Db, till: Till, secret: bytes, proof: str) -> Refusal:
    """The refusal of six digits that are not fresh; counted as a guess unless the card has shown them lately."""
    if step_of(secret, proof, clock.now(), STALE_STEPS) is None:
        await note_guess(db, till.merchant_id, till.staff_id)
    return stale().keep()


def stale() -> Refusal:
    """The code was right once."""
    return Refusal("card_code_stale", _("This code is no longer fresh. Ask the guest to open the card again."))


def _seal(secret: bytes, till: tuple[UUID, UUID, UUID], step: int, at: int) -> str:
    merchant_id, store_id, staff_id = till
    said = b"paying" + merchant_id.bytes + store_id.bytes + staff_id.bytes + f" {step} {at}".encode()
    return hmac.new(secret, said, "sha256").hexdigest()
