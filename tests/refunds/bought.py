"""What tests of refunds begin with: an order that was paid, its vouchers, a till, and a bank that pays back."""

from uuid import UUID, uuid4

import msgspec

from shuke.checkout import Order
from shuke.kit.db import Database, Db
from shuke.kit.deliver import drain
from shuke.kit.errands import run_errands
from shuke.kit.jobs import run_jobs
from shuke.ledger import Account, held_money
from shuke.refunds import invariants
from shuke.vouchers import RedeemCall, Redemption, redeem, undo
from tests import world
from tests.checkout.sale_world import Sale, ordered, paid, sale
from tests.world import Signed


class Bought(msgspec.Struct, frozen=True):
    """A guest's order of a deal, fulfilled, and the shop's manager."""

    at: Sale
    guest: Signed
    manager: Signed
    order: Order

    @property
    def merchant_id(self) -> UUID:
        return self.order.merchant_id

    @property
    def own(self) -> str:
        """Where the guest refunds it."""
        return f"/api/v1/orders/{self.order.merchant_id}/{self.order.order_id}/refunds"

    @property
    def office(self) -> str:
        """Where the shop does."""
        return f"/api/v1/merchants/{self.order.merchant_id}/orders/{self.order.order_id}/refunds"


async def bought(database: Database, quantity: int = 1, **changes: object) -> Bought:
    """Made through the actions, with what follows."""
    async with database.write() as db:
        at = await sale(db, **changes)
        guest, manager = await world.signed_in(db), await world.staff(db, at.shop, "manager")
        order = await ordered(db, at, guest.person_id, quantity)
    return Bought(at, guest, manager, await paid(database, order))


async def codes(database: Database, order: Order) -> list[tuple[UUID, str]]:
    """The vouchers of an order, as they were sold."""
    async with database.read() as db:
        rows = await (await db.connection()).fetch(
            """
            select v.voucher_id, v.code from checkout.sold s join vouchers.vouchers v using (merchant_id, voucher_id)
            where s.merchant_id = $1 and s.order_id = $2 order by v.voucher_id
            """,
            order.merchant_id,
            order.order_id,
        )
    return [(row["voucher_id"], row["code"]) for row in rows]


async def used(database: Database, by: Bought, code: str) -> Redemption:
    """A use at the till, and the money's share of it."""
    shop = by.at.shop
    async with database.write() as db:
        [use] = await redeem(db, [RedeemCall(shop.merchant_id, shop.store_id, shop.owner_id, code, uuid4().hex)])
    assert isinstance(use, Redemption), use
    await drain(database)
    return use


async def undone(database: Database, by: Bought, use: Redemption) -> None:
    """The use taken back at the till."""
    async with database.write() as db:
        await undo(db, use.merchant_id, by.at.shop.owner_id, use.redemption_id, "a mistake", uuid4().hex)
    await quiet(database)


async def quiet(database: Database) -> None:
    """Deliver events and do jobs until nothing is left."""
    for _round in range(6):
        done = await drain(database)
        if not (await run_errands(database) + await run_jobs(database) + (done or 0)):
            return


async def money(database: Database, by: Bought) -> dict[str, int]:
    """The merchant's accounts."""
    async with database.read() as db:
        return {
            kind: await held_money(db, by.merchant_id, Account(by.merchant_id, kind), "EUR")
            for kind in ("received", "held", "refunding", "reclaim")
        }


async def whole(db: Db) -> None:
    """Nothing is wrong with refunds."""
    wrong = await invariants(db)
    assert not wrong, wrong
