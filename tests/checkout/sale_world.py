"""What tests of checkout begin with: a deal on sale, people who want it, and a bank that captures."""

from datetime import timedelta
from uuid import UUID, uuid4

import msgspec

from shuke.checkout import Order, OrderCall, order_of, take
from shuke.deals import DealDraft, VoucherDraft, create_deal, publish
from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.deliver import drain
from shuke.payments import Payment, Wish, request
from shuke.payments.counting import capture
from shuke.payments.provider import Found
from shuke.rooms import reactions
from tests import world
from tests.world import Shop


class Sale(msgspec.Struct, frozen=True):
    """A shop and its deal."""

    shop: Shop
    deal_id: UUID

    def call(self, person_id: UUID, quantity: int = 1, **changes: object) -> OrderCall:
        """A wish of this person."""
        call = OrderCall(self.shop.merchant_id, self.deal_id, person_id, quantity, uuid4().hex)
        return msgspec.structs.replace(call, **changes)


async def sale(db: Db, **changes: object) -> Sale:
    """A dinner for two for 59.00 on sale for a week: `changes` are of its draft."""
    shop = await world.shop(db)
    given: dict[str, object] = {
        "title": "Dinner for two",
        "price": 5900,
        "ends_at": clock.now() + timedelta(days=7),
        "voucher": VoucherDraft(gives="Two courses each", valid_days=30),
    }
    deal_id = await create_deal(db, shop.merchant_id, shop.owner_id, msgspec.convert(given | changes, DealDraft))
    await publish(db, shop.merchant_id, deal_id, shop.owner_id)
    return Sale(shop, deal_id)


async def ordered(db: Db, at: Sale, person_id: UUID, quantity: int = 1, **changes: object) -> Order:
    """An order that was not refused."""
    [order] = await take(db, [at.call(person_id, quantity, **changes)])
    assert isinstance(order, Order), order
    return order


async def attempt(db: Db, order: Order) -> Payment:
    """An attempt to pay an order."""
    assert order.hold_until is not None
    return await request(
        db,
        Wish(
            order.merchant_id,
            order.person_id,
            "order",
            order.order_id,
            "Dinner for two",
            order.amount,
            order.currency,
            "bank",
            order.hold_until,
            f"/orders/{order.merchant_id}/{order.order_id}",
        ),
    )


async def captured(db: Db, payment: Payment) -> None:
    """The bank has the money."""
    await capture(db, payment.merchant_id, payment.payment_id, Found("captured", uuid4().hex, payment.amount, payment.currency))


async def paid(database: Database, order: Order) -> Order:
    """An order whose money has come and was told."""
    async with database.write() as db:
        await captured(db, await attempt(db, order))
    return await settled(database, order)


async def settled(database: Database, order: Order) -> Order:
    """The order once all events are delivered."""
    await drained(database)
    async with database.read() as db:
        found = await order_of(db, order.merchant_id, order.order_id)
    assert found is not None
    return found


async def drained(database: Database) -> None:
    """Every event is delivered."""
    assert reactions()
    await drain(database)
