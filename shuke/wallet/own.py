"""What a holder sees of her own voucher: the voucher itself, and where it was used."""

from datetime import datetime
from uuid import UUID

import msgspec

from shuke.kit.db import Db
from shuke.vouchers import Voucher


class Use(msgspec.Struct, frozen=True):
    """When and where a voucher was used; `undone_at` when that was taken back. Minor units."""

    redemption_id: UUID
    at: datetime
    store: str
    zone: str
    bill: int | None
    discount: int | None
    undone_at: datetime | None


async def own_voucher(db: Db, person_id: UUID, code: str) -> Voucher | None:
    """A voucher by its plain code, for its holder alone."""
    return await db.one(
        Voucher,
        """
        select v.merchant_id, v.voucher_id, v.code, v.template_id, v.person_id, v.status, v.uses_left, t.uses, v.starts_at, v.ends_at,
          v.issued_at, case when v.issued_to <> v.person_id then 'gift' else v.source end as source,
          t.kind, t.title, t.terms, t.value, t.gives, t.minimum_spend, m.name as merchant_name, m.currency
        from merchants.tags g
        join vouchers.vouchers v on v.merchant_id = g.merchant_id and v.code = :code
        join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        join merchants.merchants m on m.merchant_id = v.merchant_id
        where g.tag = :tag and v.person_id = :person
        """,
        tag=code[:5],
        code=code,
        person=person_id,
    )


async def uses_of(db: Db, merchant_id: UUID, voucher_id: UUID) -> list[Use]:
    """Every use of a voucher, the last first."""
    return await db.all(
        Use,
        """
        select r.redemption_id, r.at, s.name as store, s.zone, r.bill, r.discount, u.at as undone_at
        from vouchers.redemptions r
        join merchants.stores s on s.merchant_id = r.merchant_id and s.store_id = r.store_id
        left join vouchers.undos u on u.merchant_id = r.merchant_id and u.redemption_id = r.redemption_id
        where r.merchant_id = :merchant and r.voucher_id = :voucher order by r.use desc limit 100
        """,
        merchant=merchant_id,
        voucher=voucher_id,
    )
