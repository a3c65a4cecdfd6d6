"""Ended: vouchers that were paid for and can't be used any more; those who hold the money must hear of each."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import record_all
from shuke.kit.live import announce_all
from shuke.vouchers.types import Ended, VouchersEnded

MOST = 500  # vouchers in one event


class Gone(msgspec.Struct, frozen=True):
    """A voucher that was changed: where it came from, and what it is now."""

    merchant_id: UUID
    voucher_id: UUID
    person_id: UUID
    source: str
    status: str


async def tell_ended(db: Db, gone: Sequence[Gone]) -> None:
    """Announce those of them that came from a purchase and are voided or expired."""
    by_merchant: dict[UUID, list[UUID]] = {}
    for one in gone:
        if one.source == "purchase" and one.status in ("voided", "expired"):
            by_merchant.setdefault(one.merchant_id, []).append(one.voucher_id)
    await record_all(
        db,
        [
            VouchersEnded(merchant_id, tuple(vouchers[at : at + MOST]))
            for merchant_id, vouchers in by_merchant.items()
            for at in range(0, len(vouchers), MOST)
        ],
    )


async def let_go(db: Db, gone: Sequence[Gone]) -> None:
    """Out of the holders' wallets: by a statement of its own, which also sees a row that an undo brought back while we waited."""
    await db.run(
        """
        delete from vouchers.wallet_vouchers w
        using unnest(:people::uuid[], :merchants::uuid[], :vouchers::uuid[]) as g(person_id, merchant_id, voucher_id)
        where w.person_id = g.person_id and w.merchant_id = g.merchant_id and w.voucher_id = g.voucher_id
        """,
        people=[one.person_id for one in gone],
        merchants=[one.merchant_id for one in gone],
        vouchers=[one.voucher_id for one in gone],
    )


async def void_unused(db: Db, merchant_id: UUID, vouchers: Sequence[UUID], by: UUID, reason: str) -> list[Ended]:
    """Void those of these vouchers that can still be used; the others are not in the answer. It is not announced: what follows is up
    to the caller, in the same transaction. A till that redeems at the same moment is before or after it, never between."""
    gone = await db.all(
        Gone,
        """
        with unused as (
          select merchant_id, voucher_id from vouchers.vouchers
          where merchant_id = :merchant and voucher_id = any(:vouchers) and status in ('issued', 'held', 'gifting')
          order by voucher_id for update
        ), gone as (
          update vouchers.vouchers v set status = 'voided' from unused u
          where v.merchant_id = u.merchant_id and v.voucher_id = u.voucher_id
          returning v.merchant_id, v.voucher_id, v.person_id, v.source, v.status
        ), noted as (
          insert into vouchers.voidings (merchant_id, voucher_id, staff_id, reason, at)
          select merchant_id, voucher_id, :by, :reason, :now from gone
        )
        select merchant_id, voucher_id, person_id, source, status from gone
        """,
        merchant=merchant_id,
        vouchers=list(vouchers),
        by=by,
        reason=reason[:500],
        now=clock.now(),
    )
    await let_go(db, gone)
    await announce_all(db, [f"person:{person_id}" for person_id in {one.person_id for one in gone}], "wallet")
    return await ended_of(db, merchant_id, [one.voucher_id for one in gone])


async def ended_of(db: Db, merchant_id: UUID, vouchers: Sequence[UUID]) -> list[Ended]:
    """Those of these vouchers that are voided or expired."""
    return await db.all(
        Ended,
        """
        select v.voucher_id, v.person_id, v.uses_left, t.uses
        from vouchers.vouchers v join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        where v.merchant_id = :merchant and v.voucher_id = any(:vouchers) and v.status in ('voided', 'expired')
        """,
        merchant=merchant_id,
        vouchers=list(vouchers),
    )
