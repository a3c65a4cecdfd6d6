"""What the storedvalue room does when others announce something, and what it holds about a person."""

from collections.abc import Sequence
from uuid import UUID

from shuke.kit.db import Db
from shuke.kit.events import on, on_many
from shuke.kit.live import announce
from shuke.payments import PaymentCaptured, PaymentEnded, RefundEnded
from shuke.people import PersonErased, exports
from shuke.purchases import PurchaseReversed
from shuke.storedvalue.give_back import give_back_purchase
from shuke.storedvalue.refunds import refund_ended, refund_erased, refund_returned
from shuke.storedvalue.topups import end_topup, store
from shuke.storedvalue.types import StoredPaid, StoredReturned


@on_many(PaymentCaptured)
async def store_top_up(db: Db, events: Sequence[PaymentCaptured]) -> None:
    """Money for a top-up is stored."""
    for event in events:
        if event.purpose == "top_up":
            await store(db, event)


@on(PaymentEnded)
async def end_top_up(db: Db, event: PaymentEnded) -> None:
    """A top-up that will not be paid is over."""
    if event.purpose == "top_up":
        await end_topup(db, event)


@on(RefundEnded)
async def note_refund(db: Db, event: RefundEnded) -> None:
    """A part of a refund has arrived, or could not."""
    await refund_ended(db, event)


@on(PurchaseReversed)
async def give_back_paid(db: Db, event: PurchaseReversed) -> None:
    """What was paid from the card goes back to it with the purchase."""
    await give_back_purchase(db, event.merchant_id, event.purchase_id)


@on(PersonErased)
async def send_back_all(db: Db, event: PersonErased) -> None:
    """An erased person's money goes back to where it came from."""
    await refund_erased(db, event.person_id)


@on(StoredPaid)
async def show_paid(db: Db, event: StoredPaid) -> None:
    """The guest's phone shows the receipt by itself, the store's list of the day too."""
    await announce(db, f"person:{event.person_id}", "wallet")
    await announce(db, f"till:{event.merchant_id}:{event.store_id}", "today")


@on(StoredReturned)
async def show_returned_money(db: Db, event: StoredReturned) -> None:
    """So they do when it comes back."""
    await announce(db, f"till:{event.merchant_id}:{event.store_id}", "today")


@on(StoredReturned)
async def send_on_returned(db: Db, event: StoredReturned) -> None:
    """What comes back to the card of somebody who was erased meanwhile goes on to where it came from."""
    await refund_returned(db, event.merchant_id, event.person_id)


@exports("storedvalue.topups")
async def _topups(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        "select to_json(t)::text from storedvalue.topups t where person_id = :person order by at, topup_id",
        person=person_id,
    )


@exports("storedvalue.spends")
async def _spends(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        "select (to_jsonb(s) - 'step')::text from storedvalue.spends s where person_id = :person order by at, spend_id",
        person=person_id,
    )


@exports("storedvalue.returns")
async def _returns(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        "select to_json(r)::text from storedvalue.returns r where person_id = :person order by at, return_id",
        person=person_id,
    )


@exports("storedvalue.refunds")
async def _refunds(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        """
        select (to_jsonb(r) || jsonb_build_object('parts', (select jsonb_agg(to_jsonb(p)) from storedvalue.refund_parts p
          where p.merchant_id = r.merchant_id and p.refund_id = r.refund_id)))::text
        from storedvalue.refunds r where person_id = :person order by at, refund_id
        """,
        person=person_id,
    )


@exports("storedvalue.moves")
async def _moves(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(m)::text from storedvalue.moves m where person_id = :person order by at, move_id", person=person_id
    )


@exports("storedvalue.purses")
async def _purses(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        "select to_json(p)::text from storedvalue.purses p where person_id = :person order by merchant_id",
        person=person_id,
    )
