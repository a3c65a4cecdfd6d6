"""Reads of the storedvalue room."""

from collections.abc import Sequence
from uuid import UUID

from shuke.kit.db import Db
from shuke.storedvalue.types import Offer, PayCall, Purse, Rules, StoredPayment, Terms, TopUp


async def terms_of(db: Db, merchant_id: UUID) -> Terms:
    """What a merchant has set."""
    rules = await db.one(
        Rules,
        """
        select r.open, r.free_amounts, r.smallest, r.largest, r.most, r.merchant_id, m.name as merchant_name, m.currency,
          m.status = 'approved' as approved
        from storedvalue.rules r join merchants.merchants m on m.merchant_id = r.merchant_id where r.merchant_id = :merchant
        """,
        merchant=merchant_id,
    )
    offers = await db.all(
        Offer,
        "select pay, bonus, offer_id from storedvalue.offers where merchant_id = :merchant and ended_at is null order by pay",
        merchant=merchant_id,
    )
    return Terms(rules, offers)


async def purses_of(db: Db, person_id: UUID, merchant_id: UUID | None = None) -> list[Purse]:
    """A person's money at the shops where she ever stored some, or at one shop; there also where it only takes top-ups."""
    return await db.all(
        Purse,
        """
        select m.merchant_id, m.name as merchant_name, m.currency,
          coalesce((select balance from ledger.accounts a where a.merchant_id = m.merchant_id and a.holder_id = :person
            and a.kind = 'stored' and a.unit = m.currency), 0)::bigint as stored,
          coalesce((select balance from ledger.accounts a where a.merchant_id = m.merchant_id and a.holder_id = :person
            and a.kind = 'bonus' and a.unit = m.currency), 0)::bigint as bonus,
          coalesce((select sum(t.pay) from storedvalue.topups t where t.merchant_id = m.merchant_id and t.person_id = :person
            and t.status = 'asked'), 0)::bigint as coming,
          coalesce(r.open and m.status = 'approved', false) as open,
          exists (select from cards.memberships c where c.merchant_id = m.merchant_id and c.person_id = :person
            and c.left_at is null) as member
        from (
          select merchant_id from storedvalue.purses where person_id = :person and (:merchant::uuid is null or merchant_id = :merchant)
          union select merchant_id from storedvalue.rules where merchant_id = :merchant) p
        join merchants.merchants m on m.merchant_id = p.merchant_id
        left join storedvalue.rules r on r.merchant_id = m.merchant_id
        order by m.name, m.merchant_id
        """,
        person=person_id,
        merchant=merchant_id,
    )


async def purse_of(db: Db, merchant_id: UUID, person_id: UUID) -> Purse | None:
    """A person's money at one merchant; None where it takes no top-ups and never took one of hers."""
    found = await purses_of(db, person_id, merchant_id)
    return found[0] if found else None


async def topup_of(db: Db, merchant_id: UUID, person_id: UUID, topup_id: UUID) -> TopUp | None:
    """One of a person's own top-ups."""
    return await db.one(
        TopUp,
        """
        select merchant_id, topup_id, person_id, pay, bonus, payment_id, status, why, at from storedvalue.topups
        where merchant_id = :merchant and topup_id = :topup and person_id = :person
        """,
        merchant=merchant_id,
        topup=topup_id,
        person=person_id,
    )


class Keyed(StoredPayment, frozen=True):
    """A payment with the key it was made under."""

    request_key: str


async def payments_by_key(db: Db, calls: Sequence[PayCall]) -> dict[tuple[UUID, str], StoredPayment]:
    """The payments that were made under the keys of these calls."""
    found = await db.all(
        Keyed,
        """
        select s.merchant_id, s.spend_id, s.person_id, s.store_id, s.staff_id, s.purchase_id, s.asked, s.stored, s.bonus,
          s.asked - s.stored - s.bonus as left, s.stored_left, s.bonus_left, s.stored_returned + s.bonus_returned as returned, s.at,
          s.request_key
        from unnest(:merchants::uuid[], :keys::text[]) as c(merchant_id, request_key)
        join storedvalue.spends s using (merchant_id, request_key)
        """,
        merchants=[call.merchant_id for call in calls],
        keys=[call.key for call in calls],
    )
    return {
        (one.merchant_id, one.request_key): StoredPayment(*(getattr(one, name) for name in StoredPayment.__struct_fields__))
        for one in found
    }


async def payment_of(db: Db, merchant_id: UUID, spend_id: UUID) -> StoredPayment | None:
    """One payment from a card."""
    return await db.one(
        StoredPayment,
        """
        select merchant_id, spend_id, person_id, store_id, staff_id, purchase_id, asked, stored, bonus, asked - stored - bonus as left,
          stored_left, bonus_left, stored_returned + bonus_returned as returned, at
        from storedvalue.spends where merchant_id = :merchant and spend_id = :spend
        """,
        merchant=merchant_id,
        spend=spend_id,
    )


async def payments_of_purchase(db: Db, merchant_id: UUID, purchase_id: UUID) -> list[StoredPayment]:
    """What was paid of a purchase from the guest's card."""
    return await db.all(
        StoredPayment,
        """
        select merchant_id, spend_id, person_id, store_id, staff_id, purchase_id, asked, stored, bonus, asked - stored - bonus as left,
          stored_left, bonus_left, stored_returned + bonus_returned as returned, at
        from storedvalue.spends where merchant_id = :merchant and purchase_id = :purchase order by at, spend_id
        """,
        merchant=merchant_id,
        purchase=purchase_id,
    )
