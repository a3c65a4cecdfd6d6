"""Taking: stock, limits, keys, the line."""

from datetime import timedelta

import pytest

from shuke.checkout import Order, release, sold_of, take, take_back
from shuke.checkout.lapse import lapse, move_lines
from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.refusals import Refusal
from shuke.ledger import Account, held_money
from tests import world
from tests.checkout import sale_world

pytestmark = pytest.mark.row("4.1")


def names(outcomes: list[Order | Refusal]) -> list[str]:
    """Status or refusal of each."""
    return [one.status if isinstance(one, Order) else one.name for one in outcomes]


async def test_first_come_first_served_and_none_too_many(database: Database) -> None:
    async with database.write() as db:
        at = await sale_world.sale(db, stock=3)
        people = [await world.person(db) for _ in range(5)]
        found = await take(db, [at.call(person) for person in people])
        assert names(found) == ["held", "held", "held", "sold_out", "sold_out"]
        assert names(await take(db, [at.call(people[4])])) == ["sold_out"]


async def test_the_same_key_is_the_same_order(database: Database) -> None:
    async with database.write() as db:
        at = await sale_world.sale(db, stock=3)
        guest = await world.person(db)
        first, twin = await take(db, [at.call(guest, key="k"), at.call(guest, key="k")])
        [again] = await take(db, [at.call(guest, key="k")])
        [other] = await take(db, [at.call(guest, 2, key="k")])
        assert isinstance(first, Order)
        assert isinstance(twin, Order)
        assert isinstance(again, Order)
        assert first.order_id == twin.order_id == again.order_id
        assert names([other]) == ["idempotency_key_reused"]


async def test_limits_count_what_is_held_and_let_go_what_is_released(database: Database) -> None:
    async with database.write() as db:
        at = await sale_world.sale(db, stock=10, per_person=2)
        guest = await world.person(db)
        found = await take(db, [at.call(guest), at.call(guest), at.call(guest), at.call(guest, 3)])
        assert names(found) == ["held", "held", "limit_reached", "limit_reached"]
        assert names(await take(db, [at.call(guest)])) == ["limit_reached"]
        assert isinstance(found[0], Order)
        await release(db, at.shop.merchant_id, [found[0].order_id], "cancelled")
        assert names(await take(db, [at.call(guest, 2), at.call(guest)])) == ["limit_reached", "held"]


async def test_without_a_stock_there_is_no_row_to_wait_for(database: Database) -> None:
    async with database.write() as db:
        at = await sale_world.sale(db)
        guest = await world.person(db)
        assert names(await take(db, [at.call(guest, 100), at.call(guest)])) == ["held", "held"]
        assert not await db.values(int, "select 1 from checkout.stocks")


async def test_a_deal_is_sold_in_its_window_only(database: Database) -> None:
    async with database.write() as db:
        begins = clock.now() + timedelta(hours=1)
        at = await sale_world.sale(db, starts_at=begins, ends_at=begins + timedelta(hours=1))
        guest = await world.person(db)
        assert names(await take(db, [at.call(guest)])) == ["not_yet"]
        with clock.at(begins):
            assert names(await take(db, [at.call(guest)])) == ["held"]
        with clock.at(begins + timedelta(hours=1)):
            assert names(await take(db, [at.call(guest)])) == ["over"]


async def test_paid_becomes_vouchers_and_its_money_is_held(database: Database) -> None:
    async with database.write() as db:
        at = await sale_world.sale(db, stock=5, price=1000, vouchers_each=3)
        order = await sale_world.ordered(db, at, await world.person(db))
    order = await sale_world.paid(database, order)
    assert order.status == "fulfilled"
    async with database.read() as db:
        sold = await sold_of(db, at.shop.merchant_id, order.order_id)
        assert [one.amount for one in sold] == [334, 333, 333]
        assert await held_money(db, at.shop.merchant_id, Account(at.shop.merchant_id, "held"), "EUR") == 1000
        assert await held_money(db, at.shop.merchant_id, Account(at.shop.merchant_id, "received"), "EUR") == 0


@pytest.mark.row("4.3")
async def test_a_line_moves_as_holds_lapse_and_nobody_jumps_it(database: Database) -> None:
    async with database.write() as db:
        at = await sale_world.sale(db, stock=2, flash=True, per_person=1)
        people = [await world.person(db) for _ in range(6)]
        found = await take(db, [at.call(person) for person in people[:5]])
        assert names(found) == ["held", "held", "waiting", "waiting", "waiting"]
        assert [one.place for one in found if isinstance(one, Order)] == [None, None, 1, 2, 3]
        assert names(await take(db, [at.call(people[2])])) == ["already_in_line"]
        first, _second, third, fourth, fifth = [one for one in found if isinstance(one, Order)]
        await release(db, at.shop.merchant_id, [third.order_id], "cancelled")
        await release(db, at.shop.merchant_id, [first.order_id], "cancelled")
    assert (await sale_world.settled(database, fourth)).status == "held"
    async with database.write() as db:
        [late] = await take(db, [at.call(people[5])])
        assert isinstance(late, Order)
        assert (late.status, late.place) == ("waiting", 2)
    with clock.at(clock.now() + timedelta(seconds=301)):
        async with database.write() as db:
            assert await lapse(db) == 2
        assert (await sale_world.settled(database, fifth)).status == "held"
        assert (await sale_world.settled(database, late)).status == "held"


@pytest.mark.row("4.3")
async def test_the_line_is_told_when_all_is_sold(database: Database) -> None:
    async with database.write() as db:
        at = await sale_world.sale(db, stock=1, flash=True)
        buyer, comer, later = [await world.person(db) for _ in range(3)]
        order = await sale_world.ordered(db, at, buyer)
        waits = await sale_world.ordered(db, at, comer)
        assert await move_lines(db) == 0
    assert (await sale_world.paid(database, order)).status == "fulfilled"
    async with database.write() as db:
        assert await move_lines(db) == 1
        assert names(await take(db, [at.call(later)])) == ["sold_out"]
    told = await sale_world.settled(database, waits)
    assert (told.status, told.why) == ("released", "sold_out")


async def test_what_a_group_paid_goes_back(database: Database) -> None:
    async with database.write() as db:
        at = await sale_world.sale(db, stock=2)
        group = await world.person(db)
        order = await sale_world.ordered(db, at, await world.person(db), group_id=group, unit_price=4900)
    assert (order.amount, (order := await sale_world.paid(database, order)).status) == (4900, "paid")
    async with database.write() as db:
        assert len(await take_back(db, at.shop.merchant_id, [order.order_id])) == 1
        assert not await take_back(db, at.shop.merchant_id, [order.order_id])
        assert await db.values(int, "select free from checkout.stocks") == [2]
