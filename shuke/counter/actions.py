"""What a till does: identifying a guest, and counting those who guess codes."""

from datetime import timedelta
from uuid import UUID

from shuke.cards import member_by_number, member_of, read_card_code
from shuke.cards.codes import proves
from shuke.counter.types import Identification
from shuke.kit import clock, ids, limits
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal, Unreadable
from shuke.merchants import Till, lock_staff
from shuke.people import person_by_contact, read_contact
from shuke.vouchers import held_by, voucher_by_code

GUESSES = 20  # unknown codes in ten minutes, then the till is locked
LOCK = timedelta(minutes=15)


async def identify(db: Db, till: Till, text: str) -> Identification:
    """Who or what this is. Refusals: unknown, not_a_member, card_code_stale, unreadable."""
    card = read_card_code(text)
    if card is not None and card.tag in ("", till.tag):
        holder = await member_by_number(db, till.merchant_id, card.number)
        if holder is None:
            raise await unknown(db, till, _("We don't know this card here."))
        if not proves(holder.secret, card.proof, clock.now()):
            raise Refusal("card_code_stale", _("This code is no longer fresh. Ask the guest to open the card again."))
        return await _guest(db, till, holder.person_id)
    code = ids.read_code(text)
    if code is not None and code.startswith(till.tag):
        voucher = await voucher_by_code(db, till.merchant_id, code)
        if voucher is None:
            raise await unknown(db, till, _("We don't know this code here. Check it, or look the guest up."))
        guest = await _guest(db, till, voucher.person_id)
        return Identification(guest.member, guest.vouchers, voucher, guest.points, guest.at)
    contact = read_contact(text)
    if contact is not None:
        person_id = await person_by_contact(db, contact)
        if person_id is None:
            raise Refusal(
                "not_a_member", _("Nobody with this number has a card here. Let the guest scan the code on the counter.")
            )
        return await _guest(db, till, person_id)
    if card is not None or code is not None:
        raise await unknown(db, till, _("This code belongs to another shop."))
    raise Unreadable("unreadable", _("Scan a card or a voucher, or type a phone number."))


async def _guest(db: Db, till: Till, person_id: UUID) -> Identification:
    member = await member_of(db, till.merchant_id, person_id)
    vouchers = await held_by(db, till.merchant_id, person_id)
    if member is None and not vouchers:
        raise Refusal("not_a_member", _("Nobody with this number has a card here. Let the guest scan the code on the counter."))
    return Identification(member, vouchers, None, member.points if member else 0, clock.now())


async def unknown(db: Db, till: Till, detail: str) -> Refusal:
    """A refusal for a code that does not exist; too many of them lock the till's staff for a while."""
    if await limits.count(db, f"guess:{till.merchant_id}:{till.staff_id}", timedelta(minutes=10)) >= GUESSES:
        await lock_staff(db, till.merchant_id, till.staff_id, clock.now() + LOCK)
    return Refusal("unknown", detail).keep()
