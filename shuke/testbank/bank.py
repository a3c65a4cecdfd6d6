"""The test bank: a provider like the others with a little book of its own, except that no money moves."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from uuid import UUID

import msgspec

from shuke.kit.db import Database, Db
from shuke.payments import ADAPTERS, Forged, Found, Notice, Payment, RefundFound, RefundRow, Started, State
from shuke.testbank.types import BankPayment, BankState

SIGNATURE = "bank-signature"
SAYS: dict[BankState, State] = {
    "open": "pending",
    "silent": "unknown",
    "paid": "captured",
    "failed": "ended",
    "closed": "ended",
}


def is_on() -> bool:
    """SHUKE_TEST_BANK is 1 or 0; without it, on as long as nobody has begun to set up a real provider."""
    told = os.environ.get("SHUKE_TEST_BANK", "")
    real = [name for name, adapter in ADAPTERS.items() if not adapter.books]
    begun = any(key.startswith(f"SHUKE_{name.upper()}_") for name in real for key in os.environ)
    return told == "1" or (told != "0" and not begun)


async def book(db: Db, payment: Payment) -> None:
    """A payment of ours that can be paid at the bank from now on."""
    await db.run(
        """
        insert into testbank.payments (merchant_id, payment_id, title, amount, currency, until)
        values (:merchant, :payment, :title, :amount, :currency, :until)
        """,
        merchant=payment.merchant_id,
        payment=payment.payment_id,
        title=payment.title,
        amount=payment.amount,
        currency=payment.currency,
        until=payment.until,
    )


async def booked(db: Db, merchant_id: UUID, payment_id: UUID) -> BankPayment | None:
    """What the bank's book says."""
    return await db.one(
        BankPayment,
        """
        select title, amount, currency, state, paid_ref, refuses_refunds from testbank.payments
        where merchant_id = :merchant and payment_id = :payment
        """,
        merchant=merchant_id,
        payment=payment_id,
    )


async def bank_key(db: Db) -> bytes:
    """What the bank signs its notices with: made at first use, the same for every process."""
    key = await db.value(bytes, "select key from testbank.keys where bank = 'bank'")
    if key is not None:
        return key
    await db.run(
        "insert into testbank.keys (bank, key) values ('bank', :key) on conflict do nothing", key=secrets.token_bytes(32)
    )
    return await bank_key(db)


def sign(key: bytes, body: bytes) -> str:
    """The signature of a notice."""
    return hmac.digest(key, body, hashlib.sha256).hex()


def read(key: bytes, signature: str, body: bytes) -> Notice:
    """A notice, or Forged."""
    if not hmac.compare_digest(sign(key, body).encode(), signature.encode()):
        raise Forged
    try:
        return msgspec.json.decode(body, type=Notice)
    except msgspec.MsgspecError as error:
        raise Forged from error


class Bank:
    """The test bank as a provider, over its own book."""

    name = "bank"
    accepted = "ok"

    def __init__(self, database: Database) -> None:
        self._database = database

    async def start(self, payment: Payment, notify_url: str, return_url: str) -> Started:
        """It was booked with the payment itself."""
        return Started(payment.url, None, "", "started" if notify_url and return_url else "failed")

    async def query(self, payment: Payment) -> Found:
        """Its state in the book."""
        async with self._database.read() as db:
            return _found(await booked(db, payment.merchant_id, payment.payment_id))

    async def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Signed with the bank's key, or forged."""
        async with self._database.read() as db:
            key = await bank_key(db)
        return read(key, headers.get(SIGNATURE, ""), body)

    async def refund(self, refund: RefundRow, payment: Payment) -> RefundFound:
        """Written once; one that the bank refused may be tried again."""
        async with self._database.write() as db:
            await db.run(
                """
                insert into testbank.refunds as r (merchant_id, refund_id, payment_id, amount, state)
                select merchant_id, :refund, payment_id, :amount, case when refuses_refunds then 'failed' else 'succeeded' end
                from testbank.payments where merchant_id = :merchant and payment_id = :payment and state <> 'silent'
                on conflict (merchant_id, refund_id) do update set state = excluded.state where r.state = 'failed'
                """,
                merchant=payment.merchant_id,
                payment=payment.payment_id,
                refund=refund.refund_id,
                amount=refund.amount,
            )
        return await self.query_refund(refund, payment)

    async def query_refund(self, refund: RefundRow, payment: Payment) -> RefundFound:
        """Its state in the book."""
        async with self._database.read() as db:
            state = await db.value(
                str,
                "select state from testbank.refunds where merchant_id = :merchant and refund_id = :refund",
                merchant=payment.merchant_id,
                refund=refund.refund_id,
            )
        if state is None:
            return RefundFound("unknown")
        return RefundFound("failed" if state == "failed" else "succeeded", refund.refund_id.hex)

    async def close(self, payment: Payment) -> Found:
        """Nobody can pay it any more."""
        async with self._database.write() as db:
            await db.run(
                """
                update testbank.payments set state = 'closed'
                where merchant_id = :merchant and payment_id = :payment and state in ('open', 'silent')
                """,
                merchant=payment.merchant_id,
                payment=payment.payment_id,
            )
        return await self.query(payment)


def _found(kept: BankPayment | None) -> Found:
    if kept is None:
        return Found("ended")
    return Found(SAYS[kept.state], kept.paid_ref, kept.amount, kept.currency)
