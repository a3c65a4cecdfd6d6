"""What happens by itself every two seconds: holds that were not paid in time lapse, lines move on or are told that all is sold."""

from datetime import timedelta
from uuid import UUID

import msgspec

from shuke.checkout.release import release, send_away, serve
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.jobs import every

MOST = 200  # holds that lapse, or lines that are looked at, in one batch
GRACE = timedelta(seconds=60)  # for a payment that was begun: its provider is asked what came of it


class _Due(msgspec.Struct, frozen=True):
    merchant_id: UUID
    order_id: UUID


class _Line(msgspec.Struct, frozen=True):
    merchant_id: UUID
    deal_id: UUID


@every(2)
async def lapse(db: Db) -> int:
    """Release what was held too long; how much. What was paid in time stays, also when nobody has heard of it yet."""
    now = clock.now()
    due = await db.all(
        _Due,
        """
        select o.merchant_id, o.order_id from checkout.orders o
        where o.status = 'held' and o.hold_until <= :now and not exists (
          select from payments.payments p
          where p.merchant_id = o.merchant_id and p.purpose = 'order' and p.reference = o.order_id
            and (p.status = 'captured' or (p.status in ('created', 'started') and o.hold_until > :patient)))
        order by o.hold_until limit :most
        """,
        now=now,
        patient=now - GRACE,
        most=MOST,
    )
    by_merchant: dict[UUID, list[UUID]] = {}
    for one in due:
        by_merchant.setdefault(one.merchant_id, []).append(one.order_id)
    released = [await release(db, merchant_id, orders, "lapsed") for merchant_id, orders in sorted(by_merchant.items())]
    return sum(map(len, released))


@every(2)
async def move_lines(db: Db) -> int:
    """Serve the lines before what is left, and tell those for whom nothing can come; how many places changed."""
    lines = await db.all(
        _Line,
        "select merchant_id, deal_id from checkout.stocks where waiting > 0 order by merchant_id, deal_id limit :most",
        most=MOST,
    )
    changed = 0
    for line in lines:
        changed += await serve(db, line.merchant_id, line.deal_id)
        changed += await send_away(db, line.merchant_id, line.deal_id)
    return changed
