"""The hot paths send few statements, and each finds its rows by key, in a database that was never analysed as in a full one."""

from collections.abc import Awaitable, Callable, Mapping
from typing import LiteralString
from uuid import UUID

import pytest

from shuke.bench.pgbench import Row, caught
from shuke.cards import JoinCall, join
from shuke.checkout import Order, take
from shuke.feed import NewPost, page_of, publish, unread
from shuke.feed.cursor import read_mark
from shuke.kit import ids
from shuke.kit.db import Database, Db, Scalar, positional
from shuke.vouchers import IssueCall, Issued, RedeemCall, Redemption, issue, redeem
from shuke.wallet.queries import wallets_of
from tests import world
from tests.checkout import sale_world
from tests.feed.circle import befriend
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


class Explained(Db):
    """Looks at the plan of each statement before it sends it."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, writes=True, hot=True)
        self.plans: list[str] = []

    async def _explain(self, sql: str, values: Mapping[str, object]) -> None:
        text, names = positional(sql)
        connection = await self.connection()
        rows = await connection.fetch("explain (costs off) " + text, *[values[name] for name in names])
        self.plans.append("\n".join(row[0] for row in rows))

    async def all(self, kind: type[Row], sql: LiteralString, /, **values: object) -> list[Row]:
        """Explain, then send."""
        await self._explain(sql, values)
        return await super().all(kind, sql, **values)

    async def grouped(self, kind: type[Row], sql: LiteralString, /, **values: object) -> dict[UUID, list[Row]]:
        """Explain, then send."""
        await self._explain(sql, values)
        return await super().grouped(kind, sql, **values)

    async def values(self, kind: type[Scalar], sql: LiteralString, /, **values: object) -> list[Scalar]:
        """Explain, then send."""
        await self._explain(sql, values)
        return await super().values(kind, sql, **values)

    async def one(self, kind: type[Row], sql: LiteralString, /, **values: object) -> Row | None:
        """Explain, then send."""
        await self._explain(sql, values)
        return await super().one(kind, sql, **values)

    async def value(self, kind: type[Scalar], sql: LiteralString, /, **values: object) -> Scalar | None:
        """Explain, then send."""
        await self._explain(sql, values)
        return await super().value(kind, sql, **values)

    async def run(self, sql: LiteralString, /, **values: object) -> int:
        """Explain, then send."""
        await self._explain(sql, values)
        return await super().run(sql, **values)


@pytest.mark.parametrize("rows", [0, 20_000])
async def test_a_batch_of_orders_is_five_statements_by_key(database: Database, rows: int) -> None:
    async with database.write() as db:
        sale = await sale_world.sale(db, stock=40, flash=True, per_person=1)
        people = [await world.person(db) for _ in range(70)]
        await take(db, [sale.call(people[0])])  # the first of all makes the stock's row
        await db.run(
            """
            insert into checkout.orders (merchant_id, deal_id, person_id, quantity, unit_price, amount, currency, status, request_key,
              hold_until, at, changed_at)
            select :merchant, uuidv7(), uuidv7(), 1, 100, 100, 'EUR', 'held', n, now(), now(), now() from generate_series(1, :rows::int) n
            """,
            merchant=sale.shop.merchant_id,
            rows=rows,
        )
    for first, most in ((1, 5), (35, 6)):  # the second batch empties the stock: whether something is held is asked too
        async with Explained(database) as db:
            found = await take(db, [sale.call(person) for person in people[first : first + 34]])
            assert all(isinstance(one, Order) for one in found)
            assert db.statements <= most
            scanned = [
                plan
                for plan in db.plans
                if any(
                    "Seq Scan on" in line and not any(f" on {table}" in line for table in (*SMALL, "deals"))
                    for line in plan.splitlines()
                )
            ]
            assert not scanned, scanned[0]


@pytest.mark.parametrize("rows", [0, 30_000])
async def test_a_page_of_the_feed_is_one_statement_by_key(database: Database, rows: int) -> None:
    async with database.write() as db:
        reader, *friends = [await world.person(db, f"Friend {n}") for n in range(40)]
        for friend in friends:
            await befriend(db, reader, friend)
            await publish(db, NewPost(friend, "words", "Good bread"))
        await db.run(
            """
            insert into feed.posts (person_id, post_id, kind, words, audience, at)
            select gen_random_uuid(), uuidv7(interval '-1 hour'), 'words', 'elsewhere', 'friends', now() from generate_series(1, :rows::int)
            """,
            rows=rows,
        )
    async with Explained(database) as db:
        page = await page_of(db, reader)
        assert (len(page.posts), db.statements) == (20, 1)
        older = await page_of(db, reader, read_mark(page.next))  # and what was being written when the first was read
        assert (len(older.posts), db.statements) == (19, 3)
        assert await unread(db, reader) == 39
        scanned = [plan for plan in db.plans if "Seq Scan on" in plan]
        assert not scanned, scanned[0]
