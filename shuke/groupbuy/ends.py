"""Ends: a group fills when the last one has paid, or gives everything back."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal
from uuid import UUID

from shuke.checkout import fulfil, order_of, release
from shuke.groupbuy.actions import IN, free, lock, tell
from shuke.groupbuy.queries import place_by_order
from shuke.groupbuy.types import Group
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.jobs import every
from shuke.refunds import Asker, give_back

GRACE = timedelta(seconds=5)  # what was paid in the last moment is still on its way to us
CHUNK = 50
BY_ITSELF = Asker("system", None, "group")


async def count_in(db: Db, merchant_id: UUID, group_id: UUID, order_id: UUID) -> None:
    """An order of a group was paid: its place counts, and the last one fills the group. What comes too late goes back."""
    group = await lock(db, merchant_id, group_id)
    order = await order_of(db, merchant_id, order_id)
    assert group is not None, "an order names its group"
    assert order is not None, "an event names its order"
    if order.status != "paid":
        return
    place = await place_by_order(db, merchant_id, group_id, order_id)
    if group.status == "open" and order.changed_at >= group.deadline:
        await fail(db, [group], "deadline")
        return
    if group.status != "open" or place is None or place.status not in IN:
        await give_back(db, merchant_id, [order_id], BY_ITSELF)
        return
    if place.status == "held":
        await _pay(db, group, order_id)


async def _pay(db: Db, group: Group, order_id: UUID) -> None:
    full = group.paid + 1 == group.needed
    await db.run(
        """
        with place as (
          update groupbuy.places set status = 'paid', paid_at = :now where merchant_id = :merchant and order_id = :order
        )
        update groupbuy.groups set paid = paid + 1, status = case when :full::boolean then 'filled' else status end,
          ended_at = case when :full::boolean then :now::timestamptz end
        where merchant_id = :merchant and group_id = :group
        """,
        now=clock.now(),
        merchant=group.merchant_id,
        order=order_id,
        full=full,
        group=group.group_id,
    )
    if full and not await fulfil(db, group.merchant_id, await _orders(db, group)):
        await _end(db, group, "stopped")  # the merchant gives out no more vouchers: checkout has sent the money back
    await tell(db, group)


async def drop(db: Db, merchant_id: UUID, group_id: UUID, order_id: UUID) -> None:
    """An order was released unpaid: its place is free again."""
    group = await lock(db, merchant_id, group_id)
    place = await place_by_order(db, merchant_id, group_id, order_id)
    if group is not None and group.status == "open" and place is not None and place.status == "held":
        await free(db, group, place, "lapsed")


async def fail(db: Db, groups: Sequence[Group], why: Literal["deadline", "stopped"]) -> None:
    """End these groups, whose rows are locked: unpaid places are dropped, every payment goes back. Their stocks are locked as they
    follow: by merchant and deal, as wherever many are."""
    for group in groups:
        orders = await _orders(db, group)
        await release(db, group.merchant_id, orders, "lapsed" if why == "deadline" else "stopped")
        await give_back(db, group.merchant_id, orders, BY_ITSELF)
        await _end(db, group, why)
        await tell(db, group)


async def _end(db: Db, group: Group, why: str) -> None:
    await db.run(
        """
        with places as (
          update groupbuy.places set status = 'ended'
          where merchant_id = :merchant and group_id = :group and status in ('held', 'paid')
        )
        update groupbuy.groups set status = 'failed', why = :why, ended_at = :now where merchant_id = :merchant and group_id = :group
        """,
        merchant=group.merchant_id,
        group=group.group_id,
        why=why,
        now=clock.now(),
    )


async def stop_groups(db: Db, merchant_id: UUID, deal_id: UUID) -> None:
    """A deal is sold no more: its open groups can't fill."""
    groups = await db.all(
        Group,
        """
        select merchant_id, group_id, deal_id, lead_id, needed, price, currency, status, why, taken, paid, deadline, created_at, ended_at
        from groupbuy.groups where merchant_id = :merchant and deal_id = :deal and status = 'open' order by group_id for update
        """,
        merchant=merchant_id,
        deal=deal_id,
    )
    await fail(db, groups, "stopped")


@every(seconds=2)
async def fail_some(db: Db) -> int:
    """Groups whose deadline has passed; how many."""
    groups = await db.all(
        Group,
        """
        select merchant_id, group_id, deal_id, lead_id, needed, price, currency, status, why, taken, paid, deadline, created_at, ended_at
        from groupbuy.groups where status = 'open' and deadline <= :before order by deadline limit :most for update skip locked
        """,
        before=clock.now() - GRACE,
        most=CHUNK,
    )
    await fail(db, sorted(groups, key=lambda group: (group.merchant_id, group.deal_id, group.group_id)), "deadline")
    return len(groups)


async def _orders(db: Db, group: Group) -> list[UUID]:
    """The orders of the places that are held or paid."""
    return await db.values(
        UUID,
        """
        select order_id from groupbuy.places where merchant_id = :merchant and group_id = :group and status in ('held', 'paid')
        order by order_id
        """,
        merchant=group.merchant_id,
        group=group.group_id,
    )
