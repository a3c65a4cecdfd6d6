"""A payment from a card given back to it on its day: whole or in part, in the parts in which it was paid.

Of the first x minor units that come back of a payment of p with bonus b, x * b / p are bonus, rounded down; the rest is own money.
So rounding favours the guest, and a whole return gives back exactly what was taken.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from shuke.kit import clock, ids
from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.kit.i18n import gettext as _
from shuke.kit.live import announce
from shuke.kit.refusals import NotFound, Refusal
from shuke.ledger import Account, Move, move
from shuke.merchants import Till
from shuke.storedvalue.journal import Line, note
from shuke.storedvalue.types import StoredReturn, StoredReturned


class Spent(msgspec.Struct, frozen=True):
    """A payment whose row is held; `of_today` by its store's clock."""

    merchant_id: UUID
    spend_id: UUID
    person_id: UUID
    store_id: UUID
    currency: str
    stored: int
    bonus: int
    stored_returned: int
    bonus_returned: int
    of_today: bool

    @property
    def left(self) -> int:
        """What can still come back."""
        return self.stored + self.bonus - self.stored_returned - self.bonus_returned


class Kept(msgspec.Struct, frozen=True):
    """A return that was made before under a key."""

    merchant_id: UUID
    return_id: UUID
    spend_id: UUID
    person_id: UUID
    stored: int
    bonus: int
    at: datetime


async def give_back(db: Db, till: Till, spend_id: UUID, amount: int | None, reason: str, key: str) -> StoredReturn:
    """Give back `amount`, or all that is left of a payment of this store. The same key again gives the same result.

    Refusals: not_found, too_late (the store's day is over), nothing_left, more_than_paid, idempotency_key_reused.
    """
    spent = await _hold(db, till.merchant_id, spend_id)
    if spent is None or spent.store_id != till.store_id:
        raise NotFound
    kept = await _kept(db, till.merchant_id, key)
    if kept is not None:
        if kept.spend_id != spend_id or amount not in (None, kept.stored + kept.bonus):
            raise Refusal("idempotency_key_reused", _("This key was used before for another request."))
        return StoredReturn(kept.merchant_id, kept.return_id, spend_id, kept.person_id, kept.stored, kept.bonus, kept.at)
    if not spent.of_today:
        raise Refusal("too_late", _("A payment can be given back until the end of its day."))
    if not spent.left:
        raise Refusal("nothing_left", _("All of this payment has been given back."))
    if amount is not None and amount > spent.left:
        raise Refusal("more_than_paid", _("This is more than is left of the payment."), left=spent.left)
    return await _return(db, spent, amount or spent.left, Why(till.staff_id, reason, key))


class Why(msgspec.Struct, frozen=True):
    """Who gives back, why, and under which key."""

    staff_id: UUID | None
    reason: str
    key: str


async def give_back_purchase(db: Db, merchant_id: UUID, purchase_id: UUID) -> None:
    """A purchase was taken back: what was paid of it from the card goes back there; once more does nothing."""
    spends = await db.values(
        UUID,
        "select spend_id from storedvalue.spends where merchant_id = :merchant and purchase_id = :purchase order by spend_id",
        merchant=merchant_id,
        purchase=purchase_id,
    )
    for spend_id in spends:
        spent = await _hold(db, merchant_id, spend_id)
        if spent is not None and spent.left:
            await _return(db, spent, spent.left, Why(None, "purchase taken back", f"{purchase_id} back {spend_id}"))


async def _hold(db: Db, merchant_id: UUID, spend_id: UUID) -> Spent | None:
    """The payment, locked until the transaction ends."""
    return await db.one(
        Spent,
        """
        select p.merchant_id, p.spend_id, p.person_id, p.store_id, m.currency, p.stored, p.bonus, p.stored_returned, p.bonus_returned,
          (p.at at time zone s.zone)::date = (:now::timestamptz at time zone s.zone)::date as of_today
        from storedvalue.spends p
        join merchants.stores s on s.merchant_id = p.merchant_id and s.store_id = p.store_id
        join merchants.merchants m on m.merchant_id = p.merchant_id
        where p.merchant_id = :merchant and p.spend_id = :spend for no key update of p
        """,
        now=clock.now(),
        merchant=merchant_id,
        spend=spend_id,
    )


async def _kept(db: Db, merchant_id: UUID, key: str) -> Kept | None:
    return await db.one(
        Kept,
        """
        select merchant_id, return_id, spend_id, person_id, stored, bonus, at from storedvalue.returns
        where merchant_id = :merchant and request_key = :key
        """,
        merchant=merchant_id,
        key=key,
    )


def parts(stored: int, bonus: int, returned: int, amount: int) -> tuple[int, int]:
    """Own money and bonus of the next `amount` that comes back, when `returned` has come back before."""
    paid = stored + bonus
    of_bonus = bonus * (returned + amount) // paid - bonus * returned // paid
    return amount - of_bonus, of_bonus


async def _return(db: Db, spent: Spent, amount: int, why: Why) -> StoredReturn:
    stored, bonus = parts(spent.stored, spent.bonus, spent.stored_returned + spent.bonus_returned, amount)
    shop, guest, return_id, now = spent.merchant_id, spent.person_id, ids.uuid7(), clock.now()
    await db.run(
        """
        with given as (
          update storedvalue.spends set stored_returned = stored_returned + :stored, bonus_returned = bonus_returned + :bonus
          where merchant_id = :merchant and spend_id = :spend returning merchant_id, spend_id, person_id
        )
        insert into storedvalue.returns (merchant_id, return_id, spend_id, person_id, staff_id, stored, bonus, reason, request_key, at)
        select merchant_id, :made, spend_id, person_id, :staff, :stored, :bonus, :reason, :key, :now from given
        """,
        stored=stored,
        bonus=bonus,
        merchant=shop,
        spend=spent.spend_id,
        staff=why.staff_id,
        reason=why.reason,
        key=why.key,
        now=now,
        made=return_id,
    )
    moves = []
    if stored:
        moves.append(
            Move(shop, Account(shop, "payable"), Account(guest, "stored"), spent.currency, stored, "return", return_id)
        )
    if bonus:
        moves.append(
            Move(shop, Account(shop, "bonus_used"), Account(guest, "bonus"), spent.currency, bonus, "return", return_id)
        )
    await move(db, moves)
    await note(db, [Line(shop, guest, "return", stored, bonus, return_id, spent.store_id, why.staff_id)])
    await record(db, StoredReturned(shop, return_id, spent.spend_id, guest, spent.store_id, stored))
    await announce(db, f"person:{guest}", "wallet")
    return StoredReturn(shop, return_id, spent.spend_id, guest, stored, bonus, now)
