"""Reads of the purses room: a guest's money with its history, what a merchant owes and how it came and went."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from shuke.kit.cursor import Cursor
from shuke.kit.db import Db
from shuke.purses.types import Owed, SentBack, StoredDay, StoredMove, StoredMoves
from shuke.storedvalue import TopUp

PAGE = 30
END, LAST = datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1)  # the first page: everything is before this


async def open_topups(db: Db, merchant_id: UUID, person_id: UUID) -> list[TopUp]:
    """What a person has asked for and not paid yet, the latest first."""
    return await db.all(
        TopUp,
        """
        select merchant_id, topup_id, person_id, pay, bonus, payment_id, status, why, at from storedvalue.topups
        where merchant_id = :merchant and person_id = :person and status = 'asked' order by at desc limit 20
        """,
        merchant=merchant_id,
        person=person_id,
    )


async def sent_back(db: Db, merchant_id: UUID, person_id: UUID) -> list[SentBack]:
    """What goes back to a person by each of her payments, lately, the newest first."""
    return await db.all(
        SentBack,
        """
        select p.amount, p.status, r.at from storedvalue.refunds r
        join storedvalue.refund_parts p on p.merchant_id = r.merchant_id and p.refund_id = r.refund_id
        where r.merchant_id = :merchant and r.person_id = :person order by r.at desc, p.topup_id desc limit 10
        """,
        merchant=merchant_id,
        person=person_id,
    )


async def moves_of_purse(
    db: Db, merchant_id: UUID, person_id: UUID | None, before: Cursor | None, most: int = PAGE
) -> StoredMoves:
    """How the money of a person, or of all of a merchant's guests, came and went: a page, the newest first."""
    found = await db.all(
        StoredMove,
        """
        select v.move_id, v.person_id, h.name as person_name, v.kind, v.stored, v.bonus, v.reference, coalesce(s.name, '') as store,
          coalesce(s.zone, '') as zone, coalesce(nullif(w.name, ''), f.name, '') as staff_name, v.at
        from storedvalue.moves v
        join people.people h on h.person_id = v.person_id
        left join merchants.stores s on s.merchant_id = v.merchant_id and s.store_id = v.store_id
        left join merchants.staff w on w.merchant_id = v.merchant_id and w.person_id = v.staff_id
        left join people.people f on f.person_id = v.staff_id
        where v.merchant_id = :merchant and (:person::uuid is null or v.person_id = :person) and (v.at, v.move_id) < (:at, :move)
        order by v.at desc, v.move_id desc limit :most
        """,
        merchant=merchant_id,
        person=person_id,
        at=before.at if before else END,
        move=before.row_id if before else LAST,
        most=most + 1,
    )
    shown = found[:most]
    more = len(found) > most
    return StoredMoves(shown, Cursor(shown[-1].at, shown[-1].move_id).text if more else None)


async def owed(db: Db, merchant_id: UUID) -> Owed:
    """What a merchant owes its guests."""
    found = await db.one(
        Owed,
        """
        select coalesce(sum(balance) filter (where kind = 'stored'), 0)::bigint as stored,
          coalesce(sum(balance) filter (where kind = 'bonus'), 0)::bigint as bonus,
          count(distinct holder_id) filter (where balance > 0) as guests
        from ledger.accounts where merchant_id = :merchant and kind in ('stored', 'bonus')
        """,
        merchant=merchant_id,
    )
    return found or Owed(0, 0, 0)


async def zone_of(db: Db, merchant_id: UUID) -> str:
    """The zone of a merchant's days: its programme's."""
    zone = await db.value(str, "select zone from cards.programmes where merchant_id = :merchant", merchant=merchant_id)
    return zone or "UTC"


async def days_of(db: Db, merchant_id: UUID, first: date, last: date) -> list[StoredDay]:
    """Day by day, the newest first, days on which nothing happened left out."""
    zone = await zone_of(db, merchant_id)
    return await db.all(
        StoredDay,
        """
        select (at at time zone :zone)::date as day,
          coalesce(sum(stored) filter (where kind = 'top_up'), 0)::bigint as topped_up,
          coalesce(sum(bonus) filter (where kind = 'top_up'), 0)::bigint as bonus_given,
          coalesce(-sum(stored) filter (where kind in ('payment', 'return')), 0)::bigint as paid,
          coalesce(-sum(bonus) filter (where kind in ('payment', 'return')), 0)::bigint as bonus_paid,
          coalesce(-sum(stored) filter (where kind = 'refund'), 0)::bigint as refunded,
          coalesce(-sum(bonus) filter (where kind = 'refund'), 0)::bigint as bonus_lapsed
        from storedvalue.moves where merchant_id = :merchant and at >= :since and at < :until
        group by 1 order by 1 desc
        """,
        zone=zone,
        merchant=merchant_id,
        since=datetime.combine(first, time(), ZoneInfo(zone)),
        until=datetime.combine(last + timedelta(days=1), time(), ZoneInfo(zone)),
    )


async def last_payment(db: Db, merchant_id: UUID, person_id: UUID, since: datetime) -> StoredMove | None:
    """The last payment or return of a person since a moment: the receipt that her phone shows."""
    found = (await moves_of_purse(db, merchant_id, person_id, None, 1)).moves
    return found[0] if found and found[0].at >= since and found[0].kind in ("payment", "return") else None
