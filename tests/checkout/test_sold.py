"""The money on a sold voucher: use by use, undone and refunded, never a cent too many or too few; what erasure leaves."""

from uuid import UUID, uuid4

import msgspec
import pytest

from shuke.checkout import Use, invariants, mark_refunded, orders_of, sold_of, use_back, use_up
from shuke.deals import VoucherDraft, stop
from shuke.kit.db import Database
from shuke.kit.refusals import Refusal
from shuke.people.erase import erase
from shuke.people.export import export
from tests import world
from tests.checkout import sale_world

pytestmark = pytest.mark.row("4.5")


class End(msgspec.Struct, frozen=True):
    """A voucher that ended."""

    voucher_id: UUID
    uses_left: int


async def test_uses_shares_and_refunds_add_up(database: Database) -> None:
    async with database.write() as db:
        three = VoucherDraft(gives="A coffee", valid_days=30, uses=3)
        at = await sale_world.sale(db, stock=4, price=1000, voucher=three)
        order = await sale_world.ordered(db, at, await world.person(db))
    order = await sale_world.paid(database, order)
    shop = at.shop.merchant_id
    first, second = uuid4(), uuid4()
    async with database.write() as db:
        [sold] = await sold_of(db, shop, order.order_id)
        shares = await use_up(db, [Use(shop, sold.voucher_id, use) for use in (first, first, second)])
        assert [(share.redemption_id, share.amount) for share in shares] == [(first, 333), (second, 333)]
        back = await use_back(db, shop, sold.voucher_id, first)
        assert back is not None
        assert back.amount == 333
        assert await use_back(db, shop, sold.voucher_id, first) is None
        with pytest.raises(Refusal) as refused:
            async with db.savepoint():
                await mark_refunded(db, shop, [End(sold.voucher_id, 3)])
        assert refused.value.name == "not_settled_yet"
        [share] = await mark_refunded(db, shop, [End(sold.voucher_id, 2)])
        assert (share.amount, share.payment_id) == (667, order.payment_id)
        assert await mark_refunded(db, shop, [End(sold.voucher_id, 2)]) == []
        assert await use_up(db, [Use(shop, sold.voucher_id, uuid4())]) == []
        await use_back(db, shop, sold.voucher_id, second)
        [rest] = await mark_refunded(db, shop, [End(sold.voucher_id, 3)])
        assert rest.amount == 333
        assert await invariants(db) == []
        assert await db.values(int, "select free from checkout.stocks") == [4]
    assert (await sale_world.settled(database, order)).status == "refunded"


async def test_no_voucher_carries_the_rounding_of_the_others(database: Database) -> None:
    """19.99 for twenty, bought ten times: whoever gives one back gets the price of one."""
    async with database.write() as db:
        at = await sale_world.sale(db, price=1999, vouchers_each=20)
        order = await sale_world.ordered(db, at, await world.person(db), 10)
    order = await sale_world.paid(database, order)
    async with database.read() as db:
        amounts = [one.amount for one in await sold_of(db, at.shop.merchant_id, order.order_id)]
        assert await invariants(db) == []
    assert (len(amounts), sum(amounts), min(amounts), max(amounts)) == (200, 19990, 99, 100)


async def test_a_stopped_deal_lets_go_what_is_not_paid(database: Database) -> None:
    async with database.write() as db:
        at = await sale_world.sale(db, stock=1, flash=True)
        held, waits = [await sale_world.ordered(db, at, await world.person(db)) for _ in range(2)]
        await stop(db, at.shop.merchant_id, at.deal_id, at.shop.owner_id, "Wrong price")
    for order in (held, waits):
        assert (await sale_world.settled(database, order)).why == "stopped"


async def test_erasing_a_buyer_lets_go_what_is_not_paid(database: Database) -> None:
    async with database.write() as db:
        at = await sale_world.sale(db, stock=1, flash=True)
        buyer, next_one = await world.person(db), await world.person(db)
        held = await sale_world.ordered(db, at, buyer)
        waits = await sale_world.ordered(db, at, next_one)
        assert len((await export(db, buyer)).held["checkout.orders"]) == 1
        await erase(db, buyer)
    assert (await sale_world.settled(database, held)).why == "erased"
    assert (await sale_world.settled(database, waits)).status == "held"
    async with database.read() as db:
        assert await orders_of(db, buyer) == []
        assert await invariants(db) == []
