"""Notices that were taken are swept away after a month; what may still be asked about stays."""

from datetime import timedelta

import pytest

from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.jobs import run_jobs
from shuke.rooms import reactions
from shuke.testbank import act_at_bank
from tests.payments.pay_world import ground

pytestmark = pytest.mark.row("4.4")


async def test_notices_of_more_than_a_month_ago_go(database: Database) -> None:
    assert reactions()
    async with database.write() as db:
        paid, unheard = await ground(db), await ground(db)
    await act_at_bank(database, paid.payment, "pay_twice")
    await act_at_bank(database, unheard.payment, "pay_unheard")

    async def kept() -> tuple[int, int]:
        async with database.read() as db:
            found = await db.values(int, "select count(*) from payments.notices")
            sent = await db.values(int, "select count(*) from testbank.notices")
            return found[0], sent[0]

    assert await kept() == (2, 3)
    await run_jobs(database)
    assert await kept() == (2, 3)
    async with database.write() as db:
        await db.run(
            "update testbank.notices set due_at = now() where payment_id = :payment", payment=unheard.payment.payment_id
        )
    with clock.at(clock.now() + timedelta(days=31)):
        await run_jobs(database)
    assert await kept() == (0, 1), "one that is still to be delivered stays"
