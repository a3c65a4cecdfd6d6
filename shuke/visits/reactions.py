"""Visits follow what happens at the tills, and what the visits room holds about a person."""

from collections.abc import Sequence
from uuid import UUID

from shuke.kit.db import Db
from shuke.kit.events import on, on_many
from shuke.people import PersonErased, exports
from shuke.purchases import PurchaseRecorded, PurchaseReversed
from shuke.visits.actions import Seen, note, take_back
from shuke.vouchers import VoucherRedeemed, VoucherReturned


@on_many(VoucherRedeemed)
async def note_redeemed(db: Db, events: Sequence[VoucherRedeemed]) -> None:
    """Who used a voucher was there, unless that was undone meanwhile."""
    seen = await db.all(
        Seen,
        """
        select r.merchant_id, r.store_id as place_id, r.person_id, r.redemption_id as reference, r.at
        from unnest(:merchants::uuid[], :redemptions::uuid[]) as e(merchant_id, redemption_id)
        join vouchers.redemptions r on r.merchant_id = e.merchant_id and r.redemption_id = e.redemption_id
        where not exists (select from vouchers.undos u where u.merchant_id = r.merchant_id and u.redemption_id = r.redemption_id)
        """,
        merchants=[event.merchant_id for event in events],
        redemptions=[event.redemption_id for event in events],
    )
    await note(db, "redemption", seen)


@on_many(PurchaseRecorded)
async def note_bought(db: Db, events: Sequence[PurchaseRecorded]) -> None:
    """A known guest who bought was there, unless the purchase was taken back meanwhile."""
    seen = await db.all(
        Seen,
        """
        select p.merchant_id, p.store_id as place_id, p.person_id, p.purchase_id as reference, p.at
        from unnest(:merchants::uuid[], :purchases::uuid[]) as e(merchant_id, purchase_id)
        join purchases.purchases p on p.merchant_id = e.merchant_id and p.purchase_id = e.purchase_id
        where p.person_id is not null and not exists (
          select from purchases.reversals r where r.merchant_id = p.merchant_id and r.purchase_id = p.purchase_id)
        """,
        merchants=[event.merchant_id for event in events],
        purchases=[event.purchase_id for event in events],
    )
    await note(db, "purchase", seen)


@on_many(VoucherReturned)
async def undo_redeemed(db: Db, events: Sequence[VoucherReturned]) -> None:
    """A use that was undone proves nothing any more."""
    await take_back(db, "redemption", [event.person_id for event in events], [event.redemption_id for event in events])


@on_many(PurchaseReversed)
async def undo_bought(db: Db, events: Sequence[PurchaseReversed]) -> None:
    """Neither does a purchase that was taken back."""
    known = [(event.person_id, event.purchase_id) for event in events if event.person_id is not None]
    await take_back(db, "purchase", [person_id for person_id, _ in known], [purchase_id for _, purchase_id in known])


@on(PersonErased)
async def forget(db: Db, event: PersonErased) -> None:
    """Where somebody was goes with her; the shop's own records stay."""
    await db.run("delete from visits.visits where person_id = :person", person=event.person_id)
    await db.run("delete from visits.settings where person_id = :person", person=event.person_id)


@exports("visits.visits")
async def _visits(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(v)::text from visits.visits v where person_id = :person order by at, visit_id", person=person_id
    )


@exports("visits.proofs")
async def _proofs(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(p)::text from visits.proofs p where person_id = :person order by at, reference", person=person_id
    )


@exports("visits.settings")
async def _settings(db: Db, person_id: UUID) -> list[str]:
    return await db.values(str, "select to_json(s)::text from visits.settings s where person_id = :person", person=person_id)
