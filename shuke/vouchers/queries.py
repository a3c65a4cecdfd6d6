"""Reads of the vouchers room."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.vouchers.types import Voucher


class Carried(msgspec.Struct, frozen=True):
    """A voucher in a wallet: what the list shows."""

    merchant_id: UUID
    merchant_name: str
    currency: str
    voucher_id: UUID
    code: str
    title: str
    kind: str
    value: int
    starts_at: datetime
    ends_at: datetime


async def carried_by(db: Db, people: Sequence[UUID]) -> dict[UUID, list[Carried]]:
    """What each of these people can still use, the soonest to expire first; at most 500."""
    return await db.grouped(
        Carried,
        """
        select w.person_id, w.merchant_id, m.name as merchant_name, m.currency, w.voucher_id, w.code, w.title, w.kind, w.value,
          w.starts_at, w.ends_at
        from unnest(:people::uuid[]) as asked(person_id)
        cross join lateral (select o.* from vouchers.wallet_vouchers o
          where o.person_id = asked.person_id and o.ends_at > :now order by o.ends_at, o.voucher_id limit 500) w
        join merchants.merchants m on m.merchant_id = w.merchant_id
        order by w.ends_at, w.voucher_id
        """,
        people=people,
        now=clock.now(),
    )


async def voucher_by_code(db: Db, merchant_id: UUID, code: str) -> Voucher | None:
    """A voucher of this merchant by its plain code."""
    return await db.one(
        Voucher,
        """
        select v.merchant_id, v.voucher_id, v.code, v.template_id, v.person_id, v.status, v.uses_left, t.uses, v.starts_at, v.ends_at,
          v.issued_at, v.source, t.kind, t.title, t.terms, t.value, t.gives, t.minimum_spend, m.name as merchant_name, m.currency
        from vouchers.vouchers v
        join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        join merchants.merchants m on m.merchant_id = v.merchant_id
        where v.merchant_id = :merchant and v.code = :code
        """,
        merchant=merchant_id,
        code=code,
    )


async def held_by(db: Db, merchant_id: UUID, person_id: UUID) -> list[Voucher]:
    """What a guest holds of this merchant and could use now or later, the soonest to expire first."""
    return await db.all(
        Voucher,
        """
        select v.merchant_id, v.voucher_id, v.code, v.template_id, v.person_id, v.status, v.uses_left, t.uses, v.starts_at, v.ends_at,
          v.issued_at, v.source, t.kind, t.title, t.terms, t.value, t.gives, t.minimum_spend, m.name as merchant_name, m.currency
        from vouchers.vouchers v
        join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        join merchants.merchants m on m.merchant_id = v.merchant_id
        where v.merchant_id = :merchant and v.person_id = :person and v.status = 'issued' and v.ends_at > :now
        order by v.ends_at, v.voucher_id limit 200
        """,
        merchant=merchant_id,
        person=person_id,
        now=clock.now(),
    )
