"""Reads of the counter: my tills, a store's day, a merchant's redemptions."""

from datetime import datetime
from uuid import UUID

from shuke.counter.types import Entry, RedemptionRow, TillPlace, Totals
from shuke.kit.cursor import Cursor
from shuke.kit.db import Db
from shuke.merchants import RIGHTS

_ROLES = sorted(role for role, rights in RIGHTS.items() if "till" in rights)


async def tills_of(db: Db, person_id: UUID, words: str = "") -> list[TillPlace]:
    """The open stores at whose till this person may stand, by name; at most 200. `words` narrows them."""
    return await db.all(
        TillPlace,
        """
        select s.merchant_id, m.name as merchant_name, s.store_id, s.name as store_name, s.street, s.city, s.zone, m.currency, e.role
        from merchants.jobs j
        join merchants.staff e on e.merchant_id = j.merchant_id and e.person_id = j.person_id and e.ended_at is null
        join merchants.merchants m on m.merchant_id = e.merchant_id and m.status = 'approved'
        join merchants.stores s on s.merchant_id = e.merchant_id and (e.store_id is null or e.store_id = s.store_id)
        where j.person_id = :person and e.role = any(:roles) and s.closed_at is null
          and strpos(lower(concat_ws(' ', m.name, s.name, s.street, s.city)), lower(:words)) > 0
        order by m.name, s.name, s.store_id limit 200
        """,
        person=person_id,
        roles=_ROLES,
        words=words,
    )


async def day_of(
    db: Db, merchant_id: UUID, store_id: UUID, since: datetime, *, only: str = "", after: Cursor | None = None, most: int = 50
) -> list[Entry]:
    """What happened at a store since `since`, the newest first; `only` is redemption, purchase or undone."""
    return await db.all(
        Entry,
        """
        select * from (
          (select 'redemption' as sort, r.redemption_id as entry_id, r.at, t.title, t.kind, t.value, t.gives, r.person_id,
            p.name as person_name, coalesce(nullif(w.name, ''), f.name, '') as staff_name, r.bill as amount, r.discount, 0::bigint as points,
            u.at as undone_at, u.reason as undone_reason, 0::bigint as from_card
          from vouchers.redemptions r
          join vouchers.vouchers v on v.merchant_id = r.merchant_id and v.voucher_id = r.voucher_id
          join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
          join people.people p on p.person_id = r.person_id
          left join merchants.staff w on w.merchant_id = r.merchant_id and w.person_id = r.staff_id
          left join people.people f on f.person_id = r.staff_id
          left join vouchers.undos u on u.merchant_id = r.merchant_id and u.redemption_id = r.redemption_id
          where r.merchant_id = :merchant and r.store_id = :store and r.at >= :since
            and (:only = '' or (:only = 'redemption' and u.at is null) or (:only = 'undone' and u.at is not null))
            and (:before_at::timestamptz is null or (r.at, r.redemption_id) < (:before_at, :before_id::uuid))
          order by r.at desc, r.redemption_id desc limit :most)
          union all
          (select 'purchase', b.purchase_id, b.at, '', '', 0, '', b.person_id, coalesce(p.name, ''),
            coalesce(nullif(w.name, ''), f.name, ''), b.total, b.discount, b.points, x.at, x.reason,
            (select coalesce(sum(c.stored + c.bonus), 0)::bigint from storedvalue.spends c
              where c.merchant_id = b.merchant_id and c.purchase_id = b.purchase_id)
          from purchases.purchases b
          left join people.people p on p.person_id = b.person_id
          left join merchants.staff w on w.merchant_id = b.merchant_id and w.person_id = b.staff_id
          left join people.people f on f.person_id = b.staff_id
          left join purchases.reversals x on x.merchant_id = b.merchant_id and x.purchase_id = b.purchase_id
          where b.merchant_id = :merchant and b.store_id = :store and b.at >= :since
            and (:only = '' or (:only = 'purchase' and x.at is null) or (:only = 'undone' and x.at is not null))
            and (:before_at::timestamptz is null or (b.at, b.purchase_id) < (:before_at, :before_id::uuid))
          order by b.at desc, b.purchase_id desc limit :most)
        ) both_sorts order by at desc, entry_id desc limit :most
        """,
        merchant=merchant_id,
        store=store_id,
        since=since,
        only=only,
        before_at=after.at if after else None,
        before_id=after.row_id if after else None,
        most=most,
    )


async def totals_of(db: Db, merchant_id: UUID, store_id: UUID, since: datetime) -> Totals:
    """The store's day in numbers: the same rows as `day_of`, counted."""
    totals = await db.one(
        Totals,
        """
        select r.redemptions, r.discount, b.purchases, b.revenue, r.undone + b.undone as undone,
          (select coalesce(-sum(c.stored + c.bonus), 0)::bigint from storedvalue.moves c where c.merchant_id = :merchant and c.at >= :since
            and c.store_id = :store and c.kind in ('payment', 'return')) as from_cards
        from (
          select count(*) filter (where u.at is null) as redemptions, coalesce(sum(r.discount) filter (where u.at is null), 0)::bigint as discount,
            count(u.at) as undone
          from vouchers.redemptions r
          left join vouchers.undos u on u.merchant_id = r.merchant_id and u.redemption_id = r.redemption_id
          where r.merchant_id = :merchant and r.store_id = :store and r.at >= :since
        ) r cross join (
          select count(*) filter (where x.at is null) as purchases,
            coalesce(sum(b.total - b.discount) filter (where x.at is null), 0)::bigint as revenue, count(x.at) as undone
          from purchases.purchases b
          left join purchases.reversals x on x.merchant_id = b.merchant_id and x.purchase_id = b.purchase_id
          where b.merchant_id = :merchant and b.store_id = :store and b.at >= :since
        ) b
        """,
        merchant=merchant_id,
        store=store_id,
        since=since,
    )
    return totals or Totals(0, 0, 0, 0, 0, 0)


async def redemptions_of(
    db: Db, merchant_id: UUID, store_id: UUID | None, after: Cursor | None, most: int
) -> list[RedemptionRow]:
    """A merchant's redemptions, or one store's, the newest first."""
    return await db.all(
        RedemptionRow,
        """
        select r.redemption_id, r.voucher_id, v.code, t.title, t.kind, t.value, t.gives, t.uses, v.uses_left,
          r.store_id, s.name as store_name, r.person_id, p.name as person_name, r.staff_id, coalesce(nullif(w.name, ''), f.name, '') as staff_name,
          r.bill, r.discount, r.at, u.at as undone_at, u.reason as undone_reason
        from vouchers.redemptions r
        join vouchers.vouchers v on v.merchant_id = r.merchant_id and v.voucher_id = r.voucher_id
        join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        join merchants.stores s on s.merchant_id = r.merchant_id and s.store_id = r.store_id
        join people.people p on p.person_id = r.person_id
        left join merchants.staff w on w.merchant_id = r.merchant_id and w.person_id = r.staff_id
        left join people.people f on f.person_id = r.staff_id
        left join vouchers.undos u on u.merchant_id = r.merchant_id and u.redemption_id = r.redemption_id
        where r.merchant_id = :merchant and (:store::uuid is null or r.store_id = :store)
          and (:before_at::timestamptz is null or (r.at, r.redemption_id) < (:before_at, :before_id::uuid))
        order by r.at desc, r.redemption_id desc limit :most
        """,
        merchant=merchant_id,
        store=store_id,
        before_at=after.at if after else None,
        before_id=after.row_id if after else None,
        most=most,
    )


async def redemption_at(db: Db, merchant_id: UUID, redemption_id: UUID) -> RedemptionRow | None:
    """One redemption of a merchant."""
    return await db.one(
        RedemptionRow,
        """
        select r.redemption_id, r.voucher_id, v.code, t.title, t.kind, t.value, t.gives, t.uses, v.uses_left,
          r.store_id, s.name as store_name, r.person_id, p.name as person_name, r.staff_id, coalesce(nullif(w.name, ''), f.name, '') as staff_name,
          r.bill, r.discount, r.at, u.at as undone_at, u.reason as undone_reason
        from vouchers.redemptions r
        join vouchers.vouchers v on v.merchant_id = r.merchant_id and v.voucher_id = r.voucher_id
        join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        join merchants.stores s on s.merchant_id = r.merchant_id and s.store_id = r.store_id
        join people.people p on p.person_id = r.person_id
        left join merchants.staff w on w.merchant_id = r.merchant_id and w.person_id = r.staff_id
        left join people.people f on f.person_id = r.staff_id
        left join vouchers.undos u on u.merchant_id = r.merchant_id and u.redemption_id = r.redemption_id
        where r.merchant_id = :merchant and r.redemption_id = :redemption
        """,
        merchant=merchant_id,
        redemption=redemption_id,
    )
