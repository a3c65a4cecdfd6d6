"""Writes of the payments room: asking for money, capturing it, ending an attempt. Whoever counts money holds the payment's row."""

from datetime import timedelta
from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.kit.i18n import gettext as _
from shuke.kit.ids import uuid7
from shuke.kit.money import LARGEST
from shuke.kit.refusals import NotFound, Refusal
from shuke.ledger import PROVIDERS, Account, Move, move
from shuke.payments.provider import Found
from shuke.payments.queries import usable
from shuke.payments.refunding import refund
from shuke.payments.types import Payment, PaymentCaptured, PaymentEnded, RefundWish, Surplus, Why, Wish

LAST_LOOK = timedelta(minutes=10)  # after an attempt has ended, in case the money came nevertheless and nobody told us
MOST_OPEN = 5  # attempts to pay one order or top-up at the same time
MOST_OPEN_OF_ONE = 20  # of one person, whatever they are for


async def request(db: Db, wish: Wish) -> Payment:
    """A new attempt to pay. The test bank has it at once; a real provider hears of it within a second.

    Refusals: provider_off, amount_unpayable, over (its time has passed), too_many (attempts at once).
    """
    if not usable(wish.provider, wish.currency):
        raise Refusal("provider_off", _("This way to pay can't be used now. Please choose another one."))
    if not 0 < wish.amount <= LARGEST:
        raise Refusal("amount_unpayable", _("This amount can't be paid."))
    if wish.until <= clock.now():
        raise Refusal("over", _("The time for this is over."))
    assert wish.return_to.startswith("/"), "a path here"
    await _demand_few(db, wish)
    bank = wish.provider == "bank"
    payment_id = uuid7()
    made = await db.one(
        Payment,
        """
        with made as (
          insert into payments.payments (merchant_id, payment_id, person_id, purpose, reference, title, amount, currency, provider, status,
            until, url, return_to, phone, created_at, next_at)
          values (:merchant, :payment, :person, :purpose, :reference, :title, :amount, :currency, :provider, :status,
            :until, :url, :return_to, :phone, :now, :next)
          returning *
        ), booked as (
          insert into payments.bank_payments (merchant_id, payment_id, title, amount, currency, until)
          select merchant_id, payment_id, title, amount, currency, until from made where provider = 'bank'
        )
        select merchant_id, payment_id, person_id, purpose, reference, title, amount, currency, provider, status, why, unknown, until,
          provider_ref, url, qr, captured, refunded, return_to, phone, created_at from made
        """,
        merchant=wish.merchant_id,
        payment=payment_id,
        person=wish.person_id,
        purpose=wish.purpose,
        reference=wish.reference,
        title=wish.title[:200],
        amount=wish.amount,
        currency=wish.currency,
        provider=wish.provider,
        status="started" if bank else "created",
        until=wish.until,
        url=f"/bank/{wish.merchant_id}/{payment_id}" if bank else "",
        return_to=wish.return_to,
        phone=wish.phone,
        now=clock.now(),
        next=min(wish.until, clock.now() + timedelta(seconds=5)) if bank else clock.now(),
    )
    assert made is not None
    return made


async def _demand_few(db: Db, wish: Wish) -> None:
    """Somebody who keeps on trying without paying goes on with what she has; her attempts are counted one after the other."""
    await db.run("select pg_advisory_xact_lock(hashtextextended(:person::uuid::text, 0))", person=wish.person_id)
    many = await db.value(
        bool,
        """
        select (select count(*) from payments.payments where merchant_id = :merchant and purpose = :purpose and reference = :reference
            and status in ('created', 'started')) >= :most
          or (select count(*) from (select status from payments.payments where person_id = :person order by payment_id desc limit 1000)
            as mine where status in ('created', 'started')) >= :most_of_one
        """,
        merchant=wish.merchant_id,
        purpose=wish.purpose,
        reference=wish.reference,
        person=wish.person_id,
        most=MOST_OPEN,
        most_of_one=MOST_OPEN_OF_ONE,
    )
    if many:
        words = _("You have begun to pay several times. Finish or cancel one of these payments, or wait until one lapses.")
        raise Refusal("too_many", words, most=MOST_OPEN)


async def cancel(db: Db, merchant_id: UUID, payment_id: UUID) -> None:
    """Nobody wants this to be paid any more: it is closed at the provider, and ends as `cancelled` unless money is there already."""
    await db.run(
        """
        update payments.payments set why = 'cancelled', until = least(until, :now), next_at = :now, visits = 0
        where merchant_id = :merchant and payment_id = :payment and status in ('created', 'started') and why = ''
        """,
        merchant=merchant_id,
        payment=payment_id,
        now=clock.now(),
    )


async def cancel_all(db: Db, person_id: UUID) -> None:
    """The same for all that somebody could still pay."""
    await db.run(
        """
        update payments.payments set why = 'cancelled', until = least(until, :now), next_at = :now, visits = 0
        where person_id = :person and status in ('created', 'started') and why = ''
        """,
        person=person_id,
        now=clock.now(),
    )


async def learn(db: Db, merchant_id: UUID, payment_id: UUID, found: Found, why: Why) -> None:
    """Keep what a provider says about a payment; `why` it would have ended. `pending` and `unknown` change no state."""
    if found.state == "captured":
        await capture(db, merchant_id, payment_id, found)
    elif found.state == "ended":
        await end(db, merchant_id, payment_id, why)


async def capture(db: Db, merchant_id: UUID, payment_id: UUID, found: Found) -> None:
    """Money is there. The same capture again changes nothing; one that is not wanted goes back by itself."""
    payment = await _held(db, merchant_id, payment_id)
    if payment is None:
        raise NotFound
    surplus = _surplus(payment, found)
    capture_id = await _count(db, payment, found, surplus)
    if capture_id is None:
        return
    clearing = Account(PROVIDERS[payment.provider], "clearing")
    received = Account(merchant_id, "received")
    await move(db, [Move(merchant_id, clearing, received, found.currency, found.amount, surplus or "captured", payment_id)])
    if not surplus:
        event = PaymentCaptured(
            merchant_id, payment_id, payment.purpose, payment.reference, payment.person_id, payment.amount, payment.currency
        )
        await record(db, event)
    elif surplus != "wrong_currency":  # which only an operator can sort out
        back = RefundWish(merchant_id, payment_id, found.amount, received, surplus, capture_id, f"surplus:{capture_id}")
        await refund(db, back)
    if surplus in ("wrong_amount", "wrong_currency"):
        await end(db, merchant_id, payment_id, "failed")


def _surplus(payment: Payment, found: Found) -> Surplus:
    if found.currency != payment.currency:
        return "wrong_currency"
    if payment.status == "captured":
        return "paid_twice"
    if payment.status == "ended":
        return "late"
    return "" if found.amount == payment.amount else "wrong_amount"


async def _held(db: Db, merchant_id: UUID, payment_id: UUID) -> Payment | None:
    """The payment, nobody else's until the transaction ends."""
    return await db.one(
        Payment,
        """
        select merchant_id, payment_id, person_id, purpose, reference, title, amount, currency, provider, status, why, unknown, until,
          provider_ref, url, qr, captured, refunded, return_to, phone, created_at
        from payments.payments where merchant_id = :merchant and payment_id = :payment for update
        """,
        merchant=merchant_id,
        payment=payment_id,
    )


async def _count(db: Db, payment: Payment, found: Found, surplus: Surplus) -> UUID | None:
    """Write a capture and count it on the payment; the one that was waited for settles it. None when it was known before."""
    return await db.value(
        UUID,
        """
        with capture as (
          insert into payments.captures (merchant_id, payment_id, provider, provider_ref, amount, currency, surplus, at)
          values (:merchant, :payment, :provider, :ref, :amount, :currency, :surplus, :now)
          on conflict (merchant_id, provider, provider_ref) do nothing returning merchant_id, payment_id, capture_id, surplus
        )
        update payments.payments p set
          captured = p.captured + case when c.surplus = 'wrong_currency' then 0 else :amount::bigint end,
          status = case when c.surplus = '' then 'captured' else p.status end,
          ended_at = case when c.surplus = '' then :now else p.ended_at end,
          why = case when c.surplus = '' then '' else p.why end,
          next_at = case when c.surplus = '' then null else p.next_at end,
          unknown = p.unknown and c.surplus <> '',
          provider_ref = case when c.surplus = '' then :ref else p.provider_ref end
        from capture c where p.merchant_id = c.merchant_id and p.payment_id = c.payment_id
        returning c.capture_id
        """,
        merchant=payment.merchant_id,
        payment=payment.payment_id,
        provider=payment.provider,
        ref=found.provider_ref,
        amount=found.amount,
        currency=found.currency,
        surplus=surplus,
        now=clock.now(),
    )


async def end(db: Db, merchant_id: UUID, payment_id: UUID, why: Why) -> None:
    """Nothing will come any more, as far as the provider says; one that was cancelled ends as that. It is looked at once more later."""
    payment = await db.one(
        Payment,
        """
        update payments.payments set status = 'ended', why = case when why = '' then :why else why end, ended_at = :now, unknown = false,
          next_at = :look, visits = 0
        where merchant_id = :merchant and payment_id = :payment and status in ('created', 'started')
        returning merchant_id, payment_id, person_id, purpose, reference, title, amount, currency, provider, status, why, unknown, until,
          provider_ref, url, qr, captured, refunded, return_to, phone, created_at
        """,
        merchant=merchant_id,
        payment=payment_id,
        why=why,
        now=clock.now(),
        look=clock.now() + LAST_LOOK,
    )
    if payment is not None:
        event = PaymentEnded(merchant_id, payment_id, payment.purpose, payment.reference, payment.person_id, payment.why)
        await record(db, event)
