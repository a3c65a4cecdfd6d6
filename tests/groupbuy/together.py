"""What tests of groups begin with: a deal that is sold to groups of three, and people who pay."""

from datetime import timedelta
from uuid import UUID

from shuke.checkout import Order
from shuke.groupbuy import GroupShown, group_of, invariants, join, start
from shuke.kit.db import Database, Db
from shuke.refunds import invariants as refund_invariants
from tests import world
from tests.checkout.sale_world import Sale, paid, sale
from tests.refunds.bought import quiet
from tests.world import Signed

DAY = timedelta(hours=25)


async def group_sale(db: Db, **changes: object) -> Sale:
    """A dinner for 59.00, or 39.00 each for three within a day."""
    given: dict[str, object] = {"group_size": 3, "group_price": 3900, "group_hours": 24}
    return await sale(db, **(given | changes))


async def people(database: Database, count: int) -> list[Signed]:
    """So many with sessions."""
    names = ["Mia Virtanen", "李小明", "Aino", "Otto", "Ella", "Leo"]
    async with database.write() as db:
        return [await world.signed_in(db, names[number % len(names)]) for number in range(count)]


async def started(database: Database, at: Sale, by: Signed) -> Order:
    """A group with its first place, not paid yet."""
    async with database.write() as db:
        return await start(db, at.shop.merchant_id, at.deal_id, by.person_id)


async def joined(database: Database, order: Order, by: Signed) -> Order:
    """A place in the group of this order, not paid yet."""
    assert order.group_id is not None
    async with database.write() as db:
        return await join(db, order.merchant_id, order.group_id, by.person_id)


async def group(database: Database, merchant_id: UUID, group_id: UUID | None, viewer: UUID | None = None) -> GroupShown:
    """A group as somebody sees it."""
    assert group_id is not None
    async with database.read() as db:
        found = await group_of(db, merchant_id, group_id, viewer)
    assert found is not None
    return found


async def of_three(database: Database, at: Sale, pay: int) -> tuple[list[Signed], list[Order]]:
    """A group with three places of which so many are paid."""
    who = await people(database, 3)
    orders = [await started(database, at, who[0])]
    orders += [await joined(database, orders[0], one) for one in who[1:]]
    for number in range(pay):
        orders[number] = await paid(database, orders[number])
    return who, orders


async def sound(database: Database) -> None:
    """All is quiet, and nothing is wrong with groups and refunds."""
    await quiet(database)
    async with database.read() as db:
        assert await invariants(db) == []
        assert await refund_invariants(db) == []


async def statuses(database: Database, merchant_id: UUID) -> dict[str, int]:
    """How many orders stand where."""
    async with database.read() as db:
        rows = await (await db.connection()).fetch(
            "select status, count(*) as n from checkout.orders where merchant_id = $1 group by status", merchant_id
        )
    return {row["status"]: row["n"] for row in rows}
