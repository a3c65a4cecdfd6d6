"""Reads of the stamps room."""

from uuid import UUID

from shuke.kit.db import Db
from shuke.stamps.types import StampCard, Stamps


async def card_of(db: Db, merchant_id: UUID) -> StampCard | None:
    """A merchant's punch card, open or not."""
    return await db.one(
        StampCard,
        """
        select c.merchant_id, c.template_id, t.title, c.needed, c.minimum, c.open, c.updated_at
        from stamps.cards c join vouchers.templates t using (merchant_id, template_id) where c.merchant_id = :merchant
        """,
        merchant=merchant_id,
    )


async def stamps_of(db: Db, merchant_id: UUID, person_id: UUID) -> Stamps | None:
    """A person's stamps on an open card of an approved merchant; None where there is no such card."""
    return await db.one(
        Stamps,
        """
        select c.merchant_id, :person::uuid as person_id, coalesce(s.done, 0) as done, c.needed, coalesce(s.owed, 0) as owed,
          c.template_id, t.title, 0 as rewards
        from stamps.cards c
        join vouchers.templates t on t.merchant_id = c.merchant_id and t.template_id = c.template_id
        join merchants.merchants m on m.merchant_id = c.merchant_id
        cross join lateral (
          select count(*) filter (where undone_at is null and voucher_id is null) as done,
            count(*) filter (where undone_at is not null and voucher_id is not null) as owed
          from stamps.stamps where merchant_id = c.merchant_id and person_id = :person) s
        where c.merchant_id = :merchant and c.open and m.status = 'approved'
        """,
        merchant=merchant_id,
        person=person_id,
    )
