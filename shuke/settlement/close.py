"""Closing: a merchant's day that is over in its zone becomes a statement by itself; its closing balance opens the next."""

from datetime import date
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import record_all
from shuke.kit.jobs import every_minute
from shuke.settlement.types import StatementClosed

MOST = 200  # merchants a transaction


class Closed(msgspec.Struct, frozen=True):
    """A day that was closed now."""

    merchant_id: UUID
    day: date
    currency: str
    closing: int


@every_minute
async def close_days(db: Db) -> int:
    """Close the days that are over, of merchants to whose books nobody is adding at this moment; how many."""
    merchants = await db.values(
        UUID,
        """
        select merchant_id from settlement.books
        where merchant_id = any(array(
          select merchant_id from settlement.open_days where closes_at <= :now group by merchant_id order by min(closes_at) limit :most))
        for update skip locked
        """,
        now=clock.now(),
        most=MOST,
    )
    if not merchants:
        return 0
    closed = await _close(db, merchants)
    await record_all(db, [StatementClosed(one.merchant_id, one.day, one.currency, one.closing) for one in closed])
    return len(closed)


async def _close(db: Db, merchants: list[UUID]) -> list[Closed]:
    """Sum up the lines of days that are over; the books are locked, so no line is under way."""
    return await db.all(
        Closed,
        """
        with over as (
          delete from settlement.open_days where merchant_id = any(:merchants) and closes_at <= :now returning merchant_id, day
        ), sums as materialized (
          select l.merchant_id, l.day, l.kind, l.agent_id, l.operator_id, count(*) as lines, sum(l.gross)::bigint as gross,
            sum(l.platform)::bigint as platform, sum(l.agent)::bigint as agent, sum(l.operator)::bigint as operator, sum(l.net)::bigint as net
          from over join settlement.lines l on l.merchant_id = over.merchant_id and l.day = over.day
          group by l.merchant_id, l.day, l.kind, l.agent_id, l.operator_id
        ), days as (
          select merchant_id, day, sum(lines)::bigint as lines, sum(net)::bigint as net,
            sum(sum(net)) over (partition by merchant_id order by day)::bigint as so_far
          from sums group by merchant_id, day
        ), made as (
          insert into settlement.statements (merchant_id, day, zone, currency, opening, closing, lines, closed_at)
          select d.merchant_id, d.day, b.zone, b.currency, coalesce(s.closing, 0) + d.so_far - d.net, coalesce(s.closing, 0) + d.so_far,
            d.lines, :now
          from days d join settlement.books b on b.merchant_id = d.merchant_id
          left join lateral (
            select closing from settlement.statements where merchant_id = d.merchant_id order by day desc limit 1) s on true
          returning merchant_id, day, currency, closing
        ), kinds as (
          insert into settlement.totals (merchant_id, day, kind, lines, gross, platform, agent, operator, net)
          select merchant_id, day, kind, sum(lines)::bigint, sum(gross)::bigint, sum(platform)::bigint, sum(agent)::bigint,
            sum(operator)::bigint, sum(net)::bigint
          from sums group by merchant_id, day, kind
        ), earned as (
          insert into settlement.earnings (merchant_id, party_id, day, role, currency, lines, gross, amount)
          select s.merchant_id, p.party_id, s.day, p.role, b.currency, sum(s.lines)::bigint, sum(s.gross)::bigint, sum(p.amount)::bigint
          from sums s join settlement.books b on b.merchant_id = s.merchant_id
          cross join lateral (values (s.agent_id, 'agent', s.agent), (s.operator_id, 'operator', s.operator)) as p(party_id, role, amount)
          where p.party_id is not null group by s.merchant_id, p.party_id, s.day, p.role, b.currency
        ), ahead as (
          update settlement.books b set open_day = greatest(b.open_day, d.day + 1)
          from (select merchant_id, max(day) as day from over group by merchant_id) d where b.merchant_id = d.merchant_id
        )
        select merchant_id, day, currency, closing from made order by merchant_id, day
        """,
        merchants=merchants,
        now=clock.now(),
    )
