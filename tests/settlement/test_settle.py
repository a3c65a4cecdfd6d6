"""Money of used vouchers: held, due for an hour, shared out, taken back, and never twice."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.ledger import PLATFORM
from shuke.settlement import Due, balance_of, correct, line_pages, statement_of, still_due
from shuke.settlement.settle import settle
from shuke.settlement.write import drop_use, refund_use
from shuke.vouchers import undo
from tests.settlement.settle_world import agents, bought, market, money, run, soon, sound, used

pytestmark = pytest.mark.row("4.6")


async def test_a_use_is_shared_out_after_an_hour(database: Database) -> None:
    at = await market(database, price=1999)
    async with database.write() as db:
        agent, operator = await agents(db, at)
    [voucher] = await bought(database, at)
    assert await money(database, at, "held") == 1999
    await used(database, at, voucher)
    async with database.read() as db:
        assert await still_due(db, at.merchant_id) == Due(1, 1999, 1832)
        assert await balance_of(db, at.merchant_id) == 0
    await sound(database)
    assert await run(database, soon(59)) == (0, 0)
    assert await run(database, soon()) == (1, 0)
    assert await run(database, soon()) == (0, 0)
    assert await money(database, at, "held") == 0
    assert await money(database, at, "payable") == 1832
    assert await money(database, at, "commission", PLATFORM) == 99
    assert await money(database, at, "commission", agent) == 19
    assert await money(database, at, "commission", operator) == 49
    await sound(database)
    async with database.read() as db:
        assert await balance_of(db, at.merchant_id) == 1832


async def test_an_undone_use_is_held_again(database: Database) -> None:
    at = await market(database)
    [voucher] = await bought(database, at)
    use = await used(database, at, voucher)
    async with database.write() as db:
        await undo(db, at.merchant_id, at.cashier.person_id, use.redemption_id, "wrong guest", uuid4().hex)
    await drain(database)
    assert await run(database, soon()) == (0, 0)
    assert await money(database, at, "held") == 5900
    await sound(database)
    again = await used(database, at, voucher)
    assert again.redemption_id != use.redemption_id
    assert (await run(database, soon()))[0] == 1
    assert await money(database, at, "payable") == 5900
    await sound(database)


async def test_an_undo_heard_late_takes_the_line_back(database: Database) -> None:
    at = await market(database)
    async with database.write() as db:
        await agents(db, at)
    [voucher] = await bought(database, at)
    use = await used(database, at, voucher)
    await run(database, soon())
    async with database.write() as db:
        await undo(db, at.merchant_id, at.cashier.person_id, use.redemption_id, "wrong guest", uuid4().hex)
    await drain(database)
    assert await money(database, at, "payable") == 0
    assert await money(database, at, "commission", PLATFORM) == 0
    assert await money(database, at, "held") == 5900
    await sound(database)
    async with database.write() as db:
        await drop_use(db, at.merchant_id, uuid4())
    await sound(database)


@pytest.mark.parametrize("settled", [False, True])
async def test_a_refunded_use_takes_from_all_who_shared(database: Database, *, settled: bool) -> None:
    at = await market(database, price=1999)
    async with database.write() as db:
        agent, operator = await agents(db, at)
    [voucher] = await bought(database, at)
    use = await used(database, at, voucher)
    if settled:
        await run(database, soon())
    for amount, reclaim in ((1000, 1000), (999, 1999)):
        async with database.write() as db:
            await refund_use(db, at.merchant_id, use.redemption_id, amount)
        assert await money(database, at, "reclaim") == reclaim
    for holder in (PLATFORM, agent, operator):
        assert await money(database, at, "commission", holder) == 0
    assert await money(database, at, "payable") == 0
    assert await money(database, at, "held") == 0
    assert await run(database, soon()) == (0, 0)
    async with database.write() as db:
        with pytest.raises(ValueError, match="more than"):
            await refund_use(db, at.merchant_id, use.redemption_id, 1)
        with pytest.raises(LookupError):
            await refund_use(db, at.merchant_id, uuid4(), 1)


@pytest.mark.race
async def test_many_processes_settle_each_use_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shuke.settlement.settle.MOST", 3)
    at = await market(database)
    async with database.write() as db:
        await agents(db, at)
    for voucher in await bought(database, at, 20):
        await used(database, at, voucher)

    async def work() -> int:
        done = 0
        for _round in range(8):
            async with database.write() as db:
                done += await settle(db)
        return done

    with clock.at(soon()):
        assert sum(await asyncio.gather(*(work() for _ in range(8)))) == 20
    assert await money(database, at, "held") == 0
    await sound(database)
    async with database.read() as db:
        day = await db.value(int, "select count(*) from settlement.lines")
    assert day == 20


@pytest.mark.race
async def test_undo_and_settling_at_once(database: Database) -> None:
    at = await market(database)
    uses = [await used(database, at, voucher) for voucher in await bought(database, at, 12)]

    async def take(redemption_id: UUID) -> None:
        async with database.write() as db:
            await undo(db, at.merchant_id, at.cashier.person_id, redemption_id, "wrong", uuid4().hex)

    async def work() -> int:
        with clock.at(soon()):
            async with database.write() as db:
                return await settle(db)

    await asyncio.gather(*(take(use.redemption_id) for use in uses), work(), drain(database), work())
    await drain(database)
    assert await money(database, at, "held") == 12 * 5900
    await sound(database)


async def test_days_close_and_chain(database: Database) -> None:
    at = await market(database)
    async with database.write() as db:
        await agents(db, at)
    first, second, third = await bought(database, at, 3)
    noon = clock.now().replace(hour=9, minute=0) + timedelta(days=1)
    for number, voucher in enumerate((first, second)):
        with clock.at(noon + timedelta(days=number)):
            await used(database, at, voucher)
        assert (await run(database, noon + timedelta(days=number, hours=2)))[0] == 1
    with clock.at(noon + timedelta(days=2)):
        use = await used(database, at, third)
    assert await run(database, noon + timedelta(days=2, hours=2)) == (1, 1), "the day before closes by itself"
    days = [(noon + timedelta(days=number)).date() for number in range(5)]
    with clock.at(noon + timedelta(days=3)):
        async with database.write() as db:
            await refund_use(db, at.merchant_id, use.redemption_id, 5900)
    await run(database, noon + timedelta(days=6))
    async with database.read() as db:
        found = [await statement_of(db, at.merchant_id, day) for day in days]
        lines = await line_pages(db, at.merchant_id, days[0])
    assert [statement.adds_up for statement in found if statement] == [True] * 5
    net = 5900 - 295 - 59 - 147
    assert [(s.opening, s.closing) for s in found if s] == [
        (0, net),
        (net, 2 * net),
        (2 * net, 3 * net),
        (3 * net, 2 * net),
        (2 * net, 2 * net),
    ]
    assert [s.closed_at is not None for s in found if s] == [True, True, True, True, False]
    assert [line.net for line in lines.lines] == [net]
    assert lines.lines[0].title == "Dinner for two"


async def test_a_correction_is_a_line(database: Database) -> None:
    at = await market(database)
    async with database.write() as db:
        await correct(db, at.owner.person_id, at.merchant_id, 250, "Card reader was rented twice")
        await correct(db, at.owner.person_id, at.merchant_id, -50, "Rounded")
    assert await money(database, at, "payable") == 200
    assert await money(database, at, "commission", PLATFORM) == -200
    await sound(database)
