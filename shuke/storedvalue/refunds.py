"""The rest of a guest's money back to where it came from: by her latest top-ups first; the bonus lapses with it."""

from contextlib import suppress
from typing import Literal
from uuid import UUID

import msgspec

from shuke.kit import clock, ids
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.live import announce
from shuke.kit.refusals import Refusal
from shuke.ledger import Account, Move, move
from shuke.payments import RefundEnded, RefundWish, cancel, refund
from shuke.storedvalue.journal import Line, note
from shuke.storedvalue.types import StoredRefund

Why = Literal["asked", "erased"]


class Held(msgspec.Struct, frozen=True):
    """An account that is locked until the transaction ends."""

    kind: str
    unit: str
    balance: int


class Refundable(msgspec.Struct, frozen=True):
    """A top-up with what is left of it, minor units."""

    topup_id: UUID
    payment_id: UUID
    left: int


class CalledOff(msgspec.Struct, frozen=True):
    """A top-up that will not be paid."""

    merchant_id: UUID
    payment_id: UUID


class Part(msgspec.Struct, frozen=True):
    """What goes back by one payment."""

    topup_id: UUID
    payment_refund_id: UUID
    amount: int


async def refund_rest(db: Db, merchant_id: UUID, person_id: UUID, why: Why = "asked") -> StoredRefund:
    """Send back all own money that is on the card. Refusals: nothing_left, not_refundable (no payment takes it back)."""
    currency = await db.value(
        str, "select currency from merchants.merchants where merchant_id = :merchant", merchant=merchant_id
    )
    held = {one.kind: one.balance for one in await hold(db, merchant_id, person_id) if one.unit == currency}
    stored, bonus = held.get("stored", 0), held.get("bonus", 0)
    if not stored or currency is None:
        raise Refusal("nothing_left", _("There is no money of yours left on this card."))
    refund_id = ids.uuid7()
    parts = await _send(db, merchant_id, person_id, refund_id, stored)
    amount = sum(part.amount for part in parts)
    if not amount:
        raise Refusal(
            "not_refundable", _("This money can't be sent back by itself at the moment. Ask the shop, it is owed to you.")
        )
    now = clock.now()
    if bonus:
        source, target = Account(person_id, "bonus"), Account(merchant_id, "bonus_lapsed")
        await move(db, [Move(merchant_id, source, target, currency, bonus, "refund", refund_id)])
    await _write(db, StoredRefund(merchant_id, refund_id, person_id, amount, bonus, stored - amount, now), parts, why)
    await note(db, [Line(merchant_id, person_id, "refund", -amount, -bonus, refund_id)])
    await announce(db, f"person:{person_id}", "wallet")
    return StoredRefund(merchant_id, refund_id, person_id, amount, bonus, stored - amount, now)


async def hold(db: Db, merchant_id: UUID, person_id: UUID) -> list[Held]:
    """A guest's accounts, locked until the transaction ends."""
    return await db.all(
        Held,
        """
        select kind, unit, balance from ledger.accounts
        where merchant_id = :merchant and holder_id = :person and kind in ('stored', 'bonus') order by kind for no key update
        """,
        merchant=merchant_id,
        person=person_id,
    )


async def _send(db: Db, merchant_id: UUID, person_id: UUID, refund_id: UUID, stored: int) -> list[Part]:
    """Ask for the refunds, the latest top-up first; a payment that takes nothing back is passed over."""
    topups = await db.all(
        Refundable,
        """
        select topup_id, payment_id, pay - refunded as left from storedvalue.topups
        where merchant_id = :merchant and person_id = :person and status = 'stored' and refunded < pay
        order by stored_at desc, topup_id desc for no key update
        """,
        merchant=merchant_id,
        person=person_id,
    )
    parts: list[Part] = []
    for topup in topups:
        amount = min(topup.left, stored - sum(part.amount for part in parts))
        if not amount:
            break
        source = Account(person_id, "stored")
        wish = RefundWish(merchant_id, topup.payment_id, amount, source, "stored_value", refund_id, f"rest {refund_id}")
        try:
            async with db.savepoint():
                parts.append(Part(topup.topup_id, await refund(db, wish), amount))
        except Refusal:
            continue
    return parts


async def _write(db: Db, made: StoredRefund, parts: list[Part], why: Why) -> None:
    await db.run(
        """
        with part as (
          select * from unnest(:topups::uuid[], :refunds::uuid[], :amounts::bigint[]) as p(topup_id, payment_refund_id, amount)
        ), made as (
          insert into storedvalue.refunds (merchant_id, refund_id, person_id, amount, lapsed, why, at)
          values (:merchant, :refund, :person, :amount, :lapsed, :why, :now)
        ), counted as (
          update storedvalue.topups t set refunded = t.refunded + p.amount from part p
          where t.merchant_id = :merchant and t.topup_id = p.topup_id
        )
        insert into storedvalue.refund_parts (merchant_id, refund_id, topup_id, payment_refund_id, amount)
        select :merchant, :refund, topup_id, payment_refund_id, amount from part
        """,
        topups=[part.topup_id for part in parts],
        refunds=[part.payment_refund_id for part in parts],
        amounts=[part.amount for part in parts],
        merchant=made.merchant_id,
        refund=made.refund_id,
        person=made.person_id,
        amount=made.amount,
        lapsed=made.lapsed,
        why=why,
        now=made.at,
    )


async def refund_ended(db: Db, ended: RefundEnded) -> None:
    """The provider has paid a part back, or refused to: it stays on its way until the platform has settled that."""
    noted = await db.run(
        """
        update storedvalue.refund_parts set status = :status where merchant_id = :merchant and payment_refund_id = :refund
          and status <> 'succeeded'
        """,
        status=ended.status,
        merchant=ended.merchant_id,
        refund=ended.refund_id,
    )
    if noted:
        await announce(db, f"person:{ended.person_id}", "wallet")


async def refund_erased(db: Db, person_id: UUID) -> None:
    """Somebody was erased: what she has not paid yet is called off, what she has left goes back; what can't stays owed under her id."""
    called_off = await db.all(
        CalledOff,
        """
        update storedvalue.topups t set status = 'ended', why = 'erased' from storedvalue.purses p
        where p.person_id = :person and t.merchant_id = p.merchant_id and t.person_id = p.person_id and t.status = 'asked'
        returning t.merchant_id, t.payment_id
        """,
        person=person_id,
    )
    for topup in called_off:
        await cancel(db, topup.merchant_id, topup.payment_id)
    merchants = await db.values(
        UUID,
        """
        select merchant_id from storedvalue.purses p where person_id = :person and exists (
          select from ledger.accounts a where a.merchant_id = p.merchant_id and a.holder_id = :person and a.kind = 'stored' and a.balance > 0)
        order by merchant_id
        """,
        person=person_id,
    )
    for merchant_id in merchants:
        try:
            await refund_rest(db, merchant_id, person_id, "erased")
        except Refusal:
            continue


async def refund_returned(db: Db, merchant_id: UUID, person_id: UUID) -> None:
    """Money has come back to a card: it goes on when nobody is there any more to spend it."""
    gone = await db.value(
        int, "select 1 from people.people where person_id = :person and erased_at is not null", person=person_id
    )
    if gone:
        with suppress(Refusal):
            await refund_rest(db, merchant_id, person_id, "erased")
