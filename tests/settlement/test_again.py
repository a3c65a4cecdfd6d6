"""Uses, refunds and stored payments told twice, out of order, or with shares too small for a coin: the books stay right."""

from datetime import timedelta
from uuid import uuid4

import pytest

from shuke.agreements import TermsDraft, set_terms
from shuke.checkout import sold_of
from shuke.deals import VoucherDraft
from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.refunds import Asker, UseRefunded, refund_order, refund_use
from shuke.settlement.reactions import line_stored, line_stored_return, reverse_use, unuse_sold, use_sold
from shuke.storedvalue import StoredPaid, StoredReturned
from shuke.vouchers import VoucherRedeemed, VoucherReturned, undo
from tests.settlement.settle_world import Market, agents, bought, market, money, run, soon, sound, used
from tests.storedvalue.stored_world import ground, pay, stored
from tests.world import Client

pytestmark = pytest.mark.row("4.6")


async def _ten_for_one_coin(database: Database) -> Market:
    """A deal whose price is less than a coin for each use, as nobody can publish it any more."""
    at = await market(database, price=10, voucher=VoucherDraft(gives="A coffee", valid_days=30, uses=10))
    async with database.write() as db:
        await db.run("update deals.deals set price = 1 where merchant_id = :merchant", merchant=at.merchant_id)
    return at


@pytest.mark.row("4.5")
async def test_uses_worth_nothing_are_undone_and_refunded(database: Database) -> None:
    at = await _ten_for_one_coin(database)
    [voucher] = await bought(database, at)
    for _twice in range(2):
        use = await used(database, at, voucher)
        async with database.write() as db:
            await undo(db, at.merchant_id, at.cashier.person_id, use.redemption_id, "wrong guest", uuid4().hex)
        await drain(database)
    async with database.read() as db:
        order_id = await db.value(type(voucher), "select order_id from checkout.sold where merchant_id = :m", m=at.merchant_id)
        assert order_id is not None
        [sold] = await sold_of(db, at.merchant_id, order_id)
    assert sold.uses_held == 10
    async with database.write() as db:
        refund = await refund_order(db, at.merchant_id, order_id, Asker("person", at.guest.person_id, "asked"))
    assert refund.amount == 1
    await drain(database)
    assert await money(database, at, "held") == 0
    await sound(database)


async def test_ten_uses_of_a_deal_for_the_smallest_coin(database: Database) -> None:
    at = await _ten_for_one_coin(database)
    async with database.write() as db:
        await agents(db, at)
    [voucher] = await bought(database, at)
    for _use in range(10):
        await used(database, at, voucher)
    await run(database, soon())
    assert (await money(database, at, "held"), await money(database, at, "payable")) == (0, 1)
    await sound(database)


async def test_a_use_told_twice_and_backwards(database: Database) -> None:
    at = await market(database)
    [voucher] = await bought(database, at)
    use = await used(database, at, voucher)
    told = VoucherRedeemed(at.merchant_id, use.redemption_id, voucher, at.guest.person_id, at.sale.shop.store_id)
    back = VoucherReturned(at.merchant_id, use.redemption_id, voucher, at.guest.person_id, at.sale.shop.store_id)
    async with database.write() as db:
        await use_sold(db, [told])
    await sound(database)
    async with database.write() as db:
        await undo(db, at.merchant_id, at.cashier.person_id, use.redemption_id, "wrong guest", "undo")
    await drain(database)
    for reaction in (unuse_sold, unuse_sold):
        async with database.write() as db:
            await reaction(db, back)
            await use_sold(db, [told])
    again = await used(database, at, voucher)
    await run(database, soon())
    async with database.write() as db:
        await unuse_sold(db, back)
    assert again.redemption_id != use.redemption_id
    assert await money(database, at, "payable") == 5900
    await sound(database)


async def _refunded(database: Database, at: Market) -> UseRefunded:
    [voucher] = await bought(database, at)
    use = await used(database, at, voucher)
    later = clock.now() + timedelta(hours=3)
    await run(database, later)
    with clock.at(later):
        async with database.write() as db:
            asker = Asker("merchant", at.owner.person_id, "agreed", "cold soup")
            done = await refund_use(db, at.merchant_id, use.redemption_id, 1000, asker)
        await drain(database)
    return UseRefunded(at.merchant_id, use.redemption_id, voucher, done.order_id, at.guest.person_id, 1000)


async def test_a_refund_told_twice_is_one(database: Database) -> None:
    at = await market(database, price=1999)
    async with database.write() as db:
        await agents(db, at)
    told = await _refunded(database, at)
    async with database.write() as db:
        await reverse_use(db, told)
    assert await money(database, at, "reclaim") == 0
    await sound(database)


@pytest.mark.row("2.4")
async def test_stored_payments_told_late_and_twice(database: Database, client: Client) -> None:
    async with database.write() as db:
        at = await ground(db)
        await set_terms(db, at.shop.owner_id, at.shop.merchant_id, TermsDraft(0, 100))
    await stored(database, at, 10_000)
    spend = (await pay(client, at, 4_000)).json()["spend_id"]
    async with database.write() as db:
        await set_terms(db, at.shop.owner_id, at.shop.merchant_id, TermsDraft(0, 5000))
    await drain(database)
    async with database.read() as db:
        taken = await db.value(int, "select platform from settlement.lines where kind = 'stored'")
    assert taken == 40, "by the terms of the moment of payment"
    place = {"merchant_id": str(at.shop.merchant_id), "store_id": str(at.shop.store_id), "amount": 1_000}
    back = await client.post(
        f"/api/v1/stored-payments/{spend}/returns", json=place, headers={**at.cashier.headers, "idempotency-key": "back"}
    )
    await drain(database)
    shop, guest = at.shop, at.guest.person_id
    spend_id, return_id = type(shop.merchant_id)(spend), type(shop.merchant_id)(back.json()["return_id"])
    for _twice in range(2):
        async with database.write() as db:
            await line_stored(db, StoredPaid(shop.merchant_id, spend_id, guest, shop.store_id, 4_000, 0))
            await line_stored_return(db, StoredReturned(shop.merchant_id, return_id, spend_id, guest, shop.store_id, 1_000))
    async with database.read() as db:
        assert await db.values(int, "select gross from settlement.lines order by at") == [4_000, -1_000]
    await sound(database)
