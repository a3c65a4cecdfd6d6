"""What the receipts room does when others announce something, and what it holds about a person."""

from uuid import UUID

from shuke.checkout import OrderFulfilled
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.payments import RefundEnded
from shuke.payouts import PayoutMade, PayoutReturned
from shuke.people import PersonErased, exports
from shuke.receipts.guests import order_receipt, refund_letter, topup_receipt
from shuke.receipts.staff import payout_letter, returned_letter
from shuke.storedvalue import TopUpStored


@on(OrderFulfilled)
async def write_order(db: Db, event: OrderFulfilled) -> None:
    """A receipt, also for the one whose group is full."""
    await order_receipt(db, event)


@on(TopUpStored)
async def write_topup(db: Db, event: TopUpStored) -> None:
    """A receipt."""
    await topup_receipt(db, event)


@on(RefundEnded)
async def write_refund(db: Db, event: RefundEnded) -> None:
    """Where her money is: also that of a group that did not fill."""
    await refund_letter(db, event)


@on(PayoutMade)
async def write_payout(db: Db, event: PayoutMade) -> None:
    """The statement that it pays."""
    await payout_letter(db, event)


@on(PayoutReturned)
async def write_returned(db: Db, event: PayoutReturned) -> None:
    """What is to be done about it."""
    await returned_letter(db, event)


@on(PersonErased)
async def forget_person(db: Db, event: PersonErased) -> None:
    """What she was written about."""
    await db.run("delete from receipts.sent where person_id = :person", person=event.person_id)


@exports("receipts.sent")
async def _sent(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(s)::text from receipts.sent s where person_id = :person order by at, about", person=person_id
    )
