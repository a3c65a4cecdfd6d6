"""Gifts: an unused voucher on its way to somebody else, with her, or back. Its row decides, as between a gift and a till."""

from uuid import UUID

import msgspec

from shuke.kit import clock, ids
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.live import announce
from shuke.kit.refusals import NotFound, Refusal
from shuke.vouchers.limits import Issuing, count_limits
from shuke.vouchers.types import IssueCall, Issued, VoucherRefused


class Giftable(msgspec.Struct, frozen=True):
    """A voucher as giving needs it: whether its rules let it be given, and whether nothing of it was used."""

    voucher_id: UUID
    title: str
    status: str
    transferable: bool
    whole: bool
    over: bool


async def start_gift(db: Db, merchant_id: UUID, voucher_id: UUID, giver_id: UUID) -> None:
    """Put a voucher on its way: no till takes it meanwhile. Refusals: not_found (also for another's), not_transferable, partly_used,
    expired, already_redeemed, voided, gifting."""
    started = await db.run(
        """
        update vouchers.vouchers v set status = 'gifting' from vouchers.templates t
        where v.merchant_id = :merchant and v.voucher_id = :voucher and v.person_id = :giver and v.status = 'issued' and v.ends_at > :now
          and t.merchant_id = v.merchant_id and t.template_id = v.template_id and t.transferable and v.uses_left = t.uses
        """,
        merchant=merchant_id,
        voucher=voucher_id,
        giver=giver_id,
        now=clock.now(),
    )
    if not started:
        raise await _why_not(db, merchant_id, voucher_id, giver_id)
    await announce(db, f"person:{giver_id}", "wallet")


async def _why_not(db: Db, merchant_id: UUID, voucher_id: UUID, giver_id: UUID) -> Refusal:
    found = await db.one(
        Giftable,
        """
        select v.voucher_id, t.title, v.status, t.transferable, v.uses_left = t.uses as whole, v.ends_at <= :now as over
        from vouchers.vouchers v join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        where v.merchant_id = :merchant and v.voucher_id = :voucher and v.person_id = :giver
        """,
        merchant=merchant_id,
        voucher=voucher_id,
        giver=giver_id,
        now=clock.now(),
    )
    if found is None:
        return NotFound()
    if not found.transferable:
        return VoucherRefused("not_transferable", _("This voucher is for you alone: the shop doesn't let it be given on."))
    if found.status == "gifting":
        return VoucherRefused("gifting", _("This voucher is on its way to somebody already."))
    if found.status == "voided":
        return VoucherRefused("voided", _("This voucher was withdrawn by the shop."))
    if found.status == "redeemed":
        return VoucherRefused("already_redeemed", _("This voucher has been used already."))
    if found.over or found.status == "expired":
        return VoucherRefused("expired", _("This voucher has expired."))
    return VoucherRefused("partly_used", _("Something of this voucher was used: only a whole one can be given."))


async def take_gift(db: Db, merchant_id: UUID, voucher_id: UUID, giver_id: UUID, taker_id: UUID) -> str:
    """It is the taker's from now on, under a new code: what the giver knows is worth nothing any more. The code. She is counted
    as if it had been issued to her. Refusals: gift_over, limit_reached, phone_needed."""
    await _count(db, merchant_id, voucher_id, taker_id)
    tag = await db.value(str, "select tag from merchants.merchants where merchant_id = :merchant", merchant=merchant_id)
    code = await db.value(
        str,
        """
        with taken as (
          update vouchers.vouchers v set status = 'issued', person_id = :taker, code = :code, issued_to = coalesce(v.issued_to, v.person_id)
          where v.merchant_id = :merchant and v.voucher_id = :voucher and v.person_id = :giver and v.status = 'gifting' and v.ends_at > :now
          returning v.merchant_id, v.voucher_id, v.template_id, v.code, v.starts_at, v.ends_at
        ), passed as (
          insert into vouchers.transfers (merchant_id, voucher_id, from_id, to_id, at)
          select merchant_id, voucher_id, :giver, :taker, :now from taken
        ), gone as (
          delete from vouchers.wallet_vouchers w using taken t
          where w.person_id = :giver and w.merchant_id = t.merchant_id and w.voucher_id = t.voucher_id
        ), carried as (
          insert into vouchers.wallet_vouchers (person_id, merchant_id, voucher_id, code, title, kind, value, starts_at, ends_at)
          select :taker, v.merchant_id, v.voucher_id, v.code, t.title, t.kind, t.value, v.starts_at, v.ends_at
          from taken v join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        )
        select code from taken
        """,
        merchant=merchant_id,
        voucher=voucher_id,
        giver=giver_id,
        taker=taker_id,
        code=ids.new_code(tag or ""),
        now=clock.now(),
    )
    if code is None:
        raise Refusal("gift_over", _("This gift is gone: it was taken, taken back, or its time is over."))
    await announce(db, f"person:{giver_id}", "wallet")
    await announce(db, f"person:{taker_id}", "wallet")
    return code


async def _count(db: Db, merchant_id: UUID, voucher_id: UUID, taker_id: UUID) -> None:
    """Count the taker against the limits, unless she had this very voucher before."""
    template = await db.one(
        Issuing,
        """
        select t.merchant_id, t.template_id, '' as tag, t.stock, t.per_person, t.per_natural_person, t.starts_at, t.ends_at, t.valid_days,
          t.zone, t.status
        from vouchers.vouchers v join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        where v.merchant_id = :merchant and v.voucher_id = :voucher and not exists (select from vouchers.transfers x
          where x.merchant_id = v.merchant_id and x.voucher_id = v.voucher_id and x.from_id = :taker)
        """,
        merchant=merchant_id,
        voucher=voucher_id,
        taker=taker_id,
    )
    if template is None or not (template.per_person or template.per_natural_person):
        return
    outcomes: dict[int, Issued | Refusal] = {}
    await count_limits(
        db, [(0, IssueCall(merchant_id, template.template_id, taker_id, "claim", voucher_id), template)], outcomes
    )
    refusal = outcomes.get(0)
    if isinstance(refusal, Refusal):
        raise refusal


async def return_gift(db: Db, merchant_id: UUID, voucher_id: UUID, giver_id: UUID) -> bool:
    """It is the giver's again, to be used; False where it is on its way no more."""
    back = await db.run(
        """
        update vouchers.vouchers set status = 'issued'
        where merchant_id = :merchant and voucher_id = :voucher and person_id = :giver and status = 'gifting'
        """,
        merchant=merchant_id,
        voucher=voucher_id,
        giver=giver_id,
    )
    await announce(db, f"person:{giver_id}", "wallet")
    return bool(back)
