"""What the refunds room does when others announce something."""

from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.kit.live import announce
from shuke.payments import RefundEnded
from shuke.people import exports
from shuke.refunds.actions import refund_ended
from shuke.refunds.types import OrderRefunded
from shuke.vouchers import VouchersEnded


@on(VouchersEnded)
async def give_back_unused(db: Db, event: VouchersEnded) -> None:
    """What was bought and has ended unused comes back by itself."""
    await refund_ended(db, event.merchant_id, event.vouchers)


@on(RefundEnded)
async def note_end(db: Db, event: RefundEnded) -> None:
    """The provider paid back, or refused to; a failed one may be tried again and end once more."""
    noted = await db.run(
        """
        update refunds.refunds set status = :status, ended_at = :now where merchant_id = :merchant and returned_id = :returned
        """,
        status=event.status,
        now=clock.now(),
        merchant=event.merchant_id,
        returned=event.refund_id,
    )
    if noted:
        await announce(db, f"person:{event.person_id}", "orders")


@on(OrderRefunded)
async def tell_buyer(db: Db, event: OrderRefunded) -> None:
    """Her open pages show where the money is."""
    await announce(db, f"person:{event.person_id}", "orders")


@exports("refunds.refunds")
async def _refunds(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        "select to_json(r)::text from refunds.refunds r where person_id = :person order by merchant_id, refund_id",
        person=person_id,
    )
