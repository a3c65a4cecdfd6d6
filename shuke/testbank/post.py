"""The bank's post: its notices are delivered at once, or again a while later, as long as they are not taken."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import asyncpg
import structlog

from shuke.kit import clock
from shuke.kit.batch import Batcher
from shuke.kit.db import Database, Db
from shuke.kit.errands import errand
from shuke.kit.refusals import Refusal
from shuke.payments import Told, take_notices
from shuke.testbank.bank import bank_key, read
from shuke.testbank.types import Posted

LEASE = timedelta(seconds=30)
MOST = 50

log = structlog.get_logger()


class Post(Batcher[Posted, None]):
    """Where this process's notices of the bank meet and are delivered together."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, deliver)

    async def send(self, posted: Posted) -> None:
        """Deliver it; what goes wrong is written down, and it stays due."""
        try:
            await self(posted)
        except (Refusal, asyncpg.PostgresError) as error:
            log.warning("bank's notice was not taken", notice=str(posted.notice_id), error=repr(error))


async def deliver(db: Db, posted: Sequence[Posted]) -> list[Refusal | None]:
    """Have notices counted; those that were taken are not sent again. Refusals: forged_notice, and those of notices."""
    key = await bank_key(db)
    outcomes: list[Refusal | None] = [None] * len(posted)
    genuine, told = [], []
    for number, one in enumerate(posted):
        try:
            told.append(Told("bank", read(key, one.signature, one.body)))
        except Refusal as refusal:
            outcomes[number] = refusal
        else:
            genuine.append(number)
    for number, outcome in zip(genuine, await take_notices(db, told), strict=True):
        outcomes[number] = outcome
    taken = [one for one, outcome in zip(posted, outcomes, strict=True) if outcome is None]
    await db.run(
        """
        update testbank.notices n set due_at = null from unnest(:merchants::uuid[], :notices::uuid[]) as t(merchant_id, notice_id)
        where n.merchant_id = t.merchant_id and n.notice_id = t.notice_id
        """,
        merchants=[one.merchant_id for one in taken],
        notices=[one.notice_id for one in taken],
    )
    return outcomes


@errand("bank")
async def post_notices(database: Database, _lane: str) -> int:
    """Deliver what is due; how many."""
    async with database.write() as db:
        posted = await _claim(db)
    post = Post(database)
    await asyncio.gather(*(post.send(one) for one in sorted(posted, key=lambda one: one.notice_id)))
    return len(posted)


async def _claim(db: Db) -> list[Posted]:
    """Notices that are due; nobody else sends them for a while."""
    return await db.all(
        Posted,
        """
        update testbank.notices n set due_at = :lease, attempts = attempts + 1
        where (merchant_id, notice_id) in (
          select merchant_id, notice_id from testbank.notices
          where due_at <= :now order by due_at limit :most for update skip locked)
        returning n.merchant_id, n.notice_id, n.body, n.signature
        """,
        most=MOST,
        now=clock.now(),
        lease=clock.now() + LEASE,
    )
