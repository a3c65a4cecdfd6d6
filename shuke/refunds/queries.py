"""Reads of the refunds room, and what must hold in it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from shuke.checkout import Order
from shuke.kit import clock
from shuke.kit.cursor import Cursor
from shuke.kit.db import Db
from shuke.refunds.rules import Thing
from shuke.refunds.types import DealRun, Part, Refund, Returned, Use
from shuke.vouchers import WITHIN

SURE = timedelta(minutes=1)  # after the last moment for an undo, so that one under way has come to its end


class Piece(msgspec.Struct, frozen=True):
    """A sold voucher as it stands: `person_id` holds it, `used_at` is its last use that was not undone."""

    merchant_id: UUID
    voucher_id: UUID
    code: str
    title: str
    person_id: UUID
    status: str
    uses: int
    uses_left: int
    uses_held: int
    uses_refunded: int
    amount: int
    used: int
    refunded: int
    ends_at: datetime
    used_at: datetime | None

    def part(self, buyer: UUID, now: datetime) -> Part:
        """The same in the words of the rules."""
        return Part(
            self.merchant_id,
            self.voucher_id,
            self.code,
            self.title,
            self.uses,
            self.uses_left,
            self.amount,
            self._comes_back(),
            self._thing(buyer, now),
            self.ends_at,
        )

    def _thing(self, buyer: UUID, now: datetime) -> Thing:
        if self.status in ("voided", "expired"):
            return "ended"
        if not self.uses_left:
            return "undoable" if self.used_at is not None and self.used_at > now - WITHIN - SURE else "used"
        if self.person_id != buyer or self.status == "gifting":
            return "given"
        return "unused" if self.uses_left == self.uses else "partly"

    def _comes_back(self) -> int:
        """The money of the uses that are left, each an equal part of what is still held."""
        held, open_uses = self.amount - self.used - self.refunded, self.uses_held - self.uses_refunded
        if self.uses_left >= self.uses_held or not open_uses:
            return held
        return held * max(0, self.uses_left - self.uses_refunded) // open_uses


async def parts_of(db: Db, order: Order) -> list[Part]:
    """The vouchers of an order as the rules see them."""
    pieces = await db.all(
        Piece,
        """
        select s.merchant_id, s.voucher_id, case when v.person_id = s.person_id then v.code else '' end as code, t.title,
          v.person_id, v.status, s.uses, v.uses_left, s.uses_held, s.uses_refunded,
          s.amount, s.used, s.refunded, v.ends_at, u.used_at
        from checkout.sold s
        join vouchers.vouchers v on v.merchant_id = s.merchant_id and v.voucher_id = s.voucher_id
        join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        left join lateral (
          select max(r.at) as used_at from vouchers.redemptions r
          left join vouchers.undos b on b.merchant_id = r.merchant_id and b.redemption_id = r.redemption_id
          where r.merchant_id = s.merchant_id and r.voucher_id = s.voucher_id and b.at is null) u on true
        where s.merchant_id = :merchant and s.order_id = :order order by s.voucher_id
        """,
        merchant=order.merchant_id,
        order=order.order_id,
    )
    now = clock.now()
    return [piece.part(order.person_id, now) for piece in pieces]


async def refunds_of(db: Db, merchant_id: UUID, order_id: UUID) -> list[Refund]:
    """What went back of an order, the newest first."""
    return await db.all(
        Refund,
        """
        select merchant_id, refund_id, order_id, person_id, payment_id, actor, why, reason, amount, currency, vouchers, redemption_id,
          status, at, ended_at
        from refunds.refunds where merchant_id = :merchant and order_id = :order order by at desc, refund_id desc
        """,
        merchant=merchant_id,
        order=order_id,
    )


async def returned_of(db: Db, merchant_id: UUID, order_id: UUID) -> list[Returned]:
    """All money of an order that went back or is on its way, also what was paid twice or too late; the newest first."""
    return await db.all(
        Returned,
        """
        select r.merchant_id, r.refund_id, r.amount, coalesce(r.currency, p.currency) as currency, p.provider, r.status,
          coalesce(f.why, r.reason) as why,
          coalesce(f.reason, '') as reason, r.at, r.ended_at
        from payments.payments p
        join payments.refunds r on r.merchant_id = p.merchant_id and r.payment_id = p.payment_id
        left join refunds.refunds f on f.merchant_id = r.merchant_id and f.returned_id = r.refund_id
        where p.merchant_id = :merchant and p.purpose = 'order' and p.reference = :order order by r.at desc, r.refund_id desc
        """,
        merchant=merchant_id,
        order=order_id,
    )


async def merchant_refunds(db: Db, merchant_id: UUID, after: Cursor | None, most: int) -> list[Refund]:
    """A merchant's refunds, the newest first."""
    return await db.all(
        Refund,
        """
        select merchant_id, refund_id, order_id, person_id, payment_id, actor, why, reason, amount, currency, vouchers, redemption_id,
          status, at, ended_at
        from refunds.refunds
        where merchant_id = :merchant and (:at::timestamptz is null or (at, refund_id) < (:at, :row))
        order by at desc, refund_id desc limit :most
        """,
        merchant=merchant_id,
        at=after.at if after else None,
        row=after.row_id if after else None,
        most=most,
    )


async def uses_of(db: Db, merchant_id: UUID, order_id: UUID) -> list[Use]:
    """The uses of an order's vouchers, the newest first."""
    return await db.all(
        Use,
        """
        select r.merchant_id, r.redemption_id, r.voucher_id, s.order_id, o.payment_id, s.person_id, t.title, st.name as store,
          u.amount as share, o.currency, coalesce(f.amount, 0) as refunded, r.at, b.at as undone_at
        from checkout.sold s
        join checkout.orders o on o.merchant_id = s.merchant_id and o.order_id = s.order_id
        join vouchers.redemptions r on r.merchant_id = s.merchant_id and r.voucher_id = s.voucher_id
        join vouchers.vouchers v on v.merchant_id = r.merchant_id and v.voucher_id = r.voucher_id
        join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        join merchants.stores st on st.merchant_id = r.merchant_id and st.store_id = r.store_id
        join checkout.uses u on u.merchant_id = r.merchant_id and u.redemption_id = r.redemption_id
        left join vouchers.undos b on b.merchant_id = r.merchant_id and b.redemption_id = r.redemption_id
        left join refunds.refunds f on f.merchant_id = r.merchant_id and f.redemption_id = r.redemption_id
        where s.merchant_id = :merchant and s.order_id = :order order by r.at desc, r.redemption_id
        """,
        merchant=merchant_id,
        order=order_id,
    )


async def use_of(db: Db, merchant_id: UUID, redemption_id: UUID) -> Use | None:
    """One use of a bought voucher; None for a voucher that was not bought."""
    return await db.one(
        Use,
        """
        select r.merchant_id, r.redemption_id, r.voucher_id, s.order_id, o.payment_id, s.person_id, t.title, st.name as store,
          u.amount as share, o.currency, coalesce(f.amount, 0) as refunded, r.at, b.at as undone_at
        from vouchers.redemptions r
        join checkout.sold s on s.merchant_id = r.merchant_id and s.voucher_id = r.voucher_id
        join checkout.orders o on o.merchant_id = s.merchant_id and o.order_id = s.order_id
        join vouchers.vouchers v on v.merchant_id = r.merchant_id and v.voucher_id = r.voucher_id
        join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        join merchants.stores st on st.merchant_id = r.merchant_id and st.store_id = r.store_id
        join checkout.uses u on u.merchant_id = r.merchant_id and u.redemption_id = r.redemption_id
        left join vouchers.undos b on b.merchant_id = r.merchant_id and b.redemption_id = r.redemption_id
        left join refunds.refunds f on f.merchant_id = r.merchant_id and f.redemption_id = r.redemption_id
        where r.merchant_id = :merchant and r.redemption_id = :redemption
        """,
        merchant=merchant_id,
        redemption=redemption_id,
    )


async def runs_of(db: Db, merchant_id: UUID, deal_id: UUID) -> list[DealRun]:
    """The runs that give all of a deal back, the newest first."""
    return await db.all(
        DealRun,
        """
        select merchant_id, run_id, deal_id, reason, at, total, passed, refunded, amount, finished_at
        from refunds.deal_runs where merchant_id = :merchant and deal_id = :deal order by run_id desc
        """,
        merchant=merchant_id,
        deal=deal_id,
    )


async def invariants(db: Db) -> Sequence[str]:
    """What is wrong with refunds, nothing if all is well: a line for each place, at most 40.

    Each refund stands on a payment's refund of its amount; an order gave back what its refunds say and no more than was paid; what
    ended unused has come back, once all that happened at the merchant was heard; a use gave back no more than its share.
    """
    return await db.values(
        str,
        """
        (select format('refund %s: %s, its payment gives back %s', r.refund_id, r.amount, p.amount)
        from refunds.refunds r left join payments.refunds p on p.merchant_id = r.merchant_id and p.refund_id = r.returned_id
        where p.amount is distinct from r.amount or p.payment_id <> r.payment_id limit 10)
        union all
        (select format('order %s: gave back %s, refunds say %s', o.order_id, o.refunded, coalesce(sum(r.amount), 0))
        from checkout.orders o
        left join refunds.refunds r on r.merchant_id = o.merchant_id and r.order_id = o.order_id and r.redemption_id is null
        where not exists (select from payments.refunds p where p.merchant_id = o.merchant_id and p.payment_id = o.payment_id
          and p.key = 'unfulfilled:' || o.order_id)
        group by o.merchant_id, o.order_id, o.refunded
        having o.refunded <> coalesce(sum(r.amount), 0) limit 10)
        union all
        (select format('voucher %s is %s with %s uses left, %s came back', s.voucher_id, v.status, v.uses_left, s.uses_refunded)
        from checkout.sold s join vouchers.vouchers v on v.merchant_id = s.merchant_id and v.voucher_id = s.voucher_id
        where v.status in ('voided', 'expired') and v.uses_left <> s.uses_refunded
          and not exists (select from kit.events e where e.owner_id = s.merchant_id)
          and not exists (select from kit.deliveries d where d.owner_id = s.merchant_id and d.dead_at is null) limit 10)
        union all
        (select format('use %s: share %s, gave back %s', r.redemption_id, u.amount, r.amount)
        from refunds.refunds r left join checkout.uses u on u.merchant_id = r.merchant_id and u.redemption_id = r.redemption_id
        where r.redemption_id is not null and (u.amount is null or u.amount < r.amount or u.returned_at is not null) limit 10)
        """,
    )
