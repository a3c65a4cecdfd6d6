"""Deal runs: all of a deal goes back. The deal is stopped at once, the rest is done by the worker, chunk by chunk."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from shuke.checkout import release
from shuke.deals import deal_of, stop
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.jobs import every_minute, wake
from shuke.kit.live import announce
from shuke.kit.refusals import NotFound
from shuke.refunds.actions import give_back, refund_ended
from shuke.refunds.rules import Actor
from shuke.refunds.sending import reason_of
from shuke.refunds.types import Asker, DealRun
from shuke.vouchers import void_unused

CHUNK = 100  # orders
MEANWHILE = timedelta(
    minutes=1
)  # what was ordered at the very moment of the stop belongs to the run; what a reopened deal sells doesn't


class Run(msgspec.Struct, frozen=True):
    """A run that is not finished."""

    merchant_id: UUID
    run_id: UUID
    deal_id: UUID
    by_id: UUID
    actor: Actor
    reason: str
    after_id: UUID
    at: datetime


class OpenOrder(msgspec.Struct, frozen=True):
    """An order of the deal that brought no vouchers yet."""

    order_id: UUID
    status: str
    in_group: bool


class Sale(msgspec.Struct, frozen=True):
    """A voucher of the deal, with its order."""

    order_id: UUID
    voucher_id: UUID


async def refund_all(db: Db, merchant_id: UUID, deal_id: UUID, asker: Asker) -> DealRun:
    """Stop a deal and give back all that is unused of it; a run under way is not begun again. Refusals: not_found, reason_needed."""
    reason = reason_of(asker.reason)
    deal = await deal_of(db, merchant_id, deal_id)
    if deal is None or deal.status == "draft" or asker.by_id is None:
        raise NotFound
    if deal.status == "on":
        await stop(db, merchant_id, deal_id, asker.by_id, reason)
    await db.run(
        """
        insert into refunds.deal_runs (merchant_id, deal_id, by_id, actor, reason, at, total)
        values (:merchant, :deal, :by, :actor, :reason, :now, (
          select count(*) from checkout.orders o join checkout.sold s on s.merchant_id = o.merchant_id and s.order_id = o.order_id
          where o.merchant_id = :merchant and o.deal_id = :deal))
        on conflict (merchant_id, deal_id) where finished_at is null do nothing
        """,
        merchant=merchant_id,
        deal=deal_id,
        by=asker.by_id,
        actor=asker.actor,
        reason=reason,
        now=clock.now(),
    )
    await wake(db)
    run = await db.one(
        DealRun,
        """
        select merchant_id, run_id, deal_id, reason, at, total, passed, refunded, amount, finished_at
        from refunds.deal_runs where merchant_id = :merchant and deal_id = :deal and finished_at is null
        """,
        merchant=merchant_id,
        deal=deal_id,
    )
    assert run is not None
    return run


@every_minute
async def refund_some(db: Db) -> int:
    """A chunk of a run; how many orders it dealt with, 1 for a run that has come to its end."""
    run = await db.one(
        Run,
        """
        select merchant_id, run_id, deal_id, by_id, actor, reason, after_id, at from refunds.deal_runs
        where finished_at is null order by at, run_id limit 1 for update skip locked
        """,
    )
    if run is None:
        return 0
    asker = Asker(run.actor, run.by_id, "deal", run.reason)
    unfilled = await _open_orders(db, run)
    if unfilled:
        return await _end_unfilled(db, run, unfilled, asker)
    sold = await _next_sold(db, run)
    await void_unused(db, run.merchant_id, sorted(sale.voucher_id for sale in sold), run.by_id, run.reason)
    done = await refund_ended(db, run.merchant_id, [sale.voucher_id for sale in sold], asker)
    await db.run(
        """
        update refunds.deal_runs set passed = passed + :passed, refunded = refunded + :refunded, amount = amount + :amount,
          after_id = :after, finished_at = case when :passed = 0 then :now::timestamptz end
        where merchant_id = :merchant and run_id = :run
        """,
        passed=len(sold),
        refunded=sum(len(refund.vouchers) for refund in done),
        amount=sum(refund.amount for refund in done),
        after=sold[-1].order_id if sold else run.after_id,
        now=clock.now(),
        merchant=run.merchant_id,
        run=run.run_id,
    )
    await announce(db, f"person:{run.by_id}", "deal")
    return max(1, len(sold))


async def _open_orders(db: Db, run: Run) -> list[OpenOrder]:
    return await db.all(
        OpenOrder,
        """
        select order_id, status, group_id is not null as in_group from checkout.orders
        where merchant_id = :merchant and deal_id = :deal and status in ('waiting', 'held', 'paid') and at <= :upto
        order by order_id limit :most
        """,
        merchant=run.merchant_id,
        deal=run.deal_id,
        upto=run.at + MEANWHILE,
        most=CHUNK,
    )


async def _end_unfilled(db: Db, run: Run, orders: list[OpenOrder], asker: Asker) -> int:
    """What waits or is held is dropped, what was paid goes back; groups end by themselves, since the deal is stopped: wait for them."""
    alone = [order for order in orders if not order.in_group]
    dropped = await release(db, run.merchant_id, sorted(order.order_id for order in alone if order.status != "paid"), "stopped")
    back = await give_back(db, run.merchant_id, [order.order_id for order in alone if order.status == "paid"], asker)
    if back:
        await db.run(
            "update refunds.deal_runs set amount = amount + :amount where merchant_id = :merchant and run_id = :run",
            amount=sum(refund.amount for refund in back),
            merchant=run.merchant_id,
            run=run.run_id,
        )
    return len(dropped) + len(back)


async def _next_sold(db: Db, run: Run) -> list[Sale]:
    return await db.all(
        Sale,
        """
        select o.order_id, s.voucher_id from (
          select merchant_id, order_id from checkout.orders
          where merchant_id = :merchant and deal_id = :deal and status = 'fulfilled' and order_id > :after and at <= :upto
          order by order_id limit :most) o
        join checkout.sold s on s.merchant_id = o.merchant_id and s.order_id = o.order_id
        order by o.order_id, s.voucher_id
        """,
        merchant=run.merchant_id,
        deal=run.deal_id,
        after=run.after_id,
        upto=run.at + MEANWHILE,
        most=CHUNK,
    )
