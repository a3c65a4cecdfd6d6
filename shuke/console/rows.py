"""Rows behind the counts of a template: the vouchers given out, and their uses."""

from datetime import datetime
from uuid import UUID

import msgspec

from shuke.kit.cursor import Cursor
from shuke.kit.db import Db


class VoucherRow(msgspec.Struct, frozen=True):
    """A voucher in the shop's lists; `tail` are the last characters of its code."""

    voucher_id: UUID
    tail: str
    person_id: UUID
    person: str
    number: str
    status: str
    uses_left: int
    source: str
    issued_at: datetime
    ends_at: datetime


class RedemptionRow(msgspec.Struct, frozen=True):
    """A use of a voucher in the shop's lists; amounts in minor units."""

    redemption_id: UUID
    tail: str
    person_id: UUID
    person: str
    store: str
    zone: str
    staff: str
    bill: int | None
    discount: int | None
    at: datetime
    undone_at: datetime | None


async def voucher_rows(
    db: Db, merchant_id: UUID, template_id: UUID, status: str = "", before: Cursor | None = None, most: int = 50
) -> list[VoucherRow]:
    """The vouchers of a template, the last issued first."""
    return await db.all(
        VoucherRow,
        """
        select v.voucher_id, right(v.code, 4) as tail, v.person_id, p.name as person, coalesce(m.number, '') as number, v.status, v.uses_left,
          v.source, v.issued_at, v.ends_at
        from vouchers.vouchers v
        join people.people p on p.person_id = v.person_id
        left join cards.memberships m on m.merchant_id = v.merchant_id and m.person_id = v.person_id
        where v.merchant_id = :merchant and v.template_id = :template and (:status = '' or v.status = :status)
          and (:voucher::uuid is null or v.voucher_id < :voucher)
        order by v.voucher_id desc limit :most
        """,
        merchant=merchant_id,
        template=template_id,
        status=status,
        voucher=before.row_id if before else None,
        most=most,
    )


async def redemption_rows(
    db: Db, merchant_id: UUID, template_id: UUID, before: Cursor | None = None, most: int = 50
) -> list[RedemptionRow]:
    """The uses of a template's vouchers, the last first, with those undone."""
    return await db.all(
        RedemptionRow,
        """
        select r.redemption_id, right(v.code, 4) as tail, r.person_id, p.name as person, s.name as store, s.zone,
          coalesce(nullif(f.name, ''), q.name) as staff, r.bill, r.discount, r.at, u.at as undone_at
        from vouchers.redemptions r
        join vouchers.vouchers v on v.merchant_id = r.merchant_id and v.voucher_id = r.voucher_id
        join people.people p on p.person_id = r.person_id
        join people.people q on q.person_id = r.staff_id
        join merchants.stores s on s.merchant_id = r.merchant_id and s.store_id = r.store_id
        left join merchants.staff f on f.merchant_id = r.merchant_id and f.person_id = r.staff_id
        left join vouchers.undos u on u.merchant_id = r.merchant_id and u.redemption_id = r.redemption_id
        where r.merchant_id = :merchant and v.template_id = :template
          and (:at::timestamptz is null or (r.at, r.redemption_id) < (:at, :redemption::uuid))
        order by r.at desc, r.redemption_id desc limit :most
        """,
        merchant=merchant_id,
        template=template_id,
        at=before.at if before else None,
        redemption=before.row_id if before else None,
        most=most,
    )


async def voucher_row(db: Db, merchant_id: UUID, voucher_id: UUID) -> VoucherRow | None:
    """One voucher as the shop's lists show it."""
    return await db.one(
        VoucherRow,
        """
        select v.voucher_id, right(v.code, 4) as tail, v.person_id, p.name as person, coalesce(m.number, '') as number, v.status, v.uses_left,
          v.source, v.issued_at, v.ends_at
        from vouchers.vouchers v
        join people.people p on p.person_id = v.person_id
        left join cards.memberships m on m.merchant_id = v.merchant_id and m.person_id = v.person_id
        where v.merchant_id = :merchant and v.voucher_id = :voucher
        """,
        merchant=merchant_id,
        voucher=voucher_id,
    )
