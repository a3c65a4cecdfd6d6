"""What happened between a person and her shops: joins, purchases, redemptions, points, newest first."""

from datetime import UTC, datetime
from uuid import UUID

from shuke.kit.cursor import Cursor
from shuke.kit.db import Db
from shuke.wallet.types import History, HistoryItem

PAGE = 30
END, LAST = datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1)  # the first page: everything is before this


async def history_of(db: Db, person_id: UUID, before: Cursor | None, most: int = PAGE) -> History:
    """One page; each shop gives at most a page of each kind, by its own index."""
    found = await _visits(db, person_id, before, most + 1) + await _points(db, person_id, before, most + 1)
    found.sort(key=lambda item: (item.at, item.item_id), reverse=True)
    shown = found[:most]
    more = len(found) > most
    return History(shown, Cursor(shown[-1].at, shown[-1].item_id).text if more else None)


async def _visits(db: Db, person_id: UUID, before: Cursor | None, most: int) -> list[HistoryItem]:
    return await db.all(
        HistoryItem,
        """
        with shop as (
          select merchant_id from cards.wallet_cards where person_id = :person
          union select merchant_id from claims.taken where person_id = :person
        ), happened as (
          select m.merchant_id as item_id, 'joined' as kind, m.joined_at as at, m.merchant_id, null::uuid as store_id, '' as detail,
            null::bigint as amount, null::bigint as points, m.left_at is not null as undone
          from shop s join cards.memberships m on m.merchant_id = s.merchant_id and m.person_id = :person
          where (m.joined_at, m.merchant_id) < (:at, :item)
          union all
          select p.purchase_id, 'purchase', p.at, p.merchant_id, p.store_id, '', p.total - p.discount, p.points, p.undone
          from shop s cross join lateral (
            select b.purchase_id, b.at, b.merchant_id, b.store_id, b.total, b.discount, b.points, r.purchase_id is not null as undone
            from purchases.purchases b
            left join purchases.reversals r on r.merchant_id = b.merchant_id and r.purchase_id = b.purchase_id
            where b.merchant_id = s.merchant_id and b.person_id = :person and (b.at, b.purchase_id) < (:at, :item)
            order by b.at desc, b.purchase_id desc limit :most) p
          union all
          select p.redemption_id, 'redemption', p.at, p.merchant_id, p.store_id, p.title, p.discount, null, p.undone
          from shop s cross join lateral (
            select r.redemption_id, r.at, r.merchant_id, r.store_id, t.title, r.discount, u.redemption_id is not null as undone
            from vouchers.redemptions r
            join vouchers.vouchers v on v.merchant_id = r.merchant_id and v.voucher_id = r.voucher_id
            join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
            left join vouchers.undos u on u.merchant_id = r.merchant_id and u.redemption_id = r.redemption_id
            where r.merchant_id = s.merchant_id and r.person_id = :person and (r.at, r.redemption_id) < (:at, :item)
            order by r.at desc, r.redemption_id desc limit :most) p
        )
        select h.item_id, h.kind, h.at, h.merchant_id, m.name as merchant_name, m.currency, coalesce(o.name, '') as store,
          coalesce(o.zone, '') as zone, h.detail, h.amount, h.points, h.undone
        from happened h
        join merchants.merchants m on m.merchant_id = h.merchant_id
        left join merchants.stores o on o.merchant_id = h.merchant_id and o.store_id = h.store_id
        order by h.at desc, h.item_id desc limit :most
        """,
        person=person_id,
        at=before.at if before else END,
        item=before.row_id if before else LAST,
        most=most,
    )


async def _points(db: Db, person_id: UUID, before: Cursor | None, most: int) -> list[HistoryItem]:
    """Points that came or went by themselves; those of a purchase stand with it."""
    return await db.all(
        HistoryItem,
        """
        with shop as (select merchant_id from cards.wallet_cards where person_id = :person)
        select f.transfer_id as item_id, 'points' as kind, f.at, f.merchant_id, m.name as merchant_name, m.currency, '' as store,
          '' as zone, f.reason as detail, null::bigint as amount,
          case when f.to_holder = :person then f.amount else -f.amount end as points, false as undone
        from shop s
        join merchants.merchants m on m.merchant_id = s.merchant_id
        cross join lateral (
          (select * from ledger.transfers where merchant_id = s.merchant_id and to_holder = :person and from_holder <> :person
            and unit = 'points' and (at, transfer_id) < (:at, :item) order by at desc, transfer_id desc limit :most)
          union all
          (select * from ledger.transfers where merchant_id = s.merchant_id and from_holder = :person and to_holder <> :person
            and unit = 'points' and (at, transfer_id) < (:at, :item) order by at desc, transfer_id desc limit :most)
        ) f
        where not (f.from_kind = 'issued' and exists (select from purchases.purchases b
          where b.merchant_id = f.merchant_id and b.purchase_id = f.reference))
        order by f.at desc, f.transfer_id desc limit :most
        """,
        person=person_id,
        at=before.at if before else END,
        item=before.row_id if before else LAST,
        most=most,
    )
