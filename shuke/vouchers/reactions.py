"""What the vouchers room does when others announce something."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import on, on_many
from shuke.kit.live import announce_all
from shuke.people import PersonErased, exports
from shuke.vouchers.ended import Gone, ended_of, tell_ended
from shuke.vouchers.types import VoucherRedeemed, VouchersEnded


class Left(msgspec.Struct, frozen=True):
    """A row of a wallet whose voucher has no use left."""

    merchant_id: UUID
    person_id: UUID
    voucher_id: UUID


@on_many(VoucherRedeemed)
async def let_go_again(db: Db, events: Sequence[VoucherRedeemed]) -> None:
    """A till that waited for an undo and took the last use right away could not yet see the wallet's row come back: it goes now.

    The voucher is locked in that rare case only, so that no other till waits for a reaction.
    """
    left = await db.all(
        Left,
        """
        select w.merchant_id, w.person_id, w.voucher_id
        from unnest(:merchants::uuid[], :people::uuid[], :vouchers::uuid[]) as e(merchant_id, person_id, voucher_id)
        join vouchers.wallet_vouchers w
          on w.person_id = e.person_id and w.merchant_id = e.merchant_id and w.voucher_id = e.voucher_id
        join vouchers.vouchers v on v.merchant_id = w.merchant_id and v.voucher_id = w.voucher_id and v.person_id = w.person_id
        where v.uses_left = 0 order by w.voucher_id
        """,
        merchants=[event.merchant_id for event in events],
        people=[event.person_id for event in events],
        vouchers=[event.voucher_id for event in events],
    )
    for one in left:
        await _let_go(db, one)


async def _let_go(db: Db, left: Left) -> None:
    await db.run(
        "select from vouchers.vouchers where merchant_id = :merchant and voucher_id = :voucher for update",
        merchant=left.merchant_id,
        voucher=left.voucher_id,
    )
    await db.run(
        """
        delete from vouchers.wallet_vouchers w using vouchers.vouchers v
        where w.person_id = :person and w.merchant_id = :merchant and w.voucher_id = :voucher
          and v.merchant_id = w.merchant_id and v.voucher_id = w.voucher_id and v.uses_left = 0
        """,
        person=left.person_id,
        merchant=left.merchant_id,
        voucher=left.voucher_id,
    )


@on(PersonErased)
async def void_what_is_left(db: Db, event: PersonErased) -> None:
    """What an erased person could still use is void, by herself; what was redeemed stays."""
    gone = await db.all(
        Gone,
        """
        with voided as (
          update vouchers.vouchers set status = 'voided' where person_id = :person and status in ('issued', 'held', 'gifting')
          returning merchant_id, voucher_id, person_id, source, status
        ), noted as (
          insert into vouchers.voidings (merchant_id, voucher_id, staff_id, reason, at)
          select merchant_id, voucher_id, :person, 'account erased', :now from voided on conflict do nothing
        )
        select merchant_id, voucher_id, person_id, source, status from voided
        """,
        person=event.person_id,
        now=clock.now(),
    )
    await db.run("delete from vouchers.wallet_vouchers where person_id = :person", person=event.person_id)
    await tell_ended(db, gone)


@on(VouchersEnded)
async def show_ended(db: Db, event: VouchersEnded) -> None:
    """Open wallets from which these vouchers went look again."""
    people = {one.person_id for one in await ended_of(db, event.merchant_id, event.vouchers)}
    await announce_all(db, [f"person:{person_id}" for person_id in people], "wallet")


@exports("vouchers.vouchers")
async def _vouchers(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        """
        select (to_jsonb(v) || jsonb_build_object('title', t.title, 'merchant', m.name))::text
        from vouchers.vouchers v
        join vouchers.templates t using (merchant_id, template_id)
        join merchants.merchants m using (merchant_id)
        where v.person_id = :person order by v.issued_at, v.voucher_id
        """,
        person=person_id,
    )


@exports("vouchers.redemptions")
async def _redemptions(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        "select to_json(r)::text from vouchers.redemptions r where person_id = :person order by at, redemption_id",
        person=person_id,
    )
