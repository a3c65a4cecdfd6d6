"""The test bank: a provider like the others with a little book of its own, except that no money moves."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Literal
from uuid import UUID

import msgspec

from shuke.kit.db import Database, Db
from shuke.payments.provider import Forged, Found, Notice, RefundFound, Started, State
from shuke.payments.types import Payment, RefundRow

SIGNATURE = "bank-signature"
BankState = Literal["open", "silent", "paid", "failed", "closed"]
SAYS: dict[BankState, State] = {
    "open": "pending",
    "silent": "unknown",
    "paid": "captured",
    "failed": "ended",
    "closed": "ended",
}


class BankPayment(msgspec.Struct, frozen=True):
    """A payment in the bank's book."""

    title: str
    amount: int
    currency: str
    state: BankState
    paid_ref: str
    refuses_refunds: bool


async def booked(db: Db, merchant_id: UUID, payment_id: UUID) -> BankPayment | None:
    """What the bank's book says."""
    return await db.one(
        BankPayment,
        """
        select title, amount, currency, state, paid_ref, refuses_refunds from payments.bank_payments
        where merchant_id = :merchant and payment_id = :payment
        """,
        merchant=merchant_id,
        payment=payment_id,
    )


async def bank_key(db: Db) -> bytes:
    """What the bank signs its notices with: made at first use, the same for every process."""
    key = await db.value(bytes, "select key from payments.bank_keys where bank = 'bank'")
    if key is not None:
        return key
    await db.run(
        "insert into payments.bank_keys (bank, key) values ('bank', :key) on conflict do nothing", key=secrets.token_bytes(32)
    )
    return await bank_key(db)


def sign(key: bytes, body: bytes) -> str:
    """The signature of a notice."""
    return hmac.digest(key, body, hashlib.sha256).hex()


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
            expected = sign(await bank_key(db), body)
        if not hmac.compare_digest(expected.encode(), headers.get(SIGNATURE, "").encode()):
            raise Forged
        try:
            return msgspec.json.decode(body, type=Notice)
        except msgspec.MsgspecError as error:
            raise Forged from error

    async def refund(self, refund: RefundRow, payment: Payment) -> RefundFound:
        """Written once; one that the bank refused may be tried again."""
        async with self._database.write() as db:
            await db.run(
                """
                insert into payments.bank_refunds as r (merchant_id, refund_id, payment_id, amount, state)
                select merchant_id, :refund, payment_id, :amount, case when refuses_refunds then 'failed' else 'succeeded' end
                from payments.bank_payments where merchant_id = :merchant and payment_id = :payment and state <> 'silent'
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
                "select state from payments.bank_refunds where merchant_id = :merchant and refund_id = :refund",
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
                update payments.bank_payments set state = 'closed'
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
