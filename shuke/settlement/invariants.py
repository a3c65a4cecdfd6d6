"""Invariants: what must hold between lines, statements, the ledger and what checkout holds, in one look at all rows."""

from uuid import UUID

import msgspec

from shuke.kit.db import Db
from shuke.ledger import PLATFORM
from shuke.ledger import invariants as ledger_invariants


class Wrong(msgspec.Struct, frozen=True):
    """A place where the books don't agree: what should be there, and what is."""

    name: str
    merchant_id: UUID
    expected: int
    found: int


async def invariants(db: Db) -> list[Wrong]:
    """What is wrong, nothing if all is well. Each look is one statement, so it sees one moment; merchants with events on their way are
    passed over where their reactions still have to book something.

    payable, commission: the sum of a merchant's lines is the balance of the accounts they book to. party: so for each agent and
    operator, paid out or not. chain: a day opens with the balance the day before closed with, and closes with its lines added.
    lines: a closed day has as many as were counted. days: one with lines is closed, or waits to be. totals, earnings: the sums of a
    closed day, by kind and by party, are those of its lines. held: held money is that of unused sold vouchers, of paid
    orders without vouchers, and of uses that can still be undone. passing: nothing stays in received or reclaim.
    """
    books = [Wrong(found.name, found.merchant_id, found.expected, found.found) for found in await ledger_invariants(db)]
    return [*books, *await _against_ledger(db), *await _chain(db), *await _sums(db), *await _held(db)]


async def _against_ledger(db: Db) -> list[Wrong]:
    return await db.all(
        Wrong,
        """
        with busy as (
          select owner_id from kit.events union select owner_id from kit.deliveries where dead_at is null
        ), moved as materialized (
          select merchant_id, holder_id, kind, sum(amount)::bigint as amount from (
            select merchant_id, to_holder as holder_id, to_kind as kind, amount from ledger.transfers
              where unit <> 'points' and to_kind in ('payable', 'commission', 'paid_out', 'received', 'reclaim')
            union all
            select merchant_id, from_holder, from_kind, -amount from ledger.transfers
              where unit <> 'points' and from_kind in ('payable', 'commission', 'paid_out', 'received', 'reclaim')) as sides
          group by merchant_id, holder_id, kind
        ), sums as materialized (
          select merchant_id, agent_id, operator_id, sum(platform)::bigint as platform, sum(agent)::bigint as agent,
            sum(operator)::bigint as operator, sum(net)::bigint as net
          from settlement.lines group by merchant_id, agent_id, operator_id
        ), parties as (
          select merchant_id, party_id, sum(amount)::bigint as amount from (
            select merchant_id, agent_id as party_id, agent as amount from sums where agent_id is not null
            union all select merchant_id, operator_id, operator from sums where operator_id is not null) as p
          group by merchant_id, party_id
        )
        select 'payable' as name, merchant_id, coalesce(l.net, 0) as expected, coalesce(m.amount, 0) as found
        from (select merchant_id, sum(net)::bigint as net from sums group by merchant_id) l
        full join (select merchant_id, amount from moved where kind = 'payable') m using (merchant_id)
        where coalesce(l.net, 0) <> coalesce(m.amount, 0) and merchant_id not in (select owner_id from busy)
        union all
        select 'commission', merchant_id, coalesce(l.platform, 0), coalesce(m.amount, 0)
        from (select merchant_id, sum(platform)::bigint as platform from sums group by merchant_id) l
        full join (select merchant_id, amount from moved where kind = 'commission' and holder_id = :platform) m using (merchant_id)
        where coalesce(l.platform, 0) <> coalesce(m.amount, 0)
        union all
        select 'party', merchant_id, coalesce(p.amount, 0), coalesce(m.amount, 0)
        from parties p
        full join (
          select merchant_id, holder_id as party_id, sum(amount)::bigint as amount from moved
          where kind in ('commission', 'paid_out') and holder_id not in (:platform, merchant_id) group by 1, 2) m using (merchant_id, party_id)
        where coalesce(p.amount, 0) <> coalesce(m.amount, 0)
        union all
        select 'passing', merchant_id, 0, amount from moved
        where kind in ('received', 'reclaim') and amount <> 0 and merchant_id not in (select owner_id from busy)
        limit 100
        """,
        platform=PLATFORM,
    )


async def _chain(db: Db) -> list[Wrong]:
    return await db.all(
        Wrong,
        """
        with days as materialized (
          select merchant_id, day, sum(net)::bigint as net, count(*) as lines from settlement.lines group by merchant_id, day
        ), chain as (
          select merchant_id, day, opening, closing, lines, coalesce(lag(closing) over (partition by merchant_id order by day), 0) as before
          from settlement.statements
        )
        select 'chain' as name, merchant_id, before as expected, opening as found from chain where before <> opening
        union all
        select 'chain', c.merchant_id, c.opening + coalesce(d.net, 0), c.closing from chain c left join days d using (merchant_id, day)
        where c.closing <> c.opening + coalesce(d.net, 0)
        union all
        select 'lines', c.merchant_id, coalesce(d.lines, 0), c.lines from chain c left join days d using (merchant_id, day)
        where c.lines <> coalesce(d.lines, 0)
        union all
        select 'days', d.merchant_id, d.lines, 0 from days d
        where not exists (select from settlement.statements s where s.merchant_id = d.merchant_id and s.day = d.day)
          and not exists (select from settlement.open_days o where o.merchant_id = d.merchant_id and o.day = d.day)
        limit 100
        """,
    )


async def _sums(db: Db) -> list[Wrong]:
    return await db.all(
        Wrong,
        """
        with sums as materialized (
          select l.merchant_id, l.day, l.kind, l.agent_id, l.operator_id, count(*) as lines, sum(l.gross) as gross,
            sum(l.platform) as platform, sum(l.agent) as agent, sum(l.operator) as operator, sum(l.net) as net
          from settlement.lines l join settlement.statements s on s.merchant_id = l.merchant_id and s.day = l.day
          group by l.merchant_id, l.day, l.kind, l.agent_id, l.operator_id
        ), wanted as (
          select merchant_id, day, kind as of, unnest(array['lines', 'gross', 'platform', 'agent', 'operator', 'net']) as part,
            unnest(array[sum(lines), sum(gross), sum(platform), sum(agent), sum(operator), sum(net)])::bigint as amount
          from sums group by merchant_id, day, kind
          union all
          select merchant_id, day, p.party_id::text || p.role, unnest(array['lines', 'gross', 'earned']),
            unnest(array[sum(lines), sum(gross), sum(p.amount)])::bigint
          from sums cross join lateral (values (agent_id, 'agent', agent), (operator_id, 'operator', operator)) as p(party_id, role, amount)
          where p.party_id is not null group by merchant_id, day, p.party_id, p.role
        ), kept as (
          select merchant_id, day, kind as of, unnest(array['lines', 'gross', 'platform', 'agent', 'operator', 'net']) as part,
            unnest(array[lines, gross, platform, agent, operator, net]) as amount from settlement.totals
          union all
          select merchant_id, day, party_id::text || role, unnest(array['lines', 'gross', 'earned']), unnest(array[lines, gross, amount])
          from settlement.earnings
        )
        select case when length(of) < 36 then 'totals' else 'earnings' end as name, merchant_id, coalesce(w.amount, 0) as expected,
          coalesce(k.amount, 0) as found
        from wanted w full join kept k using (merchant_id, day, of, part) where coalesce(w.amount, 0) <> coalesce(k.amount, 0)
        limit 100
        """,
    )


async def _held(db: Db) -> list[Wrong]:
    return await db.all(
        Wrong,
        """
        with busy as (
          select owner_id from kit.events union select owner_id from kit.deliveries where dead_at is null
        ), held as (
          select merchant_id, sum(amount)::bigint as amount from (
            select merchant_id, amount from ledger.transfers where unit <> 'points' and to_kind = 'held'
            union all
            select merchant_id, -amount from ledger.transfers where unit <> 'points' and from_kind = 'held') as sides
          group by merchant_id
        ), told as (
          select merchant_id, sum(amount)::bigint as amount from (
            select merchant_id, amount - used - refunded as amount from checkout.sold
            union all select merchant_id, amount - refunded from checkout.orders where status = 'paid'
            union all select merchant_id, gross from settlement.due) as parts
          group by merchant_id
        )
        select 'held' as name, merchant_id, coalesce(t.amount, 0) as expected, coalesce(h.amount, 0) as found
        from told t full join held h using (merchant_id)
        where coalesce(t.amount, 0) <> coalesce(h.amount, 0) and merchant_id not in (select owner_id from busy)
        limit 100
        """,
    )
