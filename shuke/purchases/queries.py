"""Reads of the purchases room."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from shuke.kit.db import Db
from shuke.kit.i18n import _
from shuke.kit.refusals import NotFound, Refusal, Unreadable
from shuke.purchases.types import Line, Purchase, PurchaseCall, Purchases, PurchaseShown, UsedVoucher

PAGE = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Kept(msgspec.Struct, frozen=True):
    """What was recorded under a key, and for which request."""

    purchase_id: UUID
    staff_id: UUID | None
    fingerprint: bytes | None


async def earlier(db: Db, call: PurchaseCall) -> PurchaseShown | Refusal | None:
    """What was recorded under this call's key before, for the same request; a refusal for another one; None for a fresh key."""
    kept = await db.one(
        Kept,
        "select purchase_id, staff_id, fingerprint from purchases.purchases where merchant_id = :merchant and request_key = :key",
        merchant=call.merchant_id,
        key=call.key,
    )
    if kept is None:
        return None
    if (kept.staff_id, kept.fingerprint) != (call.staff_id, call.fingerprint):  # two people may have thought of the same key
        return Refusal("idempotency_key_reused", _("This key was used before for another request."))
    return await purchase_of(db, call.merchant_id, kept.purchase_id)


async def purchase_of(db: Db, merchant_id: UUID, purchase_id: UUID, store_id: UUID | None = None) -> PurchaseShown:
    """One purchase with lines and vouchers, of this store where one is given. Refusal: not_found."""
    purchase = await db.one(
        Purchase,
        """
        select p.merchant_id, p.purchase_id, p.store_id, p.staff_id, p.person_id, p.total, p.discount, p.total - p.discount as paid,
          p.points, p.note, p.at, r.at as reversed_at
        from purchases.purchases p
        left join purchases.reversals r on r.merchant_id = p.merchant_id and r.purchase_id = p.purchase_id
        where p.merchant_id = :merchant and p.purchase_id = :purchase and (:store::uuid is null or p.store_id = :store)
        """,
        merchant=merchant_id,
        purchase=purchase_id,
        store=store_id,
    )
    if purchase is None:
        raise NotFound
    lines = await db.all(
        Line,
        "select article, quantity, amount from purchases.lines where merchant_id = :merchant and purchase_id = :purchase order by line",
        merchant=merchant_id,
        purchase=purchase_id,
    )
    redemptions = await db.all(
        UsedVoucher,
        """
        select r.redemption_id, v.code, t.title, t.kind, r.discount from vouchers.redemptions r
        join vouchers.vouchers v on v.merchant_id = r.merchant_id and v.voucher_id = r.voucher_id
        join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        where r.merchant_id = :merchant and r.purchase_id = :purchase order by v.code
        """,
        merchant=merchant_id,
        purchase=purchase_id,
    )
    return PurchaseShown(**msgspec.structs.asdict(purchase), lines=lines, redemptions=redemptions)


async def purchases_of(
    db: Db, merchant_id: UUID, store_id: UUID | None = None, person_id: UUID | None = None, after: str | None = None
) -> Purchases:
    """A page of 50, the newest first, of one store or one person where given; `after` is the page before's `next`."""
    at, last = _read_cursor(after)
    found = await db.all(
        Purchase,
        """
        select p.merchant_id, p.purchase_id, p.store_id, p.staff_id, p.person_id, p.total, p.discount, p.total - p.discount as paid,
          p.points, p.note, p.at, r.at as reversed_at
        from purchases.purchases p
        left join purchases.reversals r on r.merchant_id = p.merchant_id and r.purchase_id = p.purchase_id
        where p.merchant_id = :merchant and (:store::uuid is null or p.store_id = :store)
          and (:person::uuid is null or p.person_id = :person)
          and p.at <= :at and (p.at < :at or p.purchase_id > :last)
        order by p.at desc, p.purchase_id limit :most
        """,
        merchant=merchant_id,
        store=store_id,
        person=person_id,
        at=at,
        last=last,
        most=PAGE + 1,
    )
    page = found[:PAGE]
    return Purchases(page, _cursor(page[-1]) if len(found) > PAGE else None)


def _cursor(purchase: Purchase) -> str:
    return f"{(purchase.at - EPOCH) // timedelta(microseconds=1)}-{purchase.purchase_id.hex}"


def _read_cursor(text: str | None) -> tuple[datetime, UUID]:
    if text is None:
        return datetime.max.replace(tzinfo=UTC), UUID(int=0)
    try:
        moment, _dash, last = text.partition("-")
        return EPOCH + timedelta(microseconds=int(moment)), UUID(last)
    except (ValueError, OverflowError) as error:
        raise Unreadable("cursor_unreadable", _("Ask for the first page again.")) from error
