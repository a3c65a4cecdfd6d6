"""The hot paths send few statements, and each finds its rows by key, in a database that was never analysed as in a full one."""

from collections.abc import Awaitable, Callable

import pytest

from shuke.bench.pgbench import caught
from shuke.cards import JoinCall, join
from shuke.kit import ids
from shuke.kit.db import Database, Db
from shuke.vouchers import IssueCall, Issued, RedeemCall, Redemption, issue, redeem
from shuke.wallet.queries import wallets_of
from tests import world
from tests.world import Shop

Action = Callable[[Db], Awaitable[object]]

# tables of a handful of rows for each shop, which are asked by their key in any case
SMALL = ("templates", "stores", "merchants", "programmes", "tiers", "template_stores", "template_articles")


def _actions(shop: Shop) -> dict[str, tuple[Action, int]]:
    """Each hot action for one call, and how many statements it may send."""
    code = ids.new_code(shop.tag)
    return {
        "redeem": (lambda db: redeem(db, [RedeemCall(shop.merchant_id, shop.store_id, shop.owner_id, code, "key", 1000)]), 1),
        "join": (lambda db: join(db, [JoinCall(shop.merchant_id, shop.owner_id, None)]), 1),
        "wallet": (lambda db: wallets_of(db, [shop.owner_id]), 2),
    }


@pytest.mark.parametrize("name", ["redeem", "join", "wallet"])
async def test_a_hot_statement_goes_by_key(database: Database, name: str) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
    action, most = _actions(shop)[name]
    for statement in await caught(database, action, most):
        async with database.hot_pool.acquire() as connection:
            rows = await connection.fetch("explain (costs off) " + statement.text, *statement.values)
        plan = "\n".join(row[0] for row in rows)
        scanned = [
            line for line in plan.splitlines() if "Seq Scan on" in line and not any(f" on {table}" in line for table in SMALL)
        ]
        assert not scanned, plan


async def test_a_redemption_is_one_statement(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        guest = await world.person(db)
        template = await world.template(db, shop)
        (voucher,) = await issue(db, [IssueCall(shop.merchant_id, template, guest, "api")])
        assert isinstance(voucher, Issued)
    async with database.hot(writes=False) as db:
        (used,) = await redeem(db, [RedeemCall(shop.merchant_id, shop.store_id, shop.owner_id, voucher.code, "key", 1000)])
        assert isinstance(used, Redemption)
        assert db.statements == 1
    async with database.hot(writes=False) as db:
        await join(db, [JoinCall(shop.merchant_id, guest, None)])
        assert db.statements == 1
    async with database.hot(writes=False) as db:
        await wallets_of(db, [guest, shop.owner_id])
        assert db.statements == 2
