"""What agents and operators earned: closed days, and what open ones come to so far."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from shuke.kit.db import Db
from shuke.settlement.queries import moment_of
from shuke.settlement.types import Kind


class EarningDay(msgspec.Struct, frozen=True):
    """A day of a merchant: its lines, their money, and the party's part of it; open ones are provisional."""

    merchant_id: UUID
    merchant_name: str
    day: date
    role: str
    currency: str
    lines: int
    gross: int
    amount: int
    closed: bool


class EarningLine(msgspec.Struct, frozen=True):
    """A line that a party has a part in: `amount` is its part of `gross`; what others got of it is theirs to know."""

    merchant_id: UUID
    line_id: UUID
    kind: Kind
    day: date
    at: datetime
    reverses: UUID | None
    gross: int
    amount: int
    store: str
    title: str


class EarningPage(msgspec.Struct, frozen=True):
    """Lines in the order of their ids; `next` is the `after` of the next page, if there is one."""

    lines: list[EarningLine]
    next: UUID | None


class EarnedSum(msgspec.Struct, frozen=True):
    """All that a party earned in a currency: in closed days, and so far in open ones."""

    currency: str
    earned: int
    provisional: int


class Unpaid(msgspec.Struct, frozen=True):
    """What a party earned on a merchant in closed days, all of them together."""

    merchant_id: UUID
    currency: str
    day: date
    amount: int


async def earnings_of(db: Db, party_id: UUID, since: date | None = None, until: date | None = None) -> list[EarningDay]:
    """What a party earned by merchant and day, the latest first; at most 500 rows."""
    return await db.all(
        EarningDay,
        """
        select e.merchant_id, m.name as merchant_name, e.day, e.role, e.currency, e.lines, e.gross, e.amount, e.closed from (
          select merchant_id, day, role, currency, lines, gross, amount, true as closed from settlement.earnings where party_id = :party
          union all
          select l.merchant_id, l.day, r.role, b.currency, count(*), sum(l.gross)::bigint,
            sum(case r.role when 'agent' then l.agent else l.operator end)::bigint, false
          from (select distinct merchant_id, role from agreements.agreements where party_id = :party) r
          join settlement.open_days o on o.merchant_id = r.merchant_id
          join settlement.books b on b.merchant_id = o.merchant_id
          join settlement.lines l on l.merchant_id = o.merchant_id and l.day = o.day
            and case r.role when 'agent' then l.agent_id else l.operator_id end = :party
          group by l.merchant_id, l.day, r.role, b.currency) e
        join merchants.merchants m on m.merchant_id = e.merchant_id
        where (:since::date is null or e.day >= :since) and (:until::date is null or e.day <= :until)
        order by e.day desc, m.name, e.role limit 500
        """,
        party=party_id,
        since=since,
        until=until,
    )


async def earned_sums(db: Db, party_id: UUID) -> list[EarnedSum]:
    """All that a party ever earned, by currency."""
    return await db.all(
        EarnedSum,
        """
        select currency, sum(earned)::bigint as earned, sum(provisional)::bigint as provisional from (
          select currency, amount as earned, 0 as provisional from settlement.earnings where party_id = :party
          union all
          select b.currency, 0, case when l.agent_id = :party then l.agent else 0 end + case when l.operator_id = :party then l.operator else 0 end
          from (select distinct merchant_id from agreements.agreements where party_id = :party) r
          join settlement.open_days o on o.merchant_id = r.merchant_id
          join settlement.books b on b.merchant_id = o.merchant_id
          join settlement.lines l on l.merchant_id = o.merchant_id and l.day = o.day and :party in (l.agent_id, l.operator_id)) as parts
        group by currency order by currency
        """,
        party=party_id,
    )


async def earning_lines(
    db: Db, party_id: UUID, merchant_id: UUID, day: date, after: UUID | None = None, most: int = 100
) -> EarningPage:
    """The lines of a merchant's day that a party has a part in, in the order of time."""
    since = await moment_of(db, merchant_id, after)
    found = await db.all(
        EarningLine,
        """
        select l.merchant_id, l.line_id, l.kind, l.day, l.at, l.reverses, l.gross,
          case when l.agent_id = :party then l.agent else 0 end + case when l.operator_id = :party then l.operator else 0 end as amount,
          coalesce(s.name, '') as store, coalesce(t.title, '') as title
        from settlement.lines l
        left join merchants.stores s on s.merchant_id = l.merchant_id and s.store_id = l.store_id
        left join vouchers.vouchers v on v.merchant_id = l.merchant_id and v.voucher_id = l.voucher_id
        left join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        where l.merchant_id = :merchant and l.day = :day and :party in (l.agent_id, l.operator_id)
          and (:since::timestamptz is null or (l.at, l.line_id) > (:since, :after::uuid))
        order by l.at, l.line_id limit :most + 1
        """,
        party=party_id,
        merchant=merchant_id,
        day=day,
        since=since,
        after=after,
        most=most,
    )
    lines = found[:most]
    return EarningPage(lines, lines[-1].line_id if len(found) > most else None)


async def unpaid_of(db: Db, party_id: UUID) -> list[Unpaid]:
    """What a party earned in all closed days, by merchant and currency; what was paid of it is not taken off."""
    return await db.all(
        Unpaid,
        """
        select merchant_id, currency, max(day) as day, sum(amount)::bigint as amount from settlement.earnings
        where party_id = :party group by merchant_id, currency order by merchant_id
        """,
        party=party_id,
    )
