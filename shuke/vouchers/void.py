"""Voiding: one voucher with a reason, or all unused ones of a template; and the end of those whose time has passed."""

from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.jobs import every_minute, wake
from shuke.kit.live import announce
from shuke.kit.refusals import NotFound, Refusal, Unreadable
from shuke.vouchers.ended import Gone, let_go, tell_ended
from shuke.vouchers.templates import note_step

CHUNK = 5000


class Withdrawing(msgspec.Struct, frozen=True):
    """A withdrawal that is not finished."""

    merchant_id: UUID
    withdrawal_id: UUID
    template_id: UUID
    staff_id: UUID
    reason: str


def _reason(text: str) -> str:
    plain = text.strip()
    if not 1 <= len(plain) <= 500 or "\x00" in plain:
        raise Unreadable("reason_needed", _("Say why, in 1 to 500 characters."))
    return plain


async def void(db: Db, merchant_id: UUID, by: UUID, voucher_id: UUID, reason: str) -> None:
    """Withdraw one voucher that can still be used. Refusals: not_found, reason_needed, not_voidable (its `state`)."""
    gone = await db.all(
        Gone,
        """
        with gone as (
          update vouchers.vouchers set status = 'voided'
          where merchant_id = :merchant and voucher_id = :voucher and status in ('issued', 'held', 'gifting')
          returning merchant_id, voucher_id, person_id, source, status
        ), noted as (
          insert into vouchers.voidings (merchant_id, voucher_id, staff_id, reason, at)
          select merchant_id, voucher_id, :by, :reason, :now from gone
        )
        select merchant_id, voucher_id, person_id, source, status from gone
        """,
        merchant=merchant_id,
        voucher=voucher_id,
        by=by,
        reason=_reason(reason),
        now=clock.now(),
    )
    if not gone:
        state = await db.value(
            str,
            "select status from vouchers.vouchers where merchant_id = :merchant and voucher_id = :voucher",
            merchant=merchant_id,
            voucher=voucher_id,
        )
        if state is None:
            raise NotFound
        raise Refusal("not_voidable", _("This voucher can't be used any more, so there is nothing to void."), state=state)
    await let_go(db, gone)
    await tell_ended(db, gone)
    await announce(db, f"person:{gone[0].person_id}", "wallet")


async def withdraw(db: Db, merchant_id: UUID, by: UUID, template_id: UUID, reason: str) -> UUID:
    """End a template and void all its unused vouchers, by the worker. Refusals: not_found, reason_needed."""
    withdrawal_id = await db.value(
        UUID,
        """
        with ended as (
          update vouchers.templates set status = 'ended' where merchant_id = :merchant and template_id = :template returning template_id
        )
        insert into vouchers.withdrawals (merchant_id, template_id, staff_id, reason, at)
        select :merchant, template_id, :by, :reason, :now from ended returning withdrawal_id
        """,
        merchant=merchant_id,
        template=template_id,
        by=by,
        reason=_reason(reason),
        now=clock.now(),
    )
    if withdrawal_id is None:
        raise NotFound
    await note_step(db, merchant_id, template_id, "withdrawn", by)
    await wake(db)
    return withdrawal_id


@every_minute
async def withdraw_some(db: Db) -> int:
    """A chunk of a withdrawal under way; how many vouchers, 1 for a withdrawal that has come to its end."""
    found = await db.one(
        Withdrawing,
        """
        select merchant_id, withdrawal_id, template_id, staff_id, reason from vouchers.withdrawals
        where finished_at is null order by at limit 1 for update skip locked
        """,
    )
    if found is None:
        return 0
    gone = await db.all(
        Gone,
        """
        with unused as (
          select merchant_id, voucher_id from vouchers.vouchers
          where merchant_id = :merchant and template_id = :template and status in ('issued', 'held', 'gifting')
          limit :most for update
        ), gone as (
          update vouchers.vouchers v set status = 'voided' from unused u
          where v.merchant_id = u.merchant_id and v.voucher_id = u.voucher_id
          returning v.merchant_id, v.voucher_id, v.person_id, v.source, v.status
        ), noted as (
          insert into vouchers.voidings (merchant_id, voucher_id, staff_id, reason, at)
          select merchant_id, voucher_id, :by, :reason, :now from gone
        )
        select merchant_id, voucher_id, person_id, source, status from gone
        """,
        merchant=found.merchant_id,
        template=found.template_id,
        by=found.staff_id,
        reason=found.reason,
        now=clock.now(),
        most=CHUNK,
    )
    await let_go(db, gone)
    await tell_ended(db, gone)
    await db.run(
        """
        update vouchers.withdrawals set done = done + :count, finished_at = case when :count = 0 then :now::timestamptz end
        where merchant_id = :merchant and withdrawal_id = :withdrawal
        """,
        merchant=found.merchant_id,
        withdrawal=found.withdrawal_id,
        count=len(gone),
        now=clock.now(),
    )
    await announce(db, f"person:{found.staff_id}", "template")
    return max(1, len(gone))


@every_minute
async def expire_some(db: Db) -> int:
    """A chunk of the vouchers whose time has passed: out of their holders' wallets; how many."""
    gone = await db.all(
        Gone,
        """
        with due as (
          select merchant_id, voucher_id from vouchers.vouchers where status = 'issued' and ends_at <= :now
          limit :most for update skip locked
        ), gone as (
          update vouchers.vouchers v set status = 'expired' from due d
          where v.merchant_id = d.merchant_id and v.voucher_id = d.voucher_id
          returning v.merchant_id, v.voucher_id, v.person_id, v.source, v.status
        )
        select merchant_id, voucher_id, person_id, source, status from gone
        """,
        now=clock.now(),
        most=CHUNK,
    )
    await let_go(db, gone)
    await tell_ended(db, gone)
    return len(gone)
