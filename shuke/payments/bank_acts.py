"""What one can do at the test bank: pay, fail, stay silent, pay twice or late; and how its notices are delivered."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal
from uuid import UUID

import asyncpg
import msgspec
import structlog

from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.errands import errand
from shuke.kit.i18n import gettext as _
from shuke.kit.ids import uuid7
from shuke.kit.refusals import NotFound, Refusal
from shuke.payments.bank import SIGNATURE, Bank, BankPayment, BankState, bank_key, booked, sign
from shuke.payments.notices import take_notice
from shuke.payments.provider import Notice, State
from shuke.payments.queries import bank_is_on
from shuke.payments.types import Payment

Act = Literal["pay", "pay_unheard", "pay_twice", "pay_late", "fail", "time_out", "refuse_refunds", "allow_refunds"]

AFTER = timedelta(seconds=5)  # our time limit, when a payment is to be late
LEASE = timedelta(seconds=30)
MOST = 50

log = structlog.get_logger()


class Posted(msgspec.Struct, frozen=True):
    """A notice on its way."""

    merchant_id: UUID
    notice_id: UUID
    body: bytes
    signature: str


async def act_at_bank(database: Database, payment: Payment, act: Act) -> None:
    """Do it in the bank's book, then tell us by a signed notice; one that doesn't get through now is sent again.

    Takes connections of its own: whoever calls it holds none. Refusals: not_found (there is no test bank here), bank_closed.
    """
    if not bank_is_on():
        raise NotFound
    async with database.write() as db:
        posted = await _act(db, payment.merchant_id, payment.payment_id, act)
    await _deliver(database, posted)


async def _act(db: Db, merchant_id: UUID, payment_id: UUID, act: Act) -> list[Posted]:
    """The notices that are to be sent now."""
    kept = await booked(db, merchant_id, payment_id)
    if kept is None:
        raise NotFound
    if act in ("refuse_refunds", "allow_refunds"):
        await db.run(
            "update payments.bank_payments set refuses_refunds = :refuses where merchant_id = :merchant and payment_id = :payment",
            merchant=merchant_id,
            payment=payment_id,
            refuses=act == "refuse_refunds",
        )
        return []
    if act == "time_out":
        await _turn(db, merchant_id, payment_id, "silent")
        return []
    if act == "pay_late":
        await _tell(db, merchant_id, payment_id, kept, "captured", late=True)
        return []
    if act == "fail":
        await _turn(db, merchant_id, payment_id, "failed")
        return [await _tell(db, merchant_id, payment_id, kept, "ended")]
    return await _pay(db, merchant_id, payment_id, kept, act)


async def _pay(db: Db, merchant_id: UUID, payment_id: UUID, kept: BankPayment, act: Act) -> list[Posted]:
    posted = []
    if act != "pay_twice" or kept.state != "paid":
        ref = uuid7().hex
        await _turn(db, merchant_id, payment_id, "paid", ref)
        first = await _tell(db, merchant_id, payment_id, kept, "captured", ref=ref, lost=act == "pay_unheard")
        posted += [] if act == "pay_unheard" else [first]
    if act == "pay_twice":
        posted.append(await _tell(db, merchant_id, payment_id, kept, "captured"))
    return posted


async def _turn(db: Db, merchant_id: UUID, payment_id: UUID, state: BankState, ref: str = "") -> None:
    turned = await db.run(
        """
        update payments.bank_payments set state = :state, paid_ref = :ref
        where merchant_id = :merchant and payment_id = :payment and state in ('open', 'silent')
        """,
        merchant=merchant_id,
        payment=payment_id,
        state=state,
        ref=ref,
    )
    if not turned:
        raise Refusal("bank_closed", _("The bank has closed this payment: it was paid, refused, or its time was over."))


async def _tell(
    db: Db, merchant_id: UUID, payment_id: UUID, kept: BankPayment, state: State, *, ref: str = "", **way: bool
) -> Posted:
    """A notice to be sent: now, and again if that fails; `late`; or never when it gets `lost`."""
    notice_id = uuid7()
    paid = state == "captured"
    notice = Notice(
        notice_id.hex,
        merchant_id,
        payment_id,
        None,
        state,
        (ref or uuid7().hex) if paid else "",
        kept.amount if paid else 0,
        kept.currency if paid else "",
    )
    body = msgspec.json.encode(notice)
    posted = Posted(merchant_id, notice_id, body, sign(await bank_key(db), body))
    await db.run(
        """
        insert into payments.bank_notices (merchant_id, notice_id, payment_id, body, signature, due_at)
        select :merchant, :notice, :payment, :body, :signature, case when :lost then null when :late then greatest(until + :after, :now)
          else :lease end
        from payments.bank_payments where merchant_id = :merchant and payment_id = :payment
        """,
        merchant=merchant_id,
        notice=notice_id,
        payment=payment_id,
        body=body,
        signature=posted.signature,
        lost=way.get("lost", False),
        late=way.get("late", False),
        after=AFTER,
        now=clock.now(),
        lease=clock.now() + LEASE,
    )
    return posted


@errand("bank")
async def post_notices(database: Database, _lane: str) -> int:
    """Deliver what is due, as long as we don't take it; how many."""
    async with database.write() as db:
        posted = await _claim(db)
    return await _deliver(database, posted)


async def _claim(db: Db) -> list[Posted]:
    """Notices that are due; nobody else sends them for a while."""
    return await db.all(
        Posted,
        """
        update payments.bank_notices n set due_at = :lease, attempts = attempts + 1
        where (merchant_id, notice_id) in (
          select merchant_id, notice_id from payments.bank_notices
          where due_at <= :now order by due_at limit :most for update skip locked)
        returning n.merchant_id, n.notice_id, n.body, n.signature
        """,
        most=MOST,
        now=clock.now(),
        lease=clock.now() + LEASE,
    )


async def _deliver(database: Database, posted: Sequence[Posted]) -> int:
    for one in sorted(posted, key=lambda one: one.notice_id):
        try:
            async with database.write() as db:
                await take_notice(db, Bank(database), {SIGNATURE: one.signature}, one.body)
                await db.run(
                    "update payments.bank_notices set due_at = null where merchant_id = :merchant and notice_id = :notice",
                    merchant=one.merchant_id,
                    notice=one.notice_id,
                )
        except (Refusal, asyncpg.PostgresError) as error:
            log.warning("bank's notice was not taken", notice=str(one.notice_id), error=repr(error))
    return len(posted)
