"""What a till does: identifying a guest and redeeming."""

import re
import unicodedata
from uuid import UUID, uuid4

import msgspec

from shuke.cards import CardCode, Member, member_by_number, member_of, proves, read_card_code
from shuke.counter.types import Identification, NewRedemption, Obstacle
from shuke.kit import clock, ids
from shuke.kit.batch import Batcher
from shuke.kit.db import Database, Db
from shuke.kit.i18n import _
from shuke.kit.refusals import Refusal, Unreadable
from shuke.merchants import Till, scene_by_code
from shuke.people import person_by_contact, read_contact
from shuke.storedvalue import paying, stale_code
from shuke.vouchers import (
    RedeemCall,
    Redemption,
    Voucher,
    VoucherRefused,
    check,
    held_by,
    redeem,
    unknown_code,
    voucher_by_code,
)

LONGEST = 300  # characters of a scan

UNKNOWN_CODE = _("We don't know this code here. Check it, or look the guest up.")
NO_CARD = _("Nobody with this number has a card here. Let the guest scan the code on the counter.")


class Redeemer(Batcher[RedeemCall, Redemption]):
    """The one place where this process's redemptions meet and go to the database together."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, redeem, each_alone=True)


async def identify(db: Db, till: Till, text: str) -> Identification:
    """Who or what this is. Refusals: unknown, not_a_member, card_code_stale, unreadable."""
    if len(text) > LONGEST:
        raise Unreadable("unreadable", _("This is too long for a code. Scan a card or a voucher, or type a phone number."))
    plain = re.split(r"[?#]", text.strip())[0].rstrip("/")  # a voucher's address may end in more than its code
    card, code = read_card_code(plain), ids.read_code(plain)
    ours = code if code is not None and code.startswith(till.tag) else None
    if card is not None and card.tag in ("", till.tag):
        found = await _by_card(db, till, card)
        if found is not None:
            return found
        if ours is None:
            raise await unknown_code(db, till, _("We don't know this card here."))
    if ours is not None:
        return await _by_voucher(db, till, ours)
    if card is not None:
        raise Refusal("unknown", _("This card belongs to another shop."))
    number = _number_in(plain)
    if number is not None and await member_by_number(db, till.merchant_id, number) is not None:
        raise Unreadable("unreadable", _("Type the six digits beside the card's number too: they change every half minute."))
    contact = read_contact(plain)
    if contact is not None:
        person_id = await person_by_contact(db, contact)
        if person_id is None:
            raise Refusal("not_a_member", NO_CARD)
        return await guest_at(db, till, person_id)
    if code is not None:
        raise await unknown_code(db, till, _("This code belongs to another shop."))
    raise Unreadable("unreadable", _("Scan a card or a voucher, or type a phone number."))


async def _by_card(db: Db, till: Till, card: CardCode) -> Identification | None:
    holder = await member_by_number(db, till.merchant_id, card.number)
    if holder is None:
        return None
    if not proves(holder.secret, card.proof, clock.now()):
        raise await stale_code(db, till, holder.secret, card.proof)
    vouchers = await held_by(db, till.merchant_id, holder.person_id)
    found = await _identified(db, till, holder.member(), vouchers, None)
    return msgspec.structs.replace(found, paying=paying(till, holder.person_id, holder.secret, card.proof))


async def _by_voucher(db: Db, till: Till, code: str) -> Identification:
    voucher = await voucher_by_code(db, till.merchant_id, code)
    if voucher is None:
        if await scene_by_code(db, code) is not None:
            raise Refusal("unknown", _("This is the shop's own code. Guests scan it with their phone to get a card."))
        raise await unknown_code(db, till, UNKNOWN_CODE)
    member = await member_of(db, till.merchant_id, voucher.person_id)
    return await _identified(db, till, member, await held_by(db, till.merchant_id, voucher.person_id), voucher)


def _number_in(text: str) -> str | None:
    """A member number without its six digits: it can't identify anybody."""
    digits = re.sub(r"[ ·-]", "", unicodedata.normalize("NFKC", text))
    return digits if re.fullmatch(r"[0-9]{10}", digits) and ids.luhn_digit(digits[:-1]) == digits[-1] else None


async def guest_at(db: Db, till: Till, person_id: UUID) -> Identification:
    """A guest who was identified before. Refusals: not_a_member."""
    member = await member_of(db, till.merchant_id, person_id)
    vouchers = await held_by(db, till.merchant_id, person_id)
    if member is None and not vouchers:
        raise Refusal("not_a_member", NO_CARD)
    return await _identified(db, till, member, vouchers, None)


async def _identified(
    db: Db, till: Till, member: Member | None, vouchers: list[Voucher], scanned: Voucher | None
) -> Identification:
    asked = {voucher.voucher_id: voucher for voucher in [*vouchers, *([scanned] if scanned else [])]}
    calls = [RedeemCall(till.merchant_id, till.store_id, till.staff_id, voucher.code, "") for voucher in asked.values()]
    reasons = await check(db, calls) if calls else []
    obstacles = [Obstacle.of(voucher_id, reason) for voucher_id, reason in zip(asked, reasons, strict=True) if reason]
    return Identification(member, vouchers, scanned, member.points if member else 0, clock.now(), obstacles)


async def redeem_here(db: Db, redeemer: Redeemer, till: Till, wish: NewRedemption, key: str | None) -> Redemption:
    """Redeem one voucher at this till. The redeemer has a transaction of its own: `db` holds no connection until it is done,
    so that waiting calls never starve the batch they wait for."""
    code = ids.read_code(wish.code)
    if code is None or not code.startswith(till.tag):
        raise await unknown_code(db, till, UNKNOWN_CODE)
    call = RedeemCall(
        till.merchant_id, till.store_id, till.staff_id, code, key or str(uuid4()), wish.bill, tuple(wish.articles), wish.holder
    )
    try:
        return await redeemer(call)
    except VoucherRefused as refusal:
        if refusal.name != "unknown":
            raise
        raise await unknown_code(db, till, refusal.detail) from refusal
