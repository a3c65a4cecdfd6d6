"""Reads of the deals room."""

from uuid import UUID

from shuke.deals.types import Deal, DealStep
from shuke.kit import clock
from shuke.kit.cursor import Cursor
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound
from shuke.merchants import merchant_card


async def deal_of(db: Db, merchant_id: UUID, deal_id: UUID) -> Deal | None:
    """One deal, in whatever state."""
    return await db.one(
        Deal,
        """
        select d.merchant_id, d.deal_id, m.name as merchant_name, d.template_id, d.vouchers_each, d.title, d.about, d.terms, d.price,
          d.value, m.currency, d.stock, d.starts_at, d.ends_at, d.per_person, d.flash, d.hold_seconds, d.group_size, d.group_price,
          d.group_hours, case when d.status <> 'on' then d.status when d.ends_at <= :now then 'ended'
            when m.status <> 'approved' or t.status <> 'active' then 'stopped' else 'on' end as status, t.zone, d.own_template, d.created_at,
          array(select p.photo_id from deals.photos p where p.merchant_id = d.merchant_id and p.deal_id = d.deal_id
            order by p.position, p.photo_id) as photos
        from deals.deals d
        join merchants.merchants m on m.merchant_id = d.merchant_id
        join vouchers.templates t on t.merchant_id = d.merchant_id and t.template_id = d.template_id
        where d.merchant_id = :merchant and d.deal_id = :deal
        """,
        merchant=merchant_id,
        deal=deal_id,
        now=clock.now(),
    )


async def shown_deal(db: Db, merchant_id: UUID, deal_id: UUID) -> Deal:
    """A deal as everybody may see it, also when it is stopped or over. Refusal: not_found, also for a draft."""
    deal = await deal_of(db, merchant_id, deal_id)
    card = await merchant_card(db, merchant_id)
    if deal is None or card is None or deal.status == "draft" or card.status != "approved":
        raise NotFound
    return deal


async def public_deals(db: Db, merchant_id: UUID) -> list[Deal]:
    """A merchant's deals that can be bought now or soon, the first to end first; at most 100."""
    return await db.all(
        Deal,
        """
        select d.merchant_id, d.deal_id, m.name as merchant_name, d.template_id, d.vouchers_each, d.title, d.about, d.terms, d.price,
          d.value, m.currency, d.stock, d.starts_at, d.ends_at, d.per_person, d.flash, d.hold_seconds, d.group_size, d.group_price,
          d.group_hours, d.status, t.zone, d.own_template, d.created_at,
          array(select p.photo_id from deals.photos p where p.merchant_id = d.merchant_id and p.deal_id = d.deal_id
            order by p.position, p.photo_id) as photos
        from deals.deals d
        join merchants.merchants m on m.merchant_id = d.merchant_id and m.status = 'approved'
        join vouchers.templates t on t.merchant_id = d.merchant_id and t.template_id = d.template_id and t.status = 'active'
        where d.merchant_id = :merchant and d.status = 'on' and d.ends_at > :now
        order by d.ends_at, d.deal_id limit 100
        """,
        merchant=merchant_id,
        now=clock.now(),
    )


async def deals_around(db: Db, after: Cursor | None = None, most: int = 20, holder: UUID | None = None) -> list[Deal]:
    """What all merchants sell at this moment, the first to end first; only of shops whose card `holder` has, if one is named."""
    return await db.all(
        Deal,
        """
        select d.merchant_id, d.deal_id, m.name as merchant_name, d.template_id, d.vouchers_each, d.title, d.about, d.terms, d.price,
          d.value, m.currency, d.stock, d.starts_at, d.ends_at, d.per_person, d.flash, d.hold_seconds, d.group_size, d.group_price,
          d.group_hours, d.status, t.zone, d.own_template, d.created_at,
          array(select p.photo_id from deals.photos p where p.merchant_id = d.merchant_id and p.deal_id = d.deal_id
            order by p.position, p.photo_id) as photos
        from deals.deals d
        join merchants.merchants m on m.merchant_id = d.merchant_id and m.status = 'approved'
        join vouchers.templates t on t.merchant_id = d.merchant_id and t.template_id = d.template_id and t.status = 'active'
        where d.status = 'on' and d.ends_at > :now and d.starts_at <= :now
          and (:at::timestamptz is null or (d.ends_at, d.deal_id) > (:at, :after::uuid))
          and (:holder::uuid is null or exists (select from cards.memberships c
            where c.merchant_id = d.merchant_id and c.person_id = :holder and c.left_at is null))
        order by d.ends_at, d.deal_id limit :most
        """,
        now=clock.now(),
        at=after.at if after else None,
        after=after.row_id if after else None,
        holder=holder,
        most=most,
    )


async def deals_of(db: Db, merchant_id: UUID, status: str = "", before: Cursor | None = None, most: int = 50) -> list[Deal]:
    """A merchant's deals in its own list, the newest first; the next page begins before the last one of this."""
    return await db.all(
        Deal,
        """
        select * from (
          select d.merchant_id, d.deal_id, m.name as merchant_name, d.template_id, d.vouchers_each, d.title, d.about, d.terms, d.price,
            d.value, m.currency, d.stock, d.starts_at, d.ends_at, d.per_person, d.flash, d.hold_seconds, d.group_size, d.group_price,
            d.group_hours, case when d.status <> 'on' then d.status when d.ends_at <= :now then 'ended'
              when m.status <> 'approved' or t.status <> 'active' then 'stopped' else 'on' end as status, t.zone, d.own_template, d.created_at,
            array(select p.photo_id from deals.photos p where p.merchant_id = d.merchant_id and p.deal_id = d.deal_id
              order by p.position, p.photo_id) as photos
          from deals.deals d
          join merchants.merchants m on m.merchant_id = d.merchant_id
          join vouchers.templates t on t.merchant_id = d.merchant_id and t.template_id = d.template_id
          where d.merchant_id = :merchant and (:at::timestamptz is null or (d.created_at, d.deal_id) < (:at, :before::uuid))
        ) found
        where :status = '' or status = :status
        order by created_at desc, deal_id desc limit :most
        """,
        merchant=merchant_id,
        status=status,
        now=clock.now(),
        at=before.at if before else None,
        before=before.row_id if before else None,
        most=most,
    )


async def steps_of(db: Db, merchant_id: UUID, deal_id: UUID) -> list[DealStep]:
    """What staff did with a deal, the last first; at most 100."""
    return await db.all(
        DealStep,
        """
        select s.step, s.amount, s.reason, p.name as person, s.at
        from deals.steps s join people.people p on p.person_id = s.person_id
        where s.merchant_id = :merchant and s.deal_id = :deal order by s.step_id desc limit 100
        """,
        merchant=merchant_id,
        deal=deal_id,
    )
