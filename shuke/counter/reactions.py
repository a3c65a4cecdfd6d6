"""What the counter does when others announce something: open pages of guest and shop look again."""

from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.kit.live import announce
from shuke.vouchers import VoucherIssued, VoucherRedeemed, VoucherReturned


@on(VoucherRedeemed)
async def show_redeemed(db: Db, event: VoucherRedeemed) -> None:
    """The guest's wallet and the store's list of the day change by themselves."""
    await announce(db, f"person:{event.person_id}", "wallet")
    await announce(db, f"till:{event.merchant_id}:{event.store_id}", "today")


@on(VoucherReturned)
async def show_returned(db: Db, event: VoucherReturned) -> None:
    """So they do after an undo."""
    await announce(db, f"person:{event.person_id}", "wallet")
    await announce(db, f"till:{event.merchant_id}:{event.store_id}", "today")


@on(VoucherIssued)
async def show_issued(db: Db, event: VoucherIssued) -> None:
    """A new voucher appears in an open wallet."""
    await announce(db, f"person:{event.person_id}", "wallet")
