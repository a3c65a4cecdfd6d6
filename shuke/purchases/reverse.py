"""Taking a purchase back on its day: its vouchers can be used again, its points go as far as the programme's policy says."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from shuke.cards import take_back_visit
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.kit.i18n import _
from shuke.kit.refusals import Refusal
from shuke.ledger import RefundPolicy, reverse
from shuke.merchants import Till
from shuke.purchases.queries import purchase_of
from shuke.purchases.types import PurchaseReversed, PurchaseShown, Reversal
from shuke.vouchers import undo

DAY = timedelta(days=1, hours=1)  # the longest day of the year


class Kept(msgspec.Struct, frozen=True):
    """A reversal that was made before: under which key, and what it brought back."""

    request_key: str
    points: int
    vouchers: int
    at: datetime


class Rules(msgspec.Struct, frozen=True):
    """How this member's programme deals with refunds, and whether this was her only purchase of that day."""

    refund_policy: RefundPolicy
    day_left: bool


async def take_back(db: Db, till: Till, purchase_id: UUID, reason: str, key: str) -> Reversal:
    """Take back a purchase of this store. The same key again gives the same result.

    Refusals: not_found, already_reversed, too_late (the store's day is over), idempotency_key_reused.
    """
    now = clock.now()
    purchase = await purchase_of(db, till.merchant_id, purchase_id, till.store_id)
    made = await db.run(
        """
        insert into purchases.reversals (merchant_id, purchase_id, staff_id, reason, request_key, at)
        select p.merchant_id, p.purchase_id, :staff, :reason, :key, :now from purchases.purchases p
        join merchants.stores s on s.merchant_id = p.merchant_id and s.store_id = p.store_id
        where p.merchant_id = :merchant and p.purchase_id = :purchase
          and (p.at at time zone s.zone)::date = (:now::timestamptz at time zone s.zone)::date
        on conflict do nothing
        """,
        staff=till.staff_id,
        reason=reason,
        key=key,
        now=now,
        merchant=till.merchant_id,
        purchase=purchase_id,
    )
    if not made:
        return await _earlier(db, till, purchase_id, key)
    vouchers = await _redemptions(db, till.merchant_id, purchase_id)
    for redemption_id in vouchers:
        await undo(db, till.merchant_id, till.staff_id, redemption_id, reason, f"{purchase_id} back {redemption_id}", DAY)
    points = await _points(db, purchase)
    await record(db, PurchaseReversed(till.merchant_id, purchase_id, till.store_id, purchase.person_id))
    return Reversal(till.merchant_id, purchase_id, points, len(vouchers), now)


async def _earlier(db: Db, till: Till, purchase_id: UUID, key: str) -> Reversal:
    """Nothing was reversed: fine when this key had done it before, else a refusal."""
    kept = await db.one(
        Kept,
        """
        select r.request_key,
          (select coalesce(sum(t.amount), 0)::bigint from ledger.transfers t
            where t.merchant_id = r.merchant_id and t.reference = r.purchase_id and t.to_kind = 'reversed') as points,
          (select count(*) from vouchers.redemptions u join vouchers.undos b using (merchant_id, redemption_id)
            where u.merchant_id = r.merchant_id and u.purchase_id = r.purchase_id
              and starts_with(b.request_key, r.purchase_id::text || ' back ')) as vouchers,
          r.at
        from purchases.reversals r where r.merchant_id = :merchant and r.purchase_id = :purchase
        """,
        merchant=till.merchant_id,
        purchase=purchase_id,
    )
    if kept is not None and kept.request_key == key:
        return Reversal(till.merchant_id, purchase_id, kept.points, kept.vouchers, kept.at)
    if kept is not None:
        raise Refusal("already_reversed", _("This purchase was taken back before."), at=kept.at.isoformat())
    used = await db.value(
        int,
        "select 1 from purchases.reversals where merchant_id = :merchant and request_key = :key",
        merchant=till.merchant_id,
        key=key,
    )
    if used:
        raise Refusal("idempotency_key_reused", _("This key was used before for another request."))
    raise Refusal("too_late", _("A purchase can be taken back until the end of its day."))


async def _redemptions(db: Db, merchant_id: UUID, purchase_id: UUID) -> list[UUID]:
    """The uses of vouchers that stand with this purchase."""
    return await db.values(
        UUID,
        """
        select r.redemption_id from vouchers.redemptions r
        left join vouchers.undos u on u.merchant_id = r.merchant_id and u.redemption_id = r.redemption_id
        where r.merchant_id = :merchant and r.purchase_id = :purchase and u.at is null order by r.voucher_id
        """,
        merchant=merchant_id,
        purchase=purchase_id,
    )


async def _points(db: Db, purchase: PurchaseShown) -> int:
    """Take the purchase off the card; how many points went."""
    if purchase.person_id is None:
        return 0
    rules = await db.one(
        Rules,
        """
        select p.refund_policy, exists (
            select from purchases.purchases o
            where o.merchant_id = p.merchant_id and o.person_id = :person and o.purchase_id <> :purchase
              and (o.at at time zone p.zone)::date = (:at::timestamptz at time zone p.zone)::date
              and not exists (select from purchases.reversals r where r.merchant_id = o.merchant_id and r.purchase_id = o.purchase_id)
          ) as day_left
        from cards.programmes p where p.merchant_id = :merchant
        """,
        person=purchase.person_id,
        purchase=purchase.purchase_id,
        at=purchase.at,
        merchant=purchase.merchant_id,
    )
    assert rules is not None
    await take_back_visit(
        db, purchase.merchant_id, purchase.person_id, purchase.paid, purchase.points, whole=not rules.day_left
    )
    return await reverse(db, purchase.merchant_id, purchase.person_id, purchase.purchase_id, rules.refund_policy)
