"""Sweeps of the payments room: notices of more than a month ago, by when every provider has stopped sending them again."""

from datetime import timedelta

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.jobs import every_minute

KEPT = timedelta(days=30)
MOST = 2000  # in one batch


@every_minute
async def sweep(db: Db) -> int:
    """A chunk of the notices that were taken; how many. One of a payment that can still be paid stays."""
    return await db.run(
        """
        delete from payments.notices where (merchant_id, provider, notice_id) in (
          select n.merchant_id, n.provider, n.notice_id from payments.notices n
          where n.at <= :old and not exists (select from payments.payments p
            where p.merchant_id = n.merchant_id and p.payment_id = n.payment_id and p.status in ('created', 'started'))
          order by n.at limit :most for update skip locked)
        """,
        old=clock.now() - KEPT,
        most=MOST,
    )
