"""Writes of the payments room: asking for money, and no longer wanting it."""

from datetime import timedelta
from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.ids import uuid7
from shuke.kit.money import LARGEST
from shuke.kit.refusals import Refusal
from shuke.payments.provider import ADAPTERS
from shuke.payments.queries import usable
from shuke.payments.types import Payment, Wish

FIRST_LOOK = timedelta(seconds=10)  # after a payment was made payable, in case a notice of it gets lost
MOST_OPEN = 5  # attempts to pay one order or top-up at the same time
MOST_OPEN_OF_ONE = 20  # of one person, whatever they are for


async def request(db: Db, wish: Wish) -> Payment:
    """A new attempt to pay. A provider that lives here has it at once; one outside hears of it within a second.

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
    books = ADAPTERS[wish.provider].books
    payment_id = uuid7()
    made = await db.one(
        Payment,
        """
        insert into payments.payments (merchant_id, payment_id, person_id, purpose, reference, title, amount, currency, provider, status,
          until, url, return_to, phone, created_at, next_at)
        values (:merchant, :payment, :person, :purpose, :reference, :title, :amount, :currency, :provider, :status,
          :until, :url, :return_to, :phone, :now, :next)
        returning merchant_id, payment_id, person_id, purpose, reference, title, amount, currency, provider, status, why, unknown, until,
          provider_ref, url, qr, captured, refunded, return_to, phone, created_at
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
        status="started" if books else "created",
        until=wish.until,
        url=f"/{wish.provider}/{wish.merchant_id}/{payment_id}" if books else "",
        return_to=wish.return_to,
        phone=wish.phone,
        now=clock.now(),
        next=min(wish.until, clock.now() + FIRST_LOOK) if books else clock.now(),
    )
    assert made is not None
    if books:
        await books(db, made)
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
