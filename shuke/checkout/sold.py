"""Sold vouchers: the money that stands on each, share by share as uses are redeemed, undone or refunded.

A use takes an equal part of what is still held on its voucher, the last one all of it; so nothing is lost to rounding.
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.checkout.release import lock_stocks, serve
from shuke.checkout.types import EndedVoucher, OrderRefused, RefundShare, Share, Use
from shuke.kit import clock
from shuke.kit.batch import rounds
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.live import announce_all


class _Shared(msgspec.Struct, frozen=True):
    """What a sold voucher that ended is owed; `early` when not every use of it was heard of yet."""

    order_id: UUID
    payment_id: UUID
    voucher_id: UUID
    person_id: UUID
    amount: int
    early: bool


async def use_up(db: Db, uses: Sequence[Use]) -> list[Share]:
    """Uses were redeemed: the share of each in the money, once; none for a voucher that was not sold, or a use told before."""
    return [share for some in rounds(uses, lambda use: use.voucher_id) for share in await _use_up(db, some)]


async def _use_up(db: Db, uses: Sequence[Use]) -> list[Share]:
    """One use of each voucher."""
    return await db.all(
        Share,
        """
        with redeemed as (
          select * from unnest(:merchants::uuid[], :vouchers::uuid[], :redemptions::uuid[]) as r(merchant_id, voucher_id, redemption_id)
        ), taken as (
          update checkout.sold s set uses_held = s.uses_held - 1,
            used = s.used + (s.amount - s.used - s.refunded) / (s.uses_held - s.uses_refunded)
          from redeemed r where s.merchant_id = r.merchant_id and s.voucher_id = r.voucher_id and s.uses_held > s.uses_refunded
            and not exists (select from checkout.uses u where u.merchant_id = r.merchant_id and u.redemption_id = r.redemption_id)
          returning s.merchant_id, r.redemption_id, s.voucher_id, s.order_id, s.deal_id, s.person_id, new.used - old.used as amount
        ), noted as (
          insert into checkout.uses (merchant_id, redemption_id, voucher_id, amount, at)
          select merchant_id, redemption_id, voucher_id, amount, :now from taken
        )
        select t.merchant_id, t.redemption_id, t.voucher_id, t.order_id, t.deal_id, t.person_id, t.amount, o.currency
        from taken t join checkout.orders o on o.merchant_id = t.merchant_id and o.order_id = t.order_id
        """,
        merchants=[use.merchant_id for use in uses],
        vouchers=[use.voucher_id for use in uses],
        redemptions=[use.redemption_id for use in uses],
        now=clock.now(),
    )


async def use_back(db: Db, merchant_id: UUID, voucher_id: UUID, redemption_id: UUID) -> Share | None:
    """A use was undone: its share is held again; None when it had none, or was undone before."""
    return await db.one(
        Share,
        """
        with returned as (
          update checkout.uses set returned_at = :now
          where merchant_id = :merchant and redemption_id = :redemption and voucher_id = :voucher and returned_at is null
          returning merchant_id, redemption_id, voucher_id, amount
        ), given as (
          update checkout.sold s set uses_held = s.uses_held + 1, used = s.used - r.amount
          from returned r where s.merchant_id = r.merchant_id and s.voucher_id = r.voucher_id
          returning r.merchant_id, r.redemption_id, r.voucher_id, s.order_id, s.deal_id, s.person_id, r.amount
        )
        select g.merchant_id, g.redemption_id, g.voucher_id, g.order_id, g.deal_id, g.person_id, g.amount, o.currency
        from given g join checkout.orders o on o.merchant_id = g.merchant_id and o.order_id = g.order_id
        """,
        merchant=merchant_id,
        voucher=voucher_id,
        redemption=redemption_id,
        now=clock.now(),
    )


async def mark_refunded(db: Db, merchant_id: UUID, ends: Sequence[EndedVoucher]) -> list[RefundShare]:
    """What must go back for sold vouchers that ended with uses left, once: the caller pays it back from `held`.

    An order of which all came back is refunded, and its units return to the stock. Refusal: not_settled_yet, when a use that was
    undone a moment ago is still on its way here: try again.
    """
    orders = await db.values(
        UUID,
        "select distinct order_id from checkout.sold where merchant_id = :merchant and voucher_id = any(:vouchers)",
        merchant=merchant_id,
        vouchers=[end.voucher_id for end in ends],
    )
    locked = await lock_stocks(db, merchant_id, orders)
    shares = await db.all(
        _Shared,
        """
        with ended as (
          select * from unnest(:vouchers::uuid[], :left::int[]) as e(voucher_id, uses_left)
        ), marked as (
          update checkout.sold s set uses_refunded = least(e.uses_left, s.uses_held), refunded = s.refunded
            + case when e.uses_left >= s.uses_held then s.amount - s.used - s.refunded
              else (s.amount - s.used - s.refunded) * (e.uses_left - s.uses_refunded) / (s.uses_held - s.uses_refunded) end
          from ended e
          where s.merchant_id = :merchant and s.voucher_id = e.voucher_id and e.uses_left > s.uses_refunded
          returning s.order_id, s.voucher_id, s.person_id, new.refunded - old.refunded as amount, e.uses_left > s.uses_held as early
        ), back as (
          update checkout.orders o set refunded = o.refunded + m.amount, changed_at = :now,
            status = case when o.refunded + m.amount = o.amount then 'refunded' else o.status end
          from (select order_id, sum(amount) as amount from marked group by order_id) m
          where o.merchant_id = :merchant and o.order_id = m.order_id
          returning o.deal_id, o.order_id, o.person_id, o.payment_id, o.quantity, new.status = 'refunded' and old.status <> 'refunded' as whole
        ), listed as (
          update checkout.person_orders p set status = 'refunded' from back b
          where b.whole and p.person_id = b.person_id and p.order_id = b.order_id
        ), uncounted as (
          update checkout.buyers y set taken = y.taken - b.units
          from (select deal_id, person_id, sum(quantity) as units from back where whole group by 1, 2) b
          where y.merchant_id = :merchant and y.deal_id = b.deal_id and y.person_id = b.person_id
        ), counted as (
          update checkout.stocks s set free = s.free + b.units
          from (select deal_id, sum(quantity) as units from back where whole group by 1) b
          where s.merchant_id = :merchant and s.deal_id = b.deal_id
        )
        select m.order_id, b.payment_id, m.voucher_id, m.person_id, m.amount, m.early from marked m join back b using (order_id)
        """,
        merchant=merchant_id,
        vouchers=[end.voucher_id for end in ends],
        left=[end.uses_left for end in ends],
        now=clock.now(),
    )
    if any(share.early for share in shares):
        raise OrderRefused("not_settled_yet", _("A use was taken back a moment ago. Please try again in a few seconds."))
    await announce_all(db, sorted({f"person:{share.person_id}" for share in shares}), "orders")
    for deal_id in locked:
        await serve(db, merchant_id, deal_id)
    return [
        RefundShare(share.order_id, share.payment_id, share.voucher_id, share.person_id, share.amount)
        for share in shares
        if share.amount
    ]
