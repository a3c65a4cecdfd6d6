"""Writing: the rows of many purchases in one statement."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from shuke.cards import Earner
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.purchases.types import PurchaseCall
from shuke.vouchers import Redemption


class Reckoned(msgspec.Struct, frozen=True):
    """A purchase with all that was reckoned for it; `day` is the programme's, `earner` the card before it."""

    call: PurchaseCall
    purchase_id: UUID
    at: datetime
    discount: int
    points: int
    earner: Earner | None
    day: date | None
    redemptions: tuple[Redemption, ...]


async def write(db: Db, purchases: Sequence[Reckoned]) -> set[UUID]:
    """Purchases with their lines, announced as PurchaseRecorded; those that are written. Their keys are different."""
    calls = [one.call for one in purchases]
    lines = [(one.purchase_id, n, line) for one in purchases for n, line in enumerate(one.call.lines, 1)]
    written = await db.values(
        UUID,
        """
        with call as (
          select * from unnest(:merchants::uuid[], :purchases::uuid[], :stores::uuid[], :staff::uuid[], :people::uuid[],
            :totals::bigint[], :discounts::bigint[], :points::bigint[], :keys::text[], :fingerprints::bytea[], :notes::text[],
            :moments::timestamptz[])
            as c(merchant_id, purchase_id, store_id, staff_id, person_id, total, discount, points, request_key, fingerprint, note, at)
        ), made as (
          insert into purchases.purchases
            (merchant_id, purchase_id, store_id, staff_id, person_id, total, discount, points, request_key, fingerprint, note, at)
          select c.merchant_id, c.purchase_id, c.store_id, c.staff_id, c.person_id, c.total, c.discount, c.points, c.request_key,
            c.fingerprint, c.note, c.at
          from call c join merchants.stores s on s.merchant_id = c.merchant_id and s.store_id = c.store_id and s.closed_at is null
          order by c.merchant_id, c.request_key
          on conflict (merchant_id, request_key) do nothing
          returning merchant_id, purchase_id, store_id, person_id, total - discount as paid, points
        ), announced as (
          insert into kit.events (lane, owner_id, name, body, at)
          select ('x' || right(merchant_id::text, 1))::bit(4)::int, merchant_id, 'purchases.PurchaseRecorded', jsonb_build_object(
            'merchant_id', merchant_id, 'purchase_id', purchase_id, 'store_id', store_id, 'person_id', person_id, 'paid', paid,
            'points', points), :now
          from made
        ), lined as (
          insert into purchases.lines (merchant_id, purchase_id, line, article, quantity, amount)
          select m.merchant_id, m.purchase_id, l.line, l.article, l.quantity, l.amount
          from unnest(:of::uuid[], :numbers::int[], :articles::text[], :quantities::int[], :amounts::bigint[])
            as l(purchase_id, line, article, quantity, amount)
          join made m on m.purchase_id = l.purchase_id
        )
        select purchase_id from made
        """,
        merchants=[call.merchant_id for call in calls],
        purchases=[one.purchase_id for one in purchases],
        stores=[call.store_id for call in calls],
        staff=[call.staff_id for call in calls],
        people=[call.holder for call in calls],
        totals=[call.total for call in calls],
        discounts=[one.discount for one in purchases],
        points=[one.points for one in purchases],
        keys=[call.key for call in calls],
        fingerprints=[call.fingerprint for call in calls],
        notes=[call.note for call in calls],
        of=[purchase_id for purchase_id, _n, _line in lines],
        numbers=[n for _purchase, n, _line in lines],
        articles=[line.article for _purchase, _n, line in lines],
        quantities=[line.quantity for _purchase, _n, line in lines],
        amounts=[line.amount for _purchase, _n, line in lines],
        now=clock.now(),
        moments=[one.at for one in purchases],
    )
    db.announced = db.announced or bool(written)
    return set(written)
