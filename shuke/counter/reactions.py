"""What the counter does when others announce something: open pages of guest and shop look again."""

from collections.abc import Sequence
from uuid import UUID

from shuke.kit.db import Db
from shuke.kit.events import on, on_many
from shuke.kit.i18n import gettext as _
from shuke.kit.live import announce, announce_all
from shuke.merchants import RIGHTS, employments
from shuke.people import Shortcut, shows
from shuke.vouchers import VoucherIssued, VoucherRedeemed, VoucherReturned


@on_many(VoucherRedeemed)
async def show_redeemed(db: Db, events: Sequence[VoucherRedeemed]) -> None:
    """The guest's wallet and the store's list of the day change by themselves."""
    await announce_all(db, [f"person:{event.person_id}" for event in events], "wallet")
    await announce_all(db, sorted({f"till:{event.merchant_id}:{event.store_id}" for event in events}), "today")


@on(VoucherReturned)
async def show_returned(db: Db, event: VoucherReturned) -> None:
    """So they do after an undo."""
    await announce(db, f"person:{event.person_id}", "wallet")
    await announce(db, f"till:{event.merchant_id}:{event.store_id}", "today")


@on_many(VoucherIssued)
async def show_issued(db: Db, events: Sequence[VoucherIssued]) -> None:
    """A new voucher appears in an open wallet."""
    await announce_all(db, [f"person:{event.person_id}" for event in events], "wallet")


@shows("counter")
async def _till(db: Db, person_id: UUID) -> list[Shortcut]:
    jobs = await employments(db, person_id)
    return [Shortcut("scan-barcode", _("Till"), "/till", "/till")] if any("till" in RIGHTS[job.role] for job in jobs) else []
