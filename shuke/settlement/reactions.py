"""What settlement does when others announce something."""

from collections.abc import Sequence

from shuke.checkout import Use, use_back, use_up
from shuke.kit.db import Db
from shuke.kit.events import on, on_many
from shuke.refunds import UseRefunded
from shuke.settlement.write import drop_use, note_stored, note_stored_return, note_uses, refund_use, was_refunded
from shuke.storedvalue import StoredPaid, StoredReturned
from shuke.vouchers import VoucherRedeemed, VoucherReturned, undone_of


@on_many(VoucherRedeemed)
async def use_sold(db: Db, events: Sequence[VoucherRedeemed]) -> None:
    """The use of a sold voucher is due in an hour; one that was undone before this was heard never was."""
    undone = await undone_of(db, [(event.merchant_id, event.redemption_id) for event in events])
    uses = [
        Use(event.merchant_id, event.voucher_id, event.redemption_id) for event in events if event.redemption_id not in undone
    ]
    await note_uses(db, await use_up(db, uses))


@on(VoucherReturned)
async def unuse_sold(db: Db, event: VoucherReturned) -> None:
    """An undone use is held again, also one whose share of the price is less than a coin."""
    await drop_use(db, event.merchant_id, event.redemption_id)
    await use_back(db, event.merchant_id, event.voucher_id, event.redemption_id)


@on(UseRefunded)
async def reverse_use(db: Db, event: UseRefunded) -> None:
    """What was paid back for a use, which is once, is taken from all who shared in it."""
    if not await was_refunded(db, event.merchant_id, event.redemption_id):
        await refund_use(db, event.merchant_id, event.redemption_id, event.amount)


@on(StoredPaid)
async def line_stored(db: Db, event: StoredPaid) -> None:
    """A payment with the guest's own money; one with bonus alone moves none."""
    if event.amount:
        await note_stored(db, event.merchant_id, event.spend_id, event.store_id, event.amount)


@on(StoredReturned)
async def line_stored_return(db: Db, event: StoredReturned) -> None:
    """Such a payment was taken back."""
    if event.amount:
        await note_stored_return(db, event.merchant_id, event.return_id, event.spend_id, event.amount)
