"""What settlement does when others announce something."""

from shuke.checkout import use_back, use_up
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.refunds import UseRefunded
from shuke.settlement.write import drop_use, note_stored, note_stored_return, note_use, refund_use, was_refunded
from shuke.storedvalue import StoredPaid, StoredReturned
from shuke.vouchers import VoucherRedeemed, VoucherReturned


@on(VoucherRedeemed)
async def use_sold(db: Db, event: VoucherRedeemed) -> None:
    """The use of a sold voucher is due in an hour; one that was undone before this was heard never was."""
    undone = await db.value(
        int,
        "select 1 from vouchers.undos where merchant_id = :merchant and redemption_id = :redemption",
        merchant=event.merchant_id,
        redemption=event.redemption_id,
    )
    if undone is not None:
        return
    share = await use_up(db, event.merchant_id, event.voucher_id, event.redemption_id)
    if share is not None:
        await note_use(db, share)


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
