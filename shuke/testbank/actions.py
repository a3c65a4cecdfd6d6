"""What one can do at the test bank: pay, fail, stay silent, pay twice or late. Those who press at one moment are served together."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.batch import Batcher, rounds
from shuke.kit.db import Database, Db
from shuke.kit.i18n import _
from shuke.kit.ids import uuid7
from shuke.kit.refusals import NotFound, Refusal
from shuke.payments import Notice, Payment, State
from shuke.testbank.bank import bank_key, booked, is_on, sign
from shuke.testbank.post import LEASE, Post
from shuke.testbank.types import Act, BankPayment, BankState, Letter, Posted, Press

AFTER = timedelta(seconds=5)  # our time limit, when a payment is to be late
UNSENT = ("pay_late", "pay_unheard")  # their notices come later, or never
CLOSED = _("The bank has closed this payment: it was paid, refused, or its time was over.")


class _Turned(msgspec.Struct, frozen=True):
    payment_id: UUID
    ref: str


class Window:
    """Where this process's presses meet: first they are done in the bank's book, then the bank tells us by signed notices."""

    def __init__(self, database: Database) -> None:
        self._press = Batcher(database, press)
        self._post = Post(database)

    async def __call__(self, payment: Payment, act: Act) -> None:
        """Do it, and have it told; a notice that doesn't get through now is sent again. Whoever calls it holds no connection.

        Refusals: not_found (there is no test bank here), bank_closed.
        """
        if not is_on():
            raise NotFound
        for posted in await self._press(Press(payment, act)):
            await self._post.send(posted)


async def act_at_bank(database: Database, payment: Payment, act: Act) -> None:
    """The same for one who is alone."""
    await Window(database)(payment, act)


async def press(db: Db, presses: Sequence[Press]) -> list[Sequence[Posted] | Refusal]:
    """Do it in the book; the notices that are to be sent now. Refusals: not_found, bank_closed."""
    key = await bank_key(db)
    letters: list[Letter] = []
    outcomes: dict[int, Sequence[Posted] | Refusal] = {}
    paying = [i for i, one in enumerate(presses) if one.act == "pay"]
    for some in rounds(paying, lambda i: presses[i].payment.payment_id):
        refs = await _pay(db, [presses[i].payment for i in some])
        for i in some:
            payment = presses[i].payment
            ref = refs.get(payment.payment_id)
            if ref is None:
                outcomes[i] = Refusal("bank_closed", CLOSED)
            else:
                letter = _letter(key, payment, "captured", ref)
                letters.append(letter)
                outcomes[i] = [letter.posted]
    for i, one in enumerate(presses):
        if i not in outcomes:
            try:
                told = await _act(db, key, one)
            except Refusal as refusal:
                outcomes[i] = refusal
            else:
                letters += told
                outcomes[i] = [] if one.act in UNSENT else [letter.posted for letter in told]
    await _write(db, letters)
    return [outcomes[i] for i in range(len(presses))]


async def _pay(db: Db, payments: Sequence[Payment]) -> dict[UUID, str]:
    """Those that could still be paid, with the bank's number for it."""
    turned = await db.all(
        _Turned,
        """
        update testbank.payments b set state = 'paid', paid_ref = p.ref
        from (select * from unnest(:merchants::uuid[], :payments::uuid[], :refs::text[]) as p(merchant_id, payment_id, ref)
          order by merchant_id, payment_id) as p
        where b.merchant_id = p.merchant_id and b.payment_id = p.payment_id and b.state in ('open', 'silent')
        returning b.payment_id, b.paid_ref as ref
        """,
        merchants=[payment.merchant_id for payment in payments],
        payments=[payment.payment_id for payment in payments],
        refs=[uuid7().hex for _payment in payments],
    )
    return {one.payment_id: one.ref for one in turned}


async def _act(db: Db, key: bytes, one: Press) -> list[Letter]:
    """The notices of anything rarer."""
    payment, act = one.payment, one.act
    kept = await booked(db, payment.merchant_id, payment.payment_id)
    if kept is None:
        raise NotFound
    if act in ("refuse_refunds", "allow_refunds"):
        await _refuse(db, payment, refuses=act == "refuse_refunds")
        return []
    if act == "time_out":
        await _turn(db, payment, "silent")
        return []
    if act == "pay_late":
        late = max(payment.until + AFTER, clock.now())
        return [msgspec.structs.replace(_letter(key, payment, "captured", uuid7().hex), due_at=late)]
    if act == "fail":
        await _turn(db, payment, "failed")
        return [_letter(key, payment, "ended", "")]
    return await _pay_strangely(db, key, one, kept)


async def _pay_strangely(db: Db, key: bytes, one: Press, kept: BankPayment) -> list[Letter]:
    """Twice, or with a notice that gets lost."""
    letters = []
    if one.act != "pay_twice" or kept.state != "paid":
        ref = uuid7().hex
        await _turn(db, one.payment, "paid", ref)
        letters.append(_letter(key, one.payment, "captured", ref))
    if one.act == "pay_unheard":
        return [msgspec.structs.replace(letter, due_at=None) for letter in letters]
    return [*letters, _letter(key, one.payment, "captured", uuid7().hex)]


async def _turn(db: Db, payment: Payment, state: BankState, ref: str = "") -> None:
    turned = await db.run(
        """
        update testbank.payments set state = :state, paid_ref = :ref
        where merchant_id = :merchant and payment_id = :payment and state in ('open', 'silent')
        """,
        merchant=payment.merchant_id,
        payment=payment.payment_id,
        state=state,
        ref=ref,
    )
    if not turned:
        raise Refusal("bank_closed", CLOSED)


async def _refuse(db: Db, payment: Payment, *, refuses: bool) -> None:
    await db.run(
        "update testbank.payments set refuses_refunds = :refuses where merchant_id = :merchant and payment_id = :payment",
        merchant=payment.merchant_id,
        payment=payment.payment_id,
        refuses=refuses,
    )


def _letter(key: bytes, payment: Payment, state: State, ref: str) -> Letter:
    """A notice that is sent now, and again if that fails."""
    notice_id = uuid7()
    paid = state == "captured"
    amount, currency = (payment.amount, payment.currency) if paid else (0, "")
    notice = Notice(notice_id.hex, payment.merchant_id, payment.payment_id, None, state, ref, amount, currency)
    body = msgspec.json.encode(notice)
    posted = Posted(payment.merchant_id, notice_id, body, sign(key, body))
    return Letter(posted, payment.payment_id, clock.now() + LEASE)


async def _write(db: Db, letters: Sequence[Letter]) -> None:
    if letters:
        await db.run(
            """
            insert into testbank.notices (merchant_id, notice_id, payment_id, body, signature, due_at)
            select * from unnest(:merchants::uuid[], :notices::uuid[], :payments::uuid[], :bodies::bytea[], :signatures::text[],
              :dues::timestamptz[])
            """,
            merchants=[letter.posted.merchant_id for letter in letters],
            notices=[letter.posted.notice_id for letter in letters],
            payments=[letter.payment_id for letter in letters],
            bodies=[letter.posted.body for letter in letters],
            signatures=[letter.posted.signature for letter in letters],
            dues=[letter.due_at for letter in letters],
        )
