"""Books: the invariants of money, each asked of the room that keeps it; and what all that came in has become."""

from collections.abc import Awaitable, Callable, Sequence

import msgspec

from shuke.checkout import invariants as orders
from shuke.groupbuy import invariants as groups
from shuke.kit.db import Db
from shuke.ledger import Broken
from shuke.ledger import invariants as transfers
from shuke.payments import invariants as payments
from shuke.payouts import invariants as payouts
from shuke.refunds import invariants as refunds
from shuke.settlement import invariants as settled
from shuke.storedvalue import invariants as stored_value

LEDGERS = ("balance", "lots", "zero_sum")  # which settlement looks at, too


class Book(msgspec.Struct, frozen=True):
    """`says` is the rule; `ask` gives a line for each place where it is broken."""

    name: str
    says: str
    ask: Callable[[Db], Awaitable[Sequence[str]]]


async def _transfers(db: Db) -> Sequence[str]:
    return _lines(await transfers(db))


async def _payments(db: Db) -> Sequence[str]:
    return _lines(await payments(db))


async def _orders(db: Db) -> Sequence[str]:
    return _lines(await orders(db))


async def _payouts(db: Db) -> Sequence[str]:
    return [f"{w.name} at {w.merchant_id}: {w.found}, should be {w.expected}" for w in await payouts(db)]


async def _settled(db: Db) -> Sequence[str]:
    return [
        f"{w.name} at {w.merchant_id}: {w.found}, should be {w.expected}" for w in await settled(db) if w.name not in LEDGERS
    ]


def _lines(found: Sequence[Broken]) -> Sequence[str]:
    return [f"{b.name} of {b.holder_id} at {b.merchant_id}: {b.found}, should be {b.expected}" for b in found]


async def _kept(db: Db) -> Sequence[str]:
    """Merchants with events on their way are passed over: their reactions still have to say what becomes of it."""
    return await db.values(
        str,
        """
        with busy as (
          select owner_id from kit.events union select owner_id from kit.deliveries where dead_at is null
        ), given as (
          select o.merchant_id, o.payment_id, o.amount - o.refunded - coalesce((
            select sum(r.amount) from refunds.refunds r
            where r.merchant_id = o.merchant_id and r.order_id = o.order_id and r.redemption_id is not null), 0) as amount
          from checkout.orders o
          left join groupbuy.groups g on g.merchant_id = o.merchant_id and g.group_id = o.group_id
          where o.status in ('fulfilled', 'refunded') or (o.status = 'paid' and g.status = 'open')
          union all
          select merchant_id, payment_id, pay - refunded from storedvalue.topups where status = 'stored'
        )
        select * from (
          select format('payment %s at %s: %s came, %s went back, kept for something: %s', p.payment_id, p.merchant_id, p.captured,
            p.refunded, coalesce(g.amount, 0))
          from payments.payments p left join given g using (merchant_id, payment_id)
          where p.captured - p.refunded <> coalesce(g.amount, 0) and p.merchant_id not in (select owner_id from busy) limit 10) as money
        union all
        select * from (
          select format('order %s of %s units has %s vouchers', o.order_id, o.quantity, count(v.voucher_id))
          from checkout.orders o join deals.deals d using (merchant_id, deal_id)
          left join checkout.sold s using (merchant_id, order_id)
          left join vouchers.vouchers v on v.merchant_id = s.merchant_id and v.voucher_id = s.voucher_id and v.source = 'purchase'
            and v.reference = o.order_id
          where o.status = 'fulfilled' group by o.merchant_id, o.order_id, o.quantity, d.vouchers_each
          having count(v.voucher_id) <> o.quantity * d.vouchers_each limit 10) as vouchers
        union all
        select * from (
          select format('order %s is nobody''s: there is no person %s', o.order_id, o.person_id)
          from checkout.orders o left join people.people p using (person_id) where p.person_id is null limit 10) as strangers
        """,
    )


BOOKS = (
    Book("books_balance", "transfers sum to zero, every balance is the sum of its transfers and of what is left of its lots", _transfers),
    Book("payments_add_up", "payments, captures, refunds and what providers hold in the ledger agree", _payments),
    Book("orders_add_up", "free, held and sold make the initial stock; limits, lines, orders and sold vouchers agree", _orders),
    Book("paid_is_given", "what was paid is a voucher, a place in an open group, stored, or went back; a person is behind it", _kept),
    Book("refunds_add_up", "what went back is what ended unused or was agreed, once", refunds),
    Book("groups_add_up", "a group's places are people with orders of their own; a full one has its vouchers, a failed one no money", groups),
    Book("stored_value_adds_up", "a guest's balance is her top-ups less payments plus returns less refunds, by their rows, by the journal and "
         "in the ledger", stored_value),
    Book("settlement_adds_up", "lines, statements and the ledger agree; held money is what was sold, not used and not given back", _settled),
    Book("payouts_add_up", "what the ledger paid out are payouts that were not sent back", _payouts),
)  # fmt: skip
