"""Taking: many wishes at once go to the database as a handful of set-based statements, first come first served.

Whoever changes a stock locks its row first, then the buyers' rows, then orders. A deal without a stock has no such row.
"""

from collections.abc import Sequence
from uuid import UUID

from shuke.checkout.allot import MOST_UNPAID, Counted, Pick, Sale, Stock, allot, already_in_line, over_limit, refuse, too_many
from shuke.checkout.types import Order, OrderCall
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal

Outcome = Order | Refusal
Keys = tuple[UUID, UUID]

NO_LIMIT = 2**31 - 1


async def take(db: Db, calls: Sequence[OrderCall]) -> list[Outcome]:
    """An order for each call, held or in line, or its refusal; the same key again gives the first order as it stands.

    Refusals: not_found, deal_not_on, not_yet (starts), over, sold_out, limit_reached, already_in_line (order), too_many,
    idempotency_key_reused.
    """
    now = clock.now()
    sales = {(sale.merchant_id, sale.deal_id): sale for sale in await _sales(db, calls)}
    outcomes: dict[int, Outcome] = {}
    await _answer_again(db, calls, outcomes)
    twins: dict[int, int] = {}
    first: dict[tuple[UUID, UUID, str], int] = {}
    for i, call in enumerate(calls):
        earlier = first.setdefault((call.merchant_id, call.person_id, call.key), i)
        if earlier != i:
            twins[i] = earlier
        elif i not in outcomes:
            refusal = refuse(sales.get((call.merchant_id, call.deal_id)), call, now)
            if refusal is not None:
                outcomes[i] = refusal
    open_ = [i for i in range(len(calls)) if i not in outcomes and i not in twins]
    if open_:
        await _take_open(db, calls, open_, sales, outcomes)
    for i, earlier in twins.items():
        found = outcomes[earlier]
        outcomes[i] = _again(found, calls[i]) if isinstance(found, Order) else found
    return [outcomes[i] for i in range(len(calls))]


async def _take_open(
    db: Db, calls: Sequence[OrderCall], open_: list[int], sales: dict[Keys, Sale], outcomes: dict[int, Outcome]
) -> None:
    """Those that nothing speaks against: count them against the limits, then give out the stock and the places in line."""
    now = clock.now()
    wanted = {(calls[i].merchant_id, calls[i].deal_id) for i in open_}
    limited = sorted(key for key in wanted if sales[key].stock is not None)
    stocks = {(stock.merchant_id, stock.deal_id): stock for stock in await _lock(db, limited)} if limited else {}
    missing = [key for key in limited if key not in stocks or stocks[key].initial != sales[key].stock]
    if missing:
        await count_stock(db, missing)
        stocks |= {(stock.merchant_id, stock.deal_id): stock for stock in await _lock(db, missing)}
    buyers = await _count(db, [calls[i] for i in open_], sales)
    counted = {(one.merchant_id, one.deal_id, one.person_id): one.granted for one in buyers}
    standing = {(one.deal_id, one.person_id): one.in_line for one in buyers if one.in_line is not None}
    unpaid = {one.person_id: one.unpaid for one in buyers}
    within: list[int] = []
    for i in open_:
        key = (calls[i].merchant_id, calls[i].deal_id, calls[i].person_id)
        if counted[key] >= calls[i].quantity and unpaid[calls[i].person_id] >= MOST_UNPAID:
            outcomes[i] = too_many()
        elif counted[key] >= calls[i].quantity:
            counted[key] -= calls[i].quantity
            unpaid[calls[i].person_id] += 1
            within.append(i)
        else:
            mine = standing.get((calls[i].deal_id, calls[i].person_id))
            outcomes[i] = already_in_line(mine) if mine else over_limit()
    tight = {key for key in stocks if sales[key].flash and _tight(stocks[key], [calls[i] for i in within], key)}
    holding = set(await _holding(db, sorted(tight))) if tight else set()
    picks: list[Pick] = []
    for i in within:
        call = calls[i]
        sale = sales[call.merchant_id, call.deal_id]
        found = allot(call, sale, stocks.get((call.merchant_id, call.deal_id)), standing, holding, now)
        if isinstance(found, Pick):
            picks.append(found)
            outcomes[i] = found.order
            if found.order.status == "held":
                holding.add(sale.deal_id)
        else:
            counted[call.merchant_id, call.deal_id, call.person_id] += call.quantity
            outcomes[i] = found
    await _uncount(db, {key: more for key, more in counted.items() if more})
    await _write(db, picks, [stock for stock in stocks.values() if stock.changed])


def _tight(stock: Stock, calls: list[OrderCall], key: Keys) -> bool:
    """Whether somebody of these may have to stand in line."""
    return bool(stock.waiting) or stock.free < sum(c.quantity for c in calls if (c.merchant_id, c.deal_id) == key)


def _again(order: Order, call: OrderCall) -> Outcome:
    if (order.deal_id, order.quantity, order.group_id) != (call.deal_id, call.quantity, call.group_id):
        return Refusal("idempotency_key_reused", _("This key was used before for another request."))
    return order


async def _sales(db: Db, calls: Sequence[OrderCall]) -> list[Sale]:
    """The rules of these calls' deals, and whether any of their stock was left a moment ago."""
    return await db.all(
        Sale,
        """
        select d.merchant_id, d.deal_id, d.title, m.name as merchant_name, m.currency, d.price, d.stock, d.starts_at, d.ends_at,
          d.per_person, d.flash, d.hold_seconds, d.status = 'on' and m.status = 'approved' and t.status = 'active' as is_on,
          coalesce(s.free, d.stock) + d.stock - coalesce(s.initial, d.stock) as free,
          coalesce(s.waiting > 0, false) or exists (select from checkout.orders o
            where o.merchant_id = d.merchant_id and o.deal_id = d.deal_id and o.status = 'held') as holding
        from (select distinct merchant_id, deal_id from unnest(:merchants::uuid[], :deals::uuid[]) as c(merchant_id, deal_id)) c
        join deals.deals d on d.merchant_id = c.merchant_id and d.deal_id = c.deal_id
        join merchants.merchants m on m.merchant_id = d.merchant_id
        join vouchers.templates t on t.merchant_id = d.merchant_id and t.template_id = d.template_id
        left join checkout.stocks s on s.merchant_id = d.merchant_id and s.deal_id = d.deal_id
        """,
        merchants=[call.merchant_id for call in calls],
        deals=[call.deal_id for call in calls],
    )


async def _answer_again(db: Db, calls: Sequence[OrderCall], outcomes: dict[int, Outcome]) -> None:
    """Calls whose key was used before get their order as it stands."""
    found = await db.all(
        Order,
        """
        select o.merchant_id, o.order_id, o.deal_id, o.person_id, o.quantity, o.unit_price, o.amount, o.currency, o.status, o.hold_until,
          o.group_id, o.payment_id, o.refunded, o.why, o.number, o.at, o.changed_at, o.request_key
        from unnest(:merchants::uuid[], :people::uuid[], :keys::text[]) as c(merchant_id, person_id, request_key)
        join checkout.orders o on o.merchant_id = c.merchant_id and o.person_id = c.person_id and o.request_key = c.request_key
        """,
        merchants=[call.merchant_id for call in calls],
        people=[call.person_id for call in calls],
        keys=[call.key for call in calls],
    )
    by_key = {(order.merchant_id, order.person_id, order.request_key): order for order in found}
    for i, call in enumerate(calls):
        order = by_key.get((call.merchant_id, call.person_id, call.key))
        if order is not None:
            outcomes[i] = _again(order, call)


async def _lock(db: Db, keys: Sequence[Keys]) -> list[Stock]:
    return await db.all(
        Stock,
        """
        select s.merchant_id, s.deal_id, s.initial, s.free, s.waiting, s.next_number
        from unnest(:merchants::uuid[], :deals::uuid[]) as c(merchant_id, deal_id)
        join checkout.stocks s on s.merchant_id = c.merchant_id and s.deal_id = c.deal_id
        order by s.merchant_id, s.deal_id for no key update of s
        """,
        merchants=[merchant for merchant, _deal in keys],
        deals=[deal for _merchant, deal in keys],
    )


async def count_stock(db: Db, keys: Sequence[Keys]) -> None:
    """Let the counted stock of these deals follow what is sold in all: the first time, and when the merchant adds to it."""
    await db.run(
        """
        insert into checkout.stocks as s (merchant_id, deal_id, initial, free)
        select d.merchant_id, d.deal_id, d.stock, d.stock
        from unnest(:merchants::uuid[], :deals::uuid[]) as c(merchant_id, deal_id)
        join deals.deals d on d.merchant_id = c.merchant_id and d.deal_id = c.deal_id
        where d.stock is not null order by d.merchant_id, d.deal_id
        on conflict (merchant_id, deal_id) do update set free = s.free + excluded.initial - s.initial, initial = excluded.initial
          where excluded.initial > s.initial
        """,
        merchants=[merchant for merchant, _deal in keys],
        deals=[deal for _merchant, deal in keys],
    )


async def _count(db: Db, calls: Sequence[OrderCall], sales: dict[Keys, Sale]) -> list[Counted]:
    """How many units of those asked for are within each buyer's limit; they are counted. And who stands in line already, and how many
    of each buyer's latest orders are not paid."""
    return await db.all(
        Counted,
        """
        with wanted as (
          select merchant_id, deal_id, person_id, most, sum(quantity)::int as n
          from unnest(:merchants::uuid[], :deals::uuid[], :people::uuid[], :limits::int[], :quantities::int[])
            as w(merchant_id, deal_id, person_id, most, quantity)
          group by merchant_id, deal_id, person_id, most order by merchant_id, deal_id, person_id
        )
        insert into checkout.buyers as b (merchant_id, deal_id, person_id, taken)
        select merchant_id, deal_id, person_id, least(n, most) from wanted
        on conflict (merchant_id, deal_id, person_id) do update set taken = greatest(b.taken, (
          select least(b.taken::bigint + w.n, w.most)::int from wanted w
          where w.merchant_id = b.merchant_id and w.deal_id = b.deal_id and w.person_id = b.person_id))
        returning merchant_id, deal_id, person_id, new.taken - coalesce(old.taken, 0) as granted, in_line, (
          select count(*) from (select status from checkout.person_orders p where p.person_id = b.person_id order by order_id desc limit 1000)
            as mine where status in ('waiting', 'held')) as unpaid
        """,
        merchants=[call.merchant_id for call in calls],
        deals=[call.deal_id for call in calls],
        people=[call.person_id for call in calls],
        limits=[sales[call.merchant_id, call.deal_id].per_person or NO_LIMIT for call in calls],
        quantities=[call.quantity for call in calls],
    )


async def _uncount(db: Db, units: dict[tuple[UUID, UUID, UUID], int]) -> None:
    if units:
        await db.run(
            """
            update checkout.buyers b set taken = b.taken - c.units
            from unnest(:merchants::uuid[], :deals::uuid[], :people::uuid[], :units::int[]) as c(merchant_id, deal_id, person_id, units)
            where b.merchant_id = c.merchant_id and b.deal_id = c.deal_id and b.person_id = c.person_id
            """,
            merchants=[merchant for merchant, _deal, _person in units],
            deals=[deal for _merchant, deal, _person in units],
            people=[person for _merchant, _deal, person in units],
            units=list(units.values()),
        )


async def _holding(db: Db, keys: Sequence[Keys]) -> list[UUID]:
    """Deals of which something is held unpaid, so that it may come back."""
    return await db.values(
        UUID,
        """
        select c.deal_id from unnest(:merchants::uuid[], :deals::uuid[]) as c(merchant_id, deal_id)
        where exists (select from checkout.orders o
          where o.merchant_id = c.merchant_id and o.deal_id = c.deal_id and o.status = 'held')
        """,
        merchants=[merchant for merchant, _deal in keys],
        deals=[deal for _merchant, deal in keys],
    )


async def _write(db: Db, picks: Sequence[Pick], stocks: Sequence[Stock]) -> None:
    """The orders, the buyers' own lists and what is left of each stock."""
    if not picks:
        return
    orders = [pick.order for pick in picks]
    await db.run(
        """
        with made(merchant_id, order_id, deal_id, person_id, quantity, unit_price, amount, currency, status, hold_until, group_id, number,
          request_key, title, merchant_name) as (
          select * from unnest(:merchants::uuid[], :ids::uuid[], :deals::uuid[], :people::uuid[], :quantities::int[], :prices::bigint[],
            :amounts::bigint[], :currencies::text[], :statuses::text[], :untils::timestamptz[], :groups::uuid[], :numbers::bigint[],
            :keys::text[], :titles::text[], :names::text[])
        ), listed as (
          insert into checkout.person_orders
            (person_id, merchant_id, order_id, deal_id, title, merchant_name, quantity, amount, currency, status, at)
          select person_id, merchant_id, order_id, deal_id, title, merchant_name, quantity, amount, currency, status, :now from made
        ), standing as (
          update checkout.buyers b set in_line = m.order_id from made m
          where m.status = 'waiting' and b.merchant_id = m.merchant_id and b.deal_id = m.deal_id and b.person_id = m.person_id
        ), counted as (
          update checkout.stocks s set free = c.free, waiting = c.waiting, next_number = c.next_number
          from unnest(:stock_merchants::uuid[], :stock_deals::uuid[], :free::bigint[], :waiting::bigint[], :next::bigint[])
            as c(merchant_id, deal_id, free, waiting, next_number)
          where s.merchant_id = c.merchant_id and s.deal_id = c.deal_id
        )
        insert into checkout.orders (merchant_id, order_id, deal_id, person_id, quantity, unit_price, amount, currency, status, hold_until,
          group_id, number, request_key, at, changed_at)
        select merchant_id, order_id, deal_id, person_id, quantity, unit_price, amount, currency, status, hold_until, group_id, number,
          request_key, :now, :now from made
        """,
        merchants=[order.merchant_id for order in orders],
        ids=[order.order_id for order in orders],
        deals=[order.deal_id for order in orders],
        people=[order.person_id for order in orders],
        quantities=[order.quantity for order in orders],
        prices=[order.unit_price for order in orders],
        amounts=[order.amount for order in orders],
        currencies=[order.currency for order in orders],
        statuses=[order.status for order in orders],
        untils=[order.hold_until for order in orders],
        groups=[order.group_id for order in orders],
        numbers=[order.number for order in orders],
        keys=[order.request_key for order in orders],
        titles=[pick.title for pick in picks],
        names=[pick.merchant_name for pick in picks],
        stock_merchants=[stock.merchant_id for stock in stocks],
        stock_deals=[stock.deal_id for stock in stocks],
        free=[stock.free for stock in stocks],
        waiting=[stock.waiting for stock in stocks],
        next=[stock.next_number for stock in stocks],
        now=orders[0].at,
    )
