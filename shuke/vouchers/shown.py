"""Reads for whoever looks at a voucher: its rules with their names, its uses, and what a new member gets."""

from datetime import datetime
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.vouchers.types import Voucher


class Use(msgspec.Struct, frozen=True):
    """When and where a voucher was used; `undone_at` when that was taken back. Minor units."""

    redemption_id: UUID
    at: datetime
    store: str
    zone: str
    bill: int | None
    discount: int | None
    undone_at: datetime | None


class WelcomeGift(msgspec.Struct, frozen=True):
    """Something a new member may get: `welcome` for all, `surprise` while stock lasts, `draw` with `weight` parts of a million."""

    template_id: UUID
    manner: str
    weight: int
    kind: str
    title: str
    value: int
    gives: str
    stock: int | None
    stock_initial: int | None


async def own_voucher(db: Db, person_id: UUID, code: str) -> Voucher | None:
    """A voucher by its plain code, for its holder alone."""
    return await db.one(
        Voucher,
        """
        select v.merchant_id, v.voucher_id, v.code, v.template_id, v.person_id, v.status, v.uses_left, t.uses, v.starts_at, v.ends_at,
          v.issued_at, v.source, t.kind, t.title, t.terms, t.value, t.gives, t.minimum_spend, m.name as merchant_name, m.currency
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


async def welcome_gifts(db: Db, merchant_id: UUID) -> list[WelcomeGift]:
    """What a new member gets or may get now: only what is given out at this moment."""
    return await db.all(
        WelcomeGift,
        """
        select w.template_id, w.manner, w.weight, t.kind, t.title, t.value, t.gives, t.stock, t.stock_initial
        from vouchers.welcomes w
        join vouchers.templates t on t.merchant_id = w.merchant_id and t.template_id = w.template_id
        where w.merchant_id = :merchant and t.status = 'active' and (t.ends_at is null or t.ends_at > :now)
          and t.stock is distinct from 0
        order by case w.manner when 'welcome' then 1 when 'surprise' then 2 else 3 end, w.template_id
        """,
        merchant=merchant_id,
        now=clock.now(),
    )
