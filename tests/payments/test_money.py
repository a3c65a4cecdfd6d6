"""Captures and refunds in the books, by the actions."""

from uuid import UUID

import pytest

from shuke.kit.db import Database, Db
from shuke.kit.refusals import Refusal
from shuke.ledger import PROVIDERS, Account, held_money
from shuke.payments import RefundWish, payment_of, refund, refunds_of
from shuke.payments.counting import capture, end
from shuke.payments.provider import Found, RefundFound
from shuke.payments.refunding import learn_refund
from tests.payments.pay_world import Ground, ground

pytestmark = pytest.mark.row("4.4")


async def books(db: Db, at: Ground) -> tuple[int, int, int]:
    """Clearing, received, refunding."""
    merchant = at.shop.merchant_id
    return (
        await held_money(db, merchant, Account(PROVIDERS["bank"], "clearing"), "EUR"),
        await held_money(db, merchant, Account(merchant, "received"), "EUR"),
        await held_money(db, merchant, Account(merchant, "refunding"), "EUR"),
    )


def paid(ref: str = "one", amount: int = 2500, currency: str = "EUR") -> Found:
    return Found("captured", ref, amount, currency)


def back(at: Ground, amount: int, key: str) -> RefundWish:
    received = Account(at.shop.merchant_id, "received")
    return RefundWish(at.shop.merchant_id, at.payment.payment_id, amount, received, "unused", None, key)


async def events(db: Db) -> list[str]:
    return await db.values(str, "select name from kit.events where name like 'payments.%' order by event_id")


async def test_the_first_capture_is_announced_and_the_second_goes_back(database: Database) -> None:
    async with database.write() as db:
        at = await ground(db)
        where = at.shop.merchant_id, at.payment.payment_id
        await capture(db, *where, paid("one"))
        await capture(db, *where, paid("one"))
        assert await books(db, at) == (-2500, 2500, 0)
        await capture(db, *where, paid("two"))
        assert await books(db, at) == (-5000, 2500, 2500)
        [returned] = await refunds_of(db, *where)
        assert (returned.amount, returned.reason) == (2500, "paid_twice")
        await learn_refund(db, where[0], returned.refund_id, RefundFound("succeeded", "r"))
        await learn_refund(db, where[0], returned.refund_id, RefundFound("succeeded", "r"))
        await learn_refund(db, where[0], returned.refund_id, RefundFound("failed", "r"))
        assert await books(db, at) == (-2500, 2500, 0)
        assert await events(db) == ["payments.PaymentCaptured", "payments.RefundEnded"]


async def test_late_wrong_and_foreign_money_is_kept_in_the_books(database: Database) -> None:
    async with database.write() as db:
        late, wrong, foreign = await ground(db), await ground(db), await ground(db)
        await end(db, late.shop.merchant_id, late.payment.payment_id, "timed_out")
        for at, found in ((late, paid()), (wrong, paid(amount=2400)), (foreign, paid(currency="CNY"))):
            await capture(db, at.shop.merchant_id, at.payment.payment_id, found)
            kept = await payment_of(db, at.shop.merchant_id, at.payment.payment_id)
            assert kept is not None
            assert kept.status == "ended"
        assert await books(db, late) == (-2500, 0, 2500)
        assert await books(db, wrong) == (-2400, 0, 2400)
        clearing = Account(PROVIDERS["bank"], "clearing")
        assert await held_money(db, foreign.shop.merchant_id, clearing, "CNY") == -2500
        assert await events(db) == ["payments.PaymentEnded"] * 3


async def test_no_more_goes_back_than_came(database: Database) -> None:
    async with database.write() as db:
        at = await ground(db)
        with pytest.raises(Refusal, match="nothing_left"):
            await refund(db, back(at, 1, "early"))
        await capture(db, at.shop.merchant_id, at.payment.payment_id, paid())
        first: UUID = await refund(db, back(at, 1500, "a"))
        assert await refund(db, back(at, 1500, "a")) == first
        with pytest.raises(Refusal, match="idempotency_key_reused"):
            await refund(db, back(at, 1400, "a"))
        with pytest.raises(Refusal, match="nothing_left"):
            await refund(db, back(at, 1001, "b"))
        await refund(db, back(at, 1000, "b"))
        assert await books(db, at) == (-2500, 0, 2500)
