"""Undoing: within an hour, by the same merchant, with a key of its own; the voucher comes back as it was."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal
from shuke.vouchers.ended import Gone, tell_ended
from shuke.vouchers.types import Redemption, VoucherReturned

WITHIN = timedelta(hours=1)


async def undo(
    db: Db, merchant_id: UUID, staff_id: UUID, redemption_id: UUID, reason: str, key: str, within: timedelta = WITHIN
) -> Redemption:
    """Take a use back: what happened at the till did not happen, whatever became of the voucher since. What was voided or has
    expired meanwhile gets its use back too, so that the counts are right, but stays voided or expired: nobody can use it.

    Refusals: not_found, too_late, already_undone. The same key again gives the same result.
    """
    now = clock.now()
    back = await db.one(
        Gone,
        """
        with holder as (
          select p.person_id, p.erased_at is not null as erased from vouchers.redemptions r join people.people p on p.person_id = r.person_id
          where r.merchant_id = :merchant and r.redemption_id = :redemption for share of p
        ), undone as (
          insert into vouchers.undos (merchant_id, redemption_id, staff_id, request_key, reason, at)
          select r.merchant_id, r.redemption_id, :staff, :key, :reason, :now from vouchers.redemptions r
          where r.merchant_id = :merchant and r.redemption_id = :redemption and r.at > :since
          on conflict do nothing returning merchant_id, redemption_id
        ), back as (
          update vouchers.vouchers v set uses_left = v.uses_left + 1, status = case
            when v.status <> 'redeemed' then v.status when h.erased then 'voided' else 'issued' end
          from undone u join vouchers.redemptions r on r.merchant_id = u.merchant_id and r.redemption_id = u.redemption_id
          join holder h on h.person_id = r.person_id
          where v.merchant_id = r.merchant_id and v.voucher_id = r.voucher_id
          returning v.merchant_id, v.voucher_id, v.person_id, v.code, v.template_id, v.starts_at, v.ends_at, v.source, v.status, h.erased
        ), voided as (
          insert into vouchers.voidings (merchant_id, voucher_id, staff_id, reason, at)
          select merchant_id, voucher_id, person_id, 'account erased', :now from back where erased and status = 'voided'
          on conflict do nothing
        ), carried as (
          insert into vouchers.wallet_vouchers (person_id, merchant_id, voucher_id, code, title, kind, value, starts_at, ends_at)
          select b.person_id, b.merchant_id, b.voucher_id, b.code, t.title, t.kind, t.value, b.starts_at, b.ends_at
          from back b join vouchers.templates t on t.merchant_id = b.merchant_id and t.template_id = b.template_id
          where b.status = 'issued' and b.ends_at > :now
          on conflict (person_id, merchant_id, voucher_id) do update set title = excluded.title
        )
        select merchant_id, voucher_id, person_id, source, status from back
        """,
        staff=staff_id,
        key=key,
        reason=reason[:500],
        now=now,
        merchant=merchant_id,
        redemption=redemption_id,
        since=now - within,
    )
    redemption = await _redemption(db, merchant_id, redemption_id)
    if redemption is None:
        raise NotFound
    if back is None:
        await _explain(db, merchant_id, redemption, key)
        return redemption
    await record(
        db, VoucherReturned(merchant_id, redemption_id, redemption.voucher_id, redemption.person_id, redemption.store_id)
    )
    await tell_ended(db, [back])
    return redemption


async def _explain(db: Db, merchant_id: UUID, redemption: Redemption, key: str) -> None:
    """Nothing was undone: fine when this key had done it before, else a refusal."""
    undone_by = await db.value(
        str,
        "select request_key from vouchers.undos where merchant_id = :merchant and redemption_id = :redemption",
        merchant=merchant_id,
        redemption=redemption.redemption_id,
    )
    if undone_by == key:
        return
    if undone_by is not None:
        raise Refusal("already_undone", _("This redemption was undone before."))
    if redemption.at <= clock.now() - WITHIN:
        raise Refusal("too_late", _("A redemption can be undone within one hour."), at=redemption.at.isoformat())
    raise Refusal("idempotency_key_reused", _("This key was used before for another request."))


async def _redemption(db: Db, merchant_id: UUID, redemption_id: UUID) -> Redemption | None:
    return await db.one(
        Redemption,
        """
        select r.merchant_id, r.redemption_id, r.voucher_id, r.person_id, r.store_id, r.staff_id, v.code, t.title, t.kind, t.value, t.gives,
          v.uses_left, r.bill, r.discount, r.at, r.request_key
        from vouchers.redemptions r
        join vouchers.vouchers v on v.merchant_id = r.merchant_id and v.voucher_id = r.voucher_id
        join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        where r.merchant_id = :merchant and r.redemption_id = :redemption
        """,
        merchant=merchant_id,
        redemption=redemption_id,
    )


async def undone_of(db: Db, redemptions: Sequence[tuple[UUID, UUID]]) -> set[UUID]:
    """Those of these (merchant, redemption) that were undone."""
    found = await db.values(
        UUID,
        """
        select u.redemption_id from unnest(:merchants::uuid[], :redemptions::uuid[]) as r(merchant_id, redemption_id)
        join vouchers.undos u on u.merchant_id = r.merchant_id and u.redemption_id = r.redemption_id
        """,
        merchants=[merchant_id for merchant_id, _redemption in redemptions],
        redemptions=[redemption_id for _merchant, redemption_id in redemptions],
    )
    return set(found)
