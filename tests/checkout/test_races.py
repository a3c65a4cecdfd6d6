"""Races: many at once on what is left, on one person's limit, on a hold that lapses while it is paid, in the line."""

import asyncio
import random
from collections import Counter
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from shuke.checkout import Order, OrderCall, invariants, order_of, release, take
from shuke.checkout.buyer import Taker
from shuke.checkout.lapse import lapse, move_lines
from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.refusals import Refusal
from shuke.payments import payments_for
from tests import world
from tests.checkout import sale_world
from tests.checkout.sale_world import Sale

pytestmark = [pytest.mark.row("3.4"), pytest.mark.row("4.3"), pytest.mark.race]


async def _people(database: Database, count: int) -> list[UUID]:
    async with database.write() as db:
        return [await world.person(db) for _ in range(count)]


async def _alone(database: Database, call: OrderCall) -> Order | Refusal:
    """As a process of its own would: one connection, one transaction."""
    async with database.write() as db:
        [found] = await take(db, [call])
    return found


async def _said(asked: list[asyncio.Task[Order]]) -> Counter[str]:
    answers = await asyncio.gather(*asked, return_exceptions=True)
    return Counter(one.status if isinstance(one, Order) else getattr(one, "name", repr(one)) for one in answers)


async def _whole(database: Database) -> None:
    await sale_world.drained(database)
    async with database.read() as db:
        assert await invariants(db) == []


async def test_64_on_the_last_ten_from_many_processes(database: Database) -> None:
    async with database.write() as db:
        at = await sale_world.sale(db, stock=10)
    people = await _people(database, 64)
    takers = [Taker(database) for _ in range(4)]
    said = await _said([asyncio.create_task(takers[i % 4](at.call(person))) for i, person in enumerate(people)])
    assert said == {"held": 10, "sold_out": 54}
    await _whole(database)


async def test_one_persons_limit_from_many_connections(database: Database) -> None:
    async with database.write() as db:
        stocked, endless = await sale_world.sale(db, stock=50, per_person=3), await sale_world.sale(db, per_person=3)
    [guest] = await _people(database, 1)
    for at in (stocked, endless):
        found = await asyncio.gather(*(_alone(database, at.call(guest)) for _ in range(20)))
        assert Counter(one.status if isinstance(one, Order) else one.name for one in found) == {"held": 3, "limit_reached": 17}
    await _whole(database)


async def test_one_key_from_many_connections_is_one_order(database: Database) -> None:
    async with database.write() as db:
        at = await sale_world.sale(db, stock=5)
    [guest] = await _people(database, 1)
    takers = [Taker(database) for _ in range(8)]
    found = await asyncio.gather(*(taker(at.call(guest, key="once")) for taker in takers))
    assert len({order.order_id for order in found}) == 1
    await _whole(database)


async def test_a_hold_that_lapses_while_it_is_paid(database: Database) -> None:
    """The money came in time: the order stays, also when nobody has told it yet. It came after all was over: it goes back."""
    async with database.write() as db:
        at = await sale_world.sale(db, stock=2)
        early, late = [await sale_world.ordered(db, at, await world.person(db)) for _ in range(2)]
        attempts = [await sale_world.attempt(db, order) for order in (early, late)]
        await sale_world.captured(db, attempts[0])
    with clock.at(clock.now() + timedelta(seconds=930)):
        async with database.write() as db:
            assert await lapse(db) == 0  # one is paid; of the other the bank is asked first
    with clock.at(clock.now() + timedelta(seconds=961)):
        async with database.write() as db:
            assert await lapse(db) == 1
    async with database.write() as db:
        await sale_world.captured(db, attempts[1])
    assert (await sale_world.settled(database, early)).status == "fulfilled"
    assert (await sale_world.settled(database, late)).why == "lapsed"
    async with database.read() as db:
        [back] = await payments_for(db, at.shop.merchant_id, "order", late.order_id)
        assert (back.captured, back.refunded) == (late.amount, late.amount)
    await _whole(database)


async def test_paid_twice_is_refunded_once(database: Database) -> None:
    async with database.write() as db:
        at = await sale_world.sale(db, stock=2)
        order = await sale_world.ordered(db, at, await world.person(db))
        first, second = [await sale_world.attempt(db, order) for _ in range(2)]

    async def come(payment_number: int) -> None:
        async with database.write() as db:
            await sale_world.captured(db, (first, second)[payment_number])

    await asyncio.gather(come(0), come(1))
    assert (await sale_world.settled(database, order)).status == "fulfilled"
    async with database.read() as db:
        paid = await payments_for(db, at.shop.merchant_id, "order", order.order_id)
        assert sorted(payment.refunded for payment in paid) == [0, order.amount]
        assert len(await db.values(UUID, "select voucher_id from checkout.sold")) == 1
    await _whole(database)


async def test_the_line_is_served_in_the_order_of_its_numbers(database: Database) -> None:
    """Comers, leavers, holds that end and jobs at once: whoever has an earlier number has her turn earlier."""
    async with database.write() as db:
        at = await sale_world.sale(db, stock=8, flash=True, per_person=1)
    people = await _people(database, 80)
    random.seed(4)
    orders: list[Order] = []

    async def come(person: UUID) -> None:
        found = await _alone(database, at.call(person))
        assert isinstance(found, Order), found
        orders.append(found)

    async def go(order: Order) -> None:
        async with database.write() as db:
            await release(db, order.merchant_id, [order.order_id], "cancelled")

    async def move() -> None:
        async with database.write() as db:
            await move_lines(db)

    await asyncio.gather(*(come(person) for person in people[:40]))
    await asyncio.gather(
        *(come(person) for person in people[40:]),
        *(go(order) for order in random.sample(orders, 12)),
        *(move() for _ in range(5)),
    )
    await _whole(database)
    async with database.read() as db:
        left = await _unfair(database, at)
        assert left == []
        held = await db.value(int, "select count(*) from checkout.orders where status = 'held'")
    assert held == 8


async def _unfair(database: Database, at: Sale) -> list[UUID]:
    """Who waits with an earlier number than somebody whose turn has come."""
    async with database.read() as db:
        return await db.values(
            UUID,
            """
            select w.order_id from checkout.orders w where w.deal_id = :deal and w.status = 'waiting' and exists (
              select from checkout.orders h where h.deal_id = :deal and h.status = 'held' and h.number > w.number)
            """,
            deal=at.deal_id,
        )


async def test_released_and_captured_at_once_have_one_outcome(database: Database) -> None:
    async with database.write() as db:
        at = await sale_world.sale(db, stock=20)
        held = [await sale_world.ordered(db, at, await world.person(db), key=uuid4().hex) for _ in range(10)]
        attempts = [await sale_world.attempt(db, order) for order in held]

    async def pays(number: int) -> None:
        async with database.write() as db:
            await sale_world.captured(db, attempts[number])
        await sale_world.drained(database)

    async def leaves(number: int) -> None:
        async with database.write() as db:
            await release(db, at.shop.merchant_id, [held[number].order_id], "cancelled")

    await asyncio.gather(*(act(number) for number in range(10) for act in (pays, leaves)))
    await _whole(database)
    async with database.read() as db:
        for order in held:
            now = await order_of(db, order.merchant_id, order.order_id)
            [payment] = await payments_for(db, order.merchant_id, "order", order.order_id)
            assert now is not None
            assert (now.status, payment.refunded) in {("fulfilled", 0), ("released", order.amount)}
