"""Counting: what providers say of payments, kept for many at once. Whoever counts money holds the payments' rows, in one order."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.batch import rounds
from shuke.kit.db import Db
from shuke.kit.events import record, record_all
from shuke.kit.refusals import NotFound
from shuke.ledger import PROVIDERS, Account, Move, move
from shuke.payments.provider import Found
from shuke.payments.refunding import refund
from shuke.payments.types import Payment, PaymentCaptured, PaymentEnded, RefundWish, Surplus, Why

LAST_LOOK = timedelta(minutes=10)  # after an attempt has ended, in case the money came nevertheless and nobody told us


class Word(msgspec.Struct, frozen=True):
    """What a provider says about a payment; `why` it would have ended."""

    merchant_id: UUID
    payment_id: UUID
    found: Found
    why: Why


class _Count(msgspec.Struct, frozen=True):
    """Money that a provider took, and what it is to the payment at this moment."""

    payment: Payment
    found: Found
    surplus: Surplus


class _Counted(msgspec.Struct, frozen=True):
    payment_id: UUID
    capture_id: UUID


async def learn(db: Db, words: Sequence[Word]) -> None:
    """Keep what providers say. `pending` and `unknown` change no state."""
    taken = [word for word in words if word.found.state == "captured"]
    for some in rounds(taken, lambda word: (word.merchant_id, word.payment_id)):
        await _capture(db, some)
    for word in words:
        if word.found.state == "ended":
            await end(db, word.merchant_id, word.payment_id, word.why)


async def capture(db: Db, merchant_id: UUID, payment_id: UUID, found: Found) -> None:
    """Money is there. The same capture again changes nothing; one that is not wanted goes back by itself."""
    await _capture(db, [Word(merchant_id, payment_id, found, "failed")])


async def _capture(db: Db, words: Sequence[Word]) -> None:
    """One capture of each payment."""
    held = {(one.merchant_id, one.payment_id): one for one in await _held(db, words)}
    if len(held) < len(words):
        raise NotFound
    payments = [(held[word.merchant_id, word.payment_id], word.found) for word in words]
    counts = [_Count(payment, found, _surplus(payment, found)) for payment, found in payments]
    fresh = {one.payment_id: one.capture_id for one in await _count(db, counts)}
    counted = [one for one in counts if one.payment.payment_id in fresh]
    await move(db, [_received(one) for one in counted])
    await record_all(db, [_captured(one.payment) for one in counted if not one.surplus])
    for one in counted:
        if one.surplus:
            await _send_back(db, one, fresh[one.payment.payment_id])


def _received(one: _Count) -> Move:
    clearing = Account(PROVIDERS[one.payment.provider], "clearing")
    received = Account(one.payment.merchant_id, "received")
    reason = one.surplus or "captured"
    return Move(
        one.payment.merchant_id, clearing, received, one.found.currency, one.found.amount, reason, one.payment.payment_id
    )


def _captured(payment: Payment) -> PaymentCaptured:
    return PaymentCaptured(
        payment.merchant_id,
        payment.payment_id,
        payment.purpose,
        payment.reference,
        payment.person_id,
        payment.amount,
        payment.currency,
    )


async def _send_back(db: Db, one: _Count, capture_id: UUID) -> None:
    """Money that is not wanted; in another currency only an operator can sort it out."""
    merchant_id, payment_id = one.payment.merchant_id, one.payment.payment_id
    if one.surplus != "wrong_currency":
        received = Account(merchant_id, "received")
        await refund(
            db,
            RefundWish(merchant_id, payment_id, one.found.amount, received, one.surplus, capture_id, f"surplus:{capture_id}"),
        )
    if one.surplus in ("wrong_amount", "wrong_currency"):
        await end(db, merchant_id, payment_id, "failed")


def _surplus(payment: Payment, found: Found) -> Surplus:
    if found.currency != payment.currency:
        return "wrong_currency"
    if payment.status == "captured":
        return "paid_twice"
    if payment.status == "ended":
        return "late"
    return "" if found.amount == payment.amount else "wrong_amount"


async def _held(db: Db, words: Sequence[Word]) -> list[Payment]:
    """The payments, nobody else's until the transaction ends."""
    return await db.all(
        Payment,
        """
        select p.merchant_id, p.payment_id, p.person_id, p.purpose, p.reference, p.title, p.amount, p.currency, p.provider, p.status, p.why,
          p.unknown, p.until, p.provider_ref, p.url, p.qr, p.captured, p.refunded, p.return_to, p.phone, p.created_at
        from unnest(:merchants::uuid[], :payments::uuid[]) as w(merchant_id, payment_id)
        join payments.payments p on p.merchant_id = w.merchant_id and p.payment_id = w.payment_id
        order by p.merchant_id, p.payment_id for update of p
        """,
        merchants=[word.merchant_id for word in words],
        payments=[word.payment_id for word in words],
    )


async def _count(db: Db, counts: Sequence[_Count]) -> list[_Counted]:
    """Write captures and count them on their payments; the one that was waited for settles its payment. Known ones are left out."""
    return await db.all(
        _Counted,
        """
        with taken as (
          select * from unnest(:merchants::uuid[], :payments::uuid[], :providers::text[], :refs::text[], :amounts::bigint[],
            :currencies::text[], :surpluses::text[]) as t(merchant_id, payment_id, provider, provider_ref, amount, currency, surplus)
        ), captures as (
          insert into payments.captures (merchant_id, payment_id, provider, provider_ref, amount, currency, surplus, at)
          select merchant_id, payment_id, provider, provider_ref, amount, currency, surplus, :now from taken
          order by merchant_id, provider, provider_ref
          on conflict (merchant_id, provider, provider_ref) do nothing
          returning merchant_id, payment_id, capture_id, provider_ref, amount, surplus
        )
        update payments.payments p set
          captured = p.captured + case when c.surplus = 'wrong_currency' then 0 else c.amount end,
          status = case when c.surplus = '' then 'captured' else p.status end,
          ended_at = case when c.surplus = '' then :now else p.ended_at end,
          why = case when c.surplus = '' then '' else p.why end,
          next_at = case when c.surplus = '' then null else p.next_at end,
          unknown = p.unknown and c.surplus <> '',
          provider_ref = case when c.surplus = '' then c.provider_ref else p.provider_ref end
        from captures c where p.merchant_id = c.merchant_id and p.payment_id = c.payment_id
        returning p.payment_id, c.capture_id
        """,
        merchants=[one.payment.merchant_id for one in counts],
        payments=[one.payment.payment_id for one in counts],
        providers=[one.payment.provider for one in counts],
        refs=[one.found.provider_ref for one in counts],
        amounts=[one.found.amount for one in counts],
        currencies=[one.found.currency for one in counts],
        surpluses=[one.surplus for one in counts],
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
