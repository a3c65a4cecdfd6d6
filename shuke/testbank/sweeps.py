"""Sweeps of the test bank: notices of more than a month ago that were delivered."""

from datetime import timedelta
from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.jobs import every_minute

KEPT = timedelta(days=30)
MOST = 2000  # in one batch


@every_minute
async def sweep(db: Db) -> int:
    """A chunk of them; how many."""
    old = clock.now() - KEPT
    return await db.run(
        """
        delete from testbank.notices where (merchant_id, notice_id) in (
          select merchant_id, notice_id from testbank.notices
          where due_at is null and notice_id <= :oldest order by notice_id limit :most for update skip locked)
        """,
        oldest=UUID(int=int(old.timestamp() * 1000) << 80),  # their ids begin with the moment they were made
        most=MOST,
    )
