"""Refunds: money goes out of an account at once, and back to the guest as soon as the provider has done it."""

from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal
from shuke.ledger import PROVIDERS, Account, Move, move
from shuke.payments.provider import RefundFound
from shuke.payments.queries import payment_of
from shuke.payments.types import RefundEnded, RefundStatus, RefundWish


class _Asked(msgspec.Struct, frozen=True):
    """The refund of a key; `fresh` when it was made just now."""

    refund_id: UUID
    amount: int
    currency: str
    fresh: bool


class _Ended(msgspec.Struct, frozen=True):
    payment_id: UUID
    person_id: UUID
    amount: int
    currency: str
    provider: str


async def refund(db: Db, wish: RefundWish) -> UUID:
    """Send money back: out of `source` in this transaction, to the guest by the provider afterwards. The same key is the same refund.

    Refusals: nothing_left (more than was captured and not yet sent back), idempotency_key_reused, not_found.
    """
    await db.run(  # who waited for the row sees in the next statement what the other one did
        "select from payments.payments where merchant_id = :merchant and payment_id = :payment for update",
        merchant=wish.merchant_id,
        payment=wish.payment_id,
    )
    asked = await db.one(
        _Asked,
        """
        with earlier as (
          select r.refund_id, r.amount, p.currency from payments.refunds r
          join payments.payments p on p.merchant_id = r.merchant_id and p.payment_id = r.payment_id
          where r.merchant_id = :merchant and r.payment_id = :payment and r.key = :key
        ), taken as (
          update payments.payments set refunded = refunded + :amount
          where merchant_id = :merchant and payment_id = :payment and refunded + :amount <= captured and :amount > 0
            and not exists (select from earlier)
          returning currency
        ), made as (
          insert into payments.refunds (merchant_id, payment_id, key, amount, reason, reference, at, next_at)
          select :merchant, :payment, :key, :amount, :reason, :reference, :now, :now from taken
          returning refund_id, amount
        )
        select refund_id, amount, currency, true as fresh from made cross join taken
        union all select refund_id, amount, currency, false from earlier
        """,
        merchant=wish.merchant_id,
        payment=wish.payment_id,
        key=wish.key,
        amount=wish.amount,
        reason=wish.reason,
        reference=wish.reference,
        now=clock.now(),
    )
    if asked is None:
        if await payment_of(db, wish.merchant_id, wish.payment_id) is None:
            raise NotFound
        raise Refusal("nothing_left", _("So much was not paid, or it was sent back already."))
    if asked.amount != wish.amount:
        raise Refusal("idempotency_key_reused", _("This key was used before for another request."))
    if asked.fresh:
        target = Account(wish.merchant_id, "refunding")
        moved = Move(wish.merchant_id, wish.source, target, asked.currency, wish.amount, wish.reason, asked.refund_id)
        await move(db, [moved])
    return asked.refund_id


async def send_back(db: Db, merchant_id: UUID, capture_id: UUID) -> None:
    """Money that came in another currency goes back in that one, once. Refusal: not_to_send_back (also when it was sent before)."""
    back = await db.one(
        _Asked,
        """
        with made as (
          insert into payments.refunds (merchant_id, payment_id, key, amount, currency, reason, reference, at, next_at)
          select merchant_id, payment_id, 'surplus:' || capture_id, amount, currency, surplus, capture_id, :now, :now
          from payments.captures where merchant_id = :merchant and capture_id = :capture and surplus = 'wrong_currency'
          on conflict (merchant_id, payment_id, key) do nothing returning refund_id, amount, currency
        )
        select refund_id, amount, currency, true as fresh from made
        """,
        merchant=merchant_id,
        capture=capture_id,
        now=clock.now(),
    )
    if back is None:
        raise Refusal("not_to_send_back", _("This money is not to be sent back, or it was already."))
    source, target = Account(merchant_id, "received"), Account(merchant_id, "refunding")
    await move(db, [Move(merchant_id, source, target, back.currency, back.amount, "wrong_currency", back.refund_id)])


async def learn_refund(db: Db, merchant_id: UUID, refund_id: UUID, found: RefundFound) -> None:
    """Keep what a provider says about a refund. What it has done is done: `succeeded` is the last word."""
    if found.state == "pending":
        await db.run(
            """
            update payments.refunds set status = 'pending', unknown = false, provider_ref = :ref
            where merchant_id = :merchant and refund_id = :refund and status = 'requested'
            """,
            merchant=merchant_id,
            refund=refund_id,
            ref=found.provider_ref,
        )
    elif found.state in ("succeeded", "failed"):
        await _end(db, merchant_id, refund_id, found)


async def _end(db: Db, merchant_id: UUID, refund_id: UUID, found: RefundFound) -> None:
    ended = await db.one(
        _Ended,
        """
        update payments.refunds r set status = :status, unknown = false, next_at = null, ended_at = :now,
          provider_ref = case when :ref = '' then r.provider_ref else :ref end
        from payments.payments p
        where r.merchant_id = :merchant and r.refund_id = :refund and p.merchant_id = r.merchant_id and p.payment_id = r.payment_id
          and r.status <> 'succeeded' and r.status <> :status
        returning p.payment_id, p.person_id, r.amount, coalesce(r.currency, p.currency) as currency, p.provider
        """,
        merchant=merchant_id,
        refund=refund_id,
        status=found.state,
        ref=found.provider_ref,
        now=clock.now(),
    )
    if ended is None:
        return
    if found.state == "succeeded":
        source, target = Account(merchant_id, "refunding"), Account(PROVIDERS[ended.provider], "clearing")
        await move(db, [Move(merchant_id, source, target, ended.currency, ended.amount, "refunded", refund_id)])
    status: RefundStatus = "succeeded" if found.state == "succeeded" else "failed"
    await record(db, RefundEnded(merchant_id, refund_id, ended.payment_id, ended.person_id, ended.amount, status))


async def try_again(db: Db, merchant_id: UUID, refund_id: UUID) -> None:
    """Let the provider be asked again for a refund that it refused. Refusal: not_failed."""
    again = await db.run(
        """
        update payments.refunds set status = 'requested', tries = tries + 1, visits = 0, ended_at = null, next_at = :now
        where merchant_id = :merchant and refund_id = :refund and status = 'failed'
        """,
        merchant=merchant_id,
        refund=refund_id,
        now=clock.now(),
    )
    if not again:
        raise Refusal("not_failed", _("This refund has not failed."))


async def ask_now(db: Db, merchant_id: UUID, payment_id: UUID) -> None:
    """Ask the provider at once how a payment and its refunds stand."""
    await db.run(
        "update payments.payments set next_at = :now where merchant_id = :merchant and payment_id = :payment and status <> 'captured'",
        merchant=merchant_id,
        payment=payment_id,
        now=clock.now(),
    )
    await db.run(
        """
        update payments.refunds set next_at = :now
        where merchant_id = :merchant and payment_id = :payment and status in ('requested', 'pending')
        """,
        merchant=merchant_id,
        payment=payment_id,
        now=clock.now(),
    )
