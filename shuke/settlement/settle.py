"""Settling: uses whose hour for undoing has passed become lines, and their held money is shared out, many at once."""

from uuid import UUID, uuid4

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.jobs import in_lanes
from shuke.ledger import PLATFORM, Account, Move, move

MOST = 20_000  # uses a transaction
LANES = 2


class Sum(msgspec.Struct, frozen=True):
    """What uses of one merchant come to, by who shares in them."""

    merchant_id: UUID
    currency: str
    agent_id: UUID | None
    operator_id: UUID | None
    uses: int
    platform: int
    agent: int
    operator: int
    net: int


@in_lanes(LANES)
async def settle(db: Db) -> int:
    """Settle what is due, at most so many uses; how many. Any number of processes may do so: each takes rows that no other has."""
    run_id = uuid4()
    sums = await db.all(
        Sum,
        """
        with picked as materialized (
          select merchant_id, redemption_id from settlement.due where due_at <= :now order by due_at limit :most for update skip locked
        ), book as materialized (
          select b.merchant_id, b.zone, b.currency, greatest(b.open_day, (:now::timestamptz at time zone b.zone)::date) as day
          from (
            select merchant_id, zone, currency, open_day from settlement.books
            where merchant_id = any(array(select distinct merchant_id from picked)) order by merchant_id for share) b
        ), gone as (
          delete from settlement.due d using picked p join book b on b.merchant_id = p.merchant_id
          where d.merchant_id = p.merchant_id and d.redemption_id = p.redemption_id
          returning d.merchant_id, b.currency, b.day, d.redemption_id, d.voucher_id, d.store_id, d.gross, d.platform, d.agent, d.operator,
            d.gross - d.platform - d.agent - d.operator as net, d.agent_id, d.operator_id
        ), opened as (
          insert into settlement.open_days (merchant_id, day, closes_at)
          select merchant_id, day, (day + 1)::timestamp at time zone zone from book order by merchant_id on conflict do nothing
        ), line as (
          insert into settlement.lines (merchant_id, line_id, kind, day, at, run_id, store_id, voucher_id, gross, platform, agent, operator, net,
            agent_id, operator_id)
          select g.merchant_id, g.redemption_id, 'use', g.day, :now, :run, g.store_id, g.voucher_id, g.gross, g.platform, g.agent, g.operator,
            g.net, g.agent_id, g.operator_id
          from gone g
        )
        select g.merchant_id, g.currency, g.agent_id, g.operator_id, count(*) as uses, sum(g.platform)::bigint as platform,
          sum(g.agent)::bigint as agent, sum(g.operator)::bigint as operator, sum(g.net)::bigint as net
        from gone g group by g.merchant_id, g.currency, g.agent_id, g.operator_id
        """,
        now=clock.now(),
        most=MOST,
        run=run_id,
    )
    await move(db, [one for each in sums for one in _moves(each, run_id)])
    return sum(each.uses for each in sums)


def _moves(each: Sum, run_id: UUID) -> list[Move]:
    """Out of the held money: the merchant's part, the platform's, the agent's and the operator's."""
    held = Account(each.merchant_id, "held")
    parts = [(Account(each.merchant_id, "payable"), each.net), (Account(PLATFORM, "commission"), each.platform)]
    if each.agent_id is not None:
        parts.append((Account(each.agent_id, "commission"), each.agent))
    if each.operator_id is not None:
        parts.append((Account(each.operator_id, "commission"), each.operator))
    return [
        Move(each.merchant_id, held, target, each.currency, amount, "settlement use", run_id)
        for target, amount in parts
        if amount
    ]
