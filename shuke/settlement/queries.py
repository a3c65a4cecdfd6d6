"""Reads of the settlement room: statements and their lines, balances, months."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from shuke.kit.db import Db
from shuke.settlement.types import Due, LinePage, Month, Statement, StatementDay, StatementLine, Total


class Opening(msgspec.Struct, frozen=True):
    """Where a day begins: the balance, and the book."""

    zone: str
    currency: str
    opening: int


async def balance_of(db: Db, merchant_id: UUID) -> int:
    """What a merchant is owed at this moment, below zero when it owes: the last closing balance and the lines since."""
    found = await db.value(
        int,
        """
        select (coalesce(s.closing, 0) + coalesce((
          select sum(net) from settlement.lines where merchant_id = :merchant and day > coalesce(s.day, '-infinity'::date)), 0))::bigint
        from (values (1)) as one(row)
        left join lateral (select day, closing from settlement.statements where merchant_id = :merchant order by day desc limit 1) s on true
        """,
        merchant=merchant_id,
    )
    return found or 0


async def still_due(db: Db, merchant_id: UUID) -> Due:
    """Uses that can still be undone."""
    found = await db.one(
        Due,
        """
        select count(*) as uses, coalesce(sum(gross), 0)::bigint as gross,
          coalesce(sum(gross - platform - agent - operator), 0)::bigint as net
        from settlement.due where merchant_id = :merchant
        """,
        merchant=merchant_id,
    )
    return found or Due(0, 0, 0)


async def statements_of(
    db: Db, merchant_id: UUID, before: date | None = None, since: date | None = None, most: int = 31
) -> list[StatementDay]:
    """A merchant's days with lines, the latest first, open ones with what they come to so far."""
    return await db.all(
        StatementDay,
        """
        with closed as (
          select merchant_id, day, zone, currency, opening, closing, lines, closed_at from settlement.statements
          where merchant_id = :merchant and (:before::date is null or day < :before) and (:since::date is null or day >= :since)
          order by day desc limit :most
        ), open as (
          select o.merchant_id, o.day, b.zone, b.currency, l.lines, l.net,
            sum(l.net) over (order by o.day)::bigint + coalesce((
              select closing from settlement.statements where merchant_id = :merchant order by day desc limit 1), 0) as closing
          from settlement.open_days o join settlement.books b on b.merchant_id = o.merchant_id
          cross join lateral (
            select count(*) as lines, coalesce(sum(net), 0)::bigint as net from settlement.lines where merchant_id = o.merchant_id and day = o.day) l
          where o.merchant_id = :merchant
        )
        select merchant_id, day, zone, currency, opening, closing, lines, closed_at from (
          select * from closed
          union all
          select merchant_id, day, zone, currency, (closing - net)::bigint, closing::bigint, lines, null from open
          where (:before::date is null or day < :before) and (:since::date is null or day >= :since)) as days
        order by day desc limit :most
        """,
        merchant=merchant_id,
        before=before,
        since=since,
        most=most,
    )


async def statement_of(db: Db, merchant_id: UUID, day: date) -> Statement | None:
    """One day of a merchant; one without lines is empty and has the same balance before and after. None: no books before it."""
    closed = await db.one(
        StatementDay,
        """
        select merchant_id, day, zone, currency, opening, closing, lines, closed_at from settlement.statements
        where merchant_id = :merchant and day = :day
        """,
        merchant=merchant_id,
        day=day,
    )
    totals = await _totals(db, merchant_id, day)
    summed = sum(total.net for total in totals)
    if closed is not None:
        return Statement(
            closed.merchant_id,
            closed.day,
            closed.zone,
            closed.currency,
            closed.opening,
            closed.closing,
            closed.lines,
            closed.closed_at,
            totals,
            summed,
        )
    begins = await _opening(db, merchant_id, day)
    if begins is None:
        return None
    lines = sum(total.lines for total in totals)
    opening = begins.opening
    return Statement(merchant_id, day, begins.zone, begins.currency, opening, opening + summed, lines, None, totals, summed)


async def _opening(db: Db, merchant_id: UUID, day: date) -> Opening | None:
    return await db.one(
        Opening,
        """
        select b.zone, b.currency, (coalesce(s.closing, 0) + coalesce((
          select sum(net) from settlement.lines where merchant_id = :merchant and day > coalesce(s.day, '-infinity'::date) and day < :day), 0)
          )::bigint as opening
        from settlement.books b
        left join lateral (
          select day, closing from settlement.statements where merchant_id = :merchant and day < :day order by day desc limit 1) s on true
        where b.merchant_id = :merchant
        """,
        merchant=merchant_id,
        day=day,
    )


async def _totals(db: Db, merchant_id: UUID, day: date) -> list[Total]:
    """Reckoned from the lines, also for a closed day: so that its balance is checked whenever it is looked at."""
    return await db.all(
        Total,
        """
        select kind, count(*) as lines, sum(gross)::bigint as gross, sum(platform)::bigint as platform, sum(agent)::bigint as agent,
          sum(operator)::bigint as operator, sum(net)::bigint as net
        from settlement.lines where merchant_id = :merchant and day = :day group by kind
        order by array_position(array['use', 'use_returned', 'stored', 'stored_return', 'refund', 'correction', 'payout', 'payout_returned'], kind)
        """,
        merchant=merchant_id,
        day=day,
    )


async def line_pages(db: Db, merchant_id: UUID, day: date, after: UUID | None = None, most: int = 100) -> LinePage:
    """Lines of a day in the order of time."""
    since = await moment_of(db, merchant_id, after)
    found = await db.all(
        StatementLine,
        """
        select l.merchant_id, l.line_id, l.kind, l.day, l.at, l.reverses, l.store_id, l.voucher_id, l.gross, l.platform, l.agent, l.operator,
          l.net, l.agent_id, l.operator_id, l.note, coalesce(s.name, '') as store, coalesce(t.title, '') as title
        from settlement.lines l
        left join merchants.stores s on s.merchant_id = l.merchant_id and s.store_id = l.store_id
        left join vouchers.vouchers v on v.merchant_id = l.merchant_id and v.voucher_id = l.voucher_id
        left join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        where l.merchant_id = :merchant and l.day = :day and (:since::timestamptz is null or (l.at, l.line_id) > (:since, :after::uuid))
        order by l.at, l.line_id limit :most + 1
        """,
        merchant=merchant_id,
        day=day,
        since=since,
        after=after,
        most=most,
    )
    lines = found[:most]
    return LinePage(lines, lines[-1].line_id if len(found) > most else None)


async def moment_of(db: Db, merchant_id: UUID, line_id: UUID | None) -> datetime | None:
    """When a line was written."""
    if line_id is None:
        return None
    return await db.value(
        datetime,
        "select at from settlement.lines where merchant_id = :merchant and line_id = :line",
        merchant=merchant_id,
        line=line_id,
    )


async def month_totals(db: Db, merchant_id: UUID, most: int = 12) -> list[Month]:
    """What closed days of each month come to, the latest first."""
    return await db.all(
        Month,
        """
        select date_trunc('month', t.day)::date as month, s.currency, coalesce(sum(t.lines) filter (where t.kind = 'use'), 0)::bigint as uses,
          coalesce(sum(t.gross) filter (where t.kind in ('use', 'stored')), 0)::bigint as gross,
          coalesce(-sum(t.gross) filter (where t.kind in ('refund', 'use_returned', 'stored_return')), 0)::bigint as refunded,
          coalesce(sum(t.platform + t.agent + t.operator) filter (where t.kind <> 'correction'), 0)::bigint as commission,
          coalesce(-sum(t.net) filter (where t.kind in ('payout', 'payout_returned')), 0)::bigint as paid_out,
          sum(t.net)::bigint as net
        from settlement.totals t join settlement.statements s on s.merchant_id = t.merchant_id and s.day = t.day
        where t.merchant_id = :merchant group by 1, 2 order by 1 desc limit :most
        """,
        merchant=merchant_id,
        most=most,
    )
