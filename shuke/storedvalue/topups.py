"""Topping up: asked by the guest, paid by the payments room, stored once when the money is there."""

from datetime import timedelta
from uuid import UUID

import msgspec

from shuke.cards import membership_of
from shuke.kit import clock, ids
from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.kit.i18n import gettext as _
from shuke.kit.live import announce
from shuke.kit.money import Money
from shuke.kit.refusals import NotFound, Refusal
from shuke.ledger import Account, Move, move, stored_of
from shuke.payments import PaymentCaptured, PaymentEnded, RefundWish, Wish, refund, request
from shuke.shell.filters import money
from shuke.storedvalue.journal import Line, note
from shuke.storedvalue.queries import terms_of
from shuke.storedvalue.types import NewTopUp, Offer, Rules, Terms, TopUp, TopUpStored

UNTIL = timedelta(minutes=15)  # to pay


class Claimed(msgspec.Struct, frozen=True):
    """A top-up whose payment has come in just now."""

    person_id: UUID
    pay: int
    bonus: int


async def top_up(db: Db, merchant_id: UUID, person_id: UUID, wish: NewTopUp, return_to: str, phone: str = "") -> TopUp:
    """Ask to pay for a top-up; the money is stored when it has come in.

    Refusals: not_a_member, no_top_ups, offer_ended, amount_missing, amount_out_of_range, balance_too_large; and those of asking for a
    payment, such as provider_off.
    """
    if await membership_of(db, person_id, merchant_id) is None:
        raise NotFound("not_a_member", _("You have no card of this shop. Scan its code to get one."))
    terms = await terms_of(db, merchant_id)
    rules = terms.rules
    if rules is None or not rules.open or not rules.approved:
        raise Refusal("no_top_ups", _("This shop takes no top-ups at the moment."))
    offer = chosen(terms, rules, wish)
    await _open_purse(db, merchant_id, person_id)
    await _demand_room(db, rules, person_id, offer)
    topup_id, now = ids.uuid7(), clock.now()
    payment = await request(
        db,
        Wish(
            merchant_id=merchant_id,
            person_id=person_id,
            purpose="top_up",
            reference=topup_id,
            title=_("Top-up at %(shop)s") % {"shop": rules.merchant_name},
            amount=offer.pay,
            currency=rules.currency,
            provider=wish.provider,
            until=now + UNTIL,
            return_to=return_to,
            phone=phone,
        ),
    )
    await db.run(
        """
        insert into storedvalue.topups (merchant_id, topup_id, person_id, offer_id, pay, bonus, payment_id, at)
        values (:merchant, :topup, :person, :offer, :pay, :bonus, :payment, :now)
        """,
        merchant=merchant_id,
        topup=topup_id,
        person=person_id,
        offer=wish.offer_id,
        pay=offer.pay,
        bonus=offer.bonus,
        payment=payment.payment_id,
        now=now,
    )
    return TopUp(merchant_id, topup_id, person_id, offer.pay, offer.bonus, payment.payment_id, "asked", "", now)


def chosen(terms: Terms, rules: Rules, wish: NewTopUp) -> Offer:
    """What the guest wants: one of the offers, or a free amount, for which an offer of just that amount counts too."""
    if wish.offer_id is not None:
        for offer in terms.offers:
            if offer.offer_id == wish.offer_id:
                return offer
        raise Refusal("offer_ended", _("This offer has ended. Choose another one."))
    if wish.amount is None:
        raise Refusal("amount_missing", _("Choose an offer or write an amount."))
    for offer in terms.offers:
        if offer.pay == wish.amount:
            return offer
    if not rules.free_amounts:
        raise Refusal("amount_out_of_range", _("This shop takes only the amounts that it offers."))
    if not rules.smallest <= wish.amount <= rules.largest:
        said = _("A top-up here is from %(smallest)s to %(largest)s.") % {
            "smallest": money(Money(rules.smallest, rules.currency)),
            "largest": money(Money(rules.largest, rules.currency)),
        }
        raise Refusal("amount_out_of_range", said, smallest=rules.smallest, largest=rules.largest)
    return Offer(wish.amount, 0, UUID(int=0))


async def _open_purse(db: Db, merchant_id: UUID, person_id: UUID) -> None:
    """The person's own row, locked: two wishes at once are looked at one after the other."""
    await db.run(
        """
        insert into storedvalue.purses as p (person_id, merchant_id, opened_at) values (:person, :merchant, :now)
        on conflict (person_id, merchant_id) do update set opened_at = p.opened_at
        """,
        person=person_id,
        merchant=merchant_id,
        now=clock.now(),
    )


async def _demand_room(db: Db, rules: Rules, person_id: UUID, offer: Offer) -> None:
    """What is there, what is asked and this one stay within what a card may hold."""
    there = await stored_of(db, rules.merchant_id, person_id, rules.currency)
    asked = await db.value(
        int,
        """
        select coalesce(sum(pay + bonus), 0)::bigint from storedvalue.topups
        where merchant_id = :merchant and person_id = :person and status = 'asked'
        """,
        merchant=rules.merchant_id,
        person=person_id,
    )
    room = rules.most - there.stored - there.bonus - (asked or 0)
    if offer.pay + offer.bonus > room:
        said = _("A card of this shop holds at most %(most)s. Pay or cancel what you have asked for, or choose less.") % {
            "most": money(Money(rules.most, rules.currency))
        }
        raise Refusal("balance_too_large", said, most=rules.most, room=max(0, room))


async def store(db: Db, paid: PaymentCaptured) -> None:
    """The money has come in: it is stored with its bonus, once. Money that nobody waits for any more goes back by itself."""
    topup = await db.one(
        Claimed,
        """
        update storedvalue.topups set status = 'stored', stored_at = :now
        where merchant_id = :merchant and topup_id = :topup and payment_id = :payment and pay = :amount and status = 'asked'
        returning person_id, pay, bonus
        """,
        now=clock.now(),
        merchant=paid.merchant_id,
        topup=paid.reference,
        payment=paid.payment_id,
        amount=paid.amount,
    )
    if topup is None:
        await _send_back_unwanted(db, paid)
        return
    shop, guest = paid.merchant_id, topup.person_id
    moves = [
        Move(shop, Account(shop, "received"), Account(guest, "stored"), paid.currency, topup.pay, "top_up", paid.reference)
    ]
    if topup.bonus:
        source, target = Account(shop, "bonus_given"), Account(guest, "bonus")
        moves.append(Move(shop, source, target, paid.currency, topup.bonus, "top_up", paid.reference))
    await move(db, moves)
    await note(db, [Line(shop, guest, "top_up", topup.pay, topup.bonus, paid.reference)])
    await record(db, TopUpStored(shop, paid.reference, guest, topup.pay, topup.bonus))
    await announce(db, f"person:{guest}", "wallet")


async def _send_back_unwanted(db: Db, paid: PaymentCaptured) -> None:
    stored = await db.value(
        int,
        "select 1 from storedvalue.topups where merchant_id = :merchant and topup_id = :topup and payment_id = :payment and status = 'stored'",
        merchant=paid.merchant_id,
        topup=paid.reference,
        payment=paid.payment_id,
    )
    if stored:  # this very money is stored already
        return
    source = Account(paid.merchant_id, "received")
    wish = RefundWish(paid.merchant_id, paid.payment_id, paid.amount, source, "top_up_ended", paid.reference, "unwanted")
    await refund(db, wish)


async def end_topup(db: Db, over: PaymentEnded) -> None:
    """It will not be paid any more."""
    ended = await db.run(
        """
        update storedvalue.topups set status = 'ended', why = :why
        where merchant_id = :merchant and topup_id = :topup and payment_id = :payment and status = 'asked'
        """,
        why=over.why,
        merchant=over.merchant_id,
        topup=over.reference,
        payment=over.payment_id,
    )
    if ended:
        await announce(db, f"person:{over.person_id}", "wallet")
