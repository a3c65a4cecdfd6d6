"""Settling, closing days and a statement's page go by key, in books that were never analysed as in those with a million lines."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.settlement import earned_sums, earning_lines, line_pages, statement_of, statements_of
from shuke.settlement.close import close_days
from shuke.settlement.settle import settle
from tests import world
from tests.rules.test_hot_paths import Explained
from tests.world import Shop

NIGHT = datetime(2030, 3, 10, 0, 30, tzinfo=UTC)
BIG = ("lines", "due", "transfers", "statements", "totals", "earnings", "vouchers")


async def _grown(db: Db, shops: Sequence[Shop], rows: int) -> None:
    """As many lines of days long closed, as many uses that can still be undone, and fifty that are due, of all shops."""
    for sql in (
        """
        insert into settlement.books select m, 'UTC', 'EUR', date '2030-03-09' from unnest(:shops::uuid[]) m where :rows::int >= 0
        """,
        """
        insert into settlement.lines (merchant_id, line_id, kind, day, at, run_id, gross, platform, agent, operator, net)
        select m, uuidv7(), 'use', date '2030-03-08' - n % 400, now(), m, 100, 5, 0, 0, 95
        from unnest(:shops::uuid[]) m, generate_series(1, :rows::int / cardinality(:shops)) n
        """,
        """
        insert into settlement.statements
        select merchant_id, day, 'UTC', 'EUR', 0, 0, count(*), now() from settlement.lines
        where merchant_id = any(:shops) and :rows >= 0 group by merchant_id, day
        """,
        """
        insert into settlement.due (merchant_id, redemption_id, voucher_id, store_id, gross, platform, agent, operator, redeemed_at, due_at)
        select m, uuidv7(), m, m, 100, 5, 0, 0, now(), timestamptz '2030-03-10 01:00Z' + n % 3600 * interval '1 s'
        from unnest(:shops::uuid[]) m, generate_series(1, :rows::int / cardinality(:shops)) n
        """,
        """
        insert into settlement.due (merchant_id, redemption_id, voucher_id, store_id, gross, platform, agent, operator, redeemed_at, due_at)
        select m, uuidv7(), m, m, 100, 5, 0, 0, now(), timestamptz '2030-03-09 23:00Z'
        from unnest(:shops::uuid[]) m, generate_series(1, 10) n where :rows >= 0
        """,
    ):
        await db.run(sql, shops=[shop.merchant_id for shop in shops], rows=rows)


@pytest.mark.parametrize("rows", [1_000, 100_000])
async def test_settling_and_statements_go_by_key(database: Database, rows: int) -> None:
    async with database.write() as db:
        shops = [await world.shop(db) for _ in range(5)]
        await _grown(db, shops, rows)
    shop = shops[0].merchant_id
    plans: dict[str, list[str]] = {}
    with clock.at(NIGHT):
        for name, work in (
            ("settle", settle),
            ("close_days", close_days),
            ("statement_of", lambda db: statement_of(db, shop, NIGHT.date())),
            ("line_pages", lambda db: line_pages(db, shop, NIGHT.date())),
            ("statements_of", lambda db: statements_of(db, shop)),
            ("earned_sums", lambda db: earned_sums(db, shop)),
            ("earning_lines", lambda db: earning_lines(db, shop, shop, NIGHT.date())),
        ):
            async with Explained(database) as db:
                found = await work(db)
                plans[name] = db.plans
            assert found != 0, name
            if name == "settle":
                assert found == 50
                await database.pool.execute("update settlement.open_days set closes_at = $1", NIGHT)
    assert all(plans.values())
    scanned = {name: plan for name, some in plans.items() for plan in some if any(f"Seq Scan on {big}" in plan for big in BIG)}
    assert not scanned, "\n".join(f"{name}:\n{plan}" for name, plan in scanned.items())
