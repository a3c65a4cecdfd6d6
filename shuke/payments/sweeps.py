"""Sweeps of the payments room: notices of more than a month ago, by when every provider has stopped sending them again."""

from datetime import timedelta
from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.jobs import every_minute

KEPT = timedelta(days=30)
MOST = 2000  # of each kind in one batch


@every_minute
async def sweep(db: Db) -> int:
    """A chunk of the notices that were taken; how many. One of a payment that can still be paid stays."""
    old = clock.now() - KEPT
    return await db.run(
        """
        with told as (
          delete from payments.notices where (merchant_id, provider, notice_id) in (
            select n.merchant_id, n.provider, n.notice_id from payments.notices n
            where n.at <= :old and not exists (select from payments.payments p
              where p.merchant_id = n.merchant_id and p.payment_id = n.payment_id and p.status in ('created', 'started'))
            order by n.at limit :most for update skip locked)
          returning 1
        ), sent as (
          delete from payments.bank_notices where (merchant_id, notice_id) in (
            select merchant_id, notice_id from payments.bank_notices
            where due_at is null and notice_id <= :oldest order by notice_id limit :most for update skip locked)
          returning 1
        )
        select from told union all select from sent
        """,
        old=old,
        oldest=UUID(int=int(old.timestamp() * 1000) << 80),  # their ids begin with the moment they were made
        most=MOST,
    )
