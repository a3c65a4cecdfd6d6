"""Numbers of a merchant over a span: by day, by store, by source, by template."""

from datetime import date
from uuid import UUID

import msgspec

from shuke.insight.spans import Span
from shuke.kit.db import Db


class DaySold(msgspec.Struct, frozen=True):
    """A day's sales: purchases, members who came, paid in minor units."""

    day: date
    purchases: int
    visits: int
    paid: int


class StoreSold(msgspec.Struct, frozen=True):
    """A store's sales over a span."""

    store_id: UUID
    name: str
    purchases: int
    paid: int


class DayJoined(msgspec.Struct, frozen=True):
    """How many cards began on a day."""

    day: date
    joins: int


class SourceJoined(msgspec.Struct, frozen=True):
    """How many cards began at a scene; at none where `scene_id` is null."""

    scene_id: UUID | None
    label: str
    kind: str
    store: str
    joins: int


class DayRedeemed(msgspec.Struct, frozen=True):
    """How many vouchers were used on a day, and what they took off in minor units."""

    day: date
    redemptions: int
    discount: int


class TemplateRedeemed(msgspec.Struct, frozen=True):
    """How often a template's vouchers were used over a span."""

    template_id: UUID
    title: str
    redemptions: int
    discount: int


async def sold_by_day(db: Db, merchant_id: UUID, span: Span) -> list[DaySold]:
    """Each day on which something was sold."""
    return await db.all(
        DaySold,
        """
        select (p.at at time zone :zone)::date as day, count(*) as purchases, count(distinct p.person_id) as visits,
          sum(p.total - p.discount)::bigint as paid
        from purchases.purchases p
        where p.merchant_id = :merchant and p.at >= :start and p.at < :end
          and not exists (select from purchases.reversals r where r.merchant_id = p.merchant_id and r.purchase_id = p.purchase_id)
        group by 1 order by 1
        """,
        merchant=merchant_id,
        zone=span.zone,
        start=span.start,
        end=span.end,
    )


async def sold_by_store(db: Db, merchant_id: UUID, span: Span, most: int = 20) -> list[StoreSold]:
    """The stores that sold most."""
    return await db.all(
        StoreSold,
        """
        with sold as (
          select p.store_id, count(*) as purchases, sum(p.total - p.discount)::bigint as paid
          from purchases.purchases p
          where p.merchant_id = :merchant and p.at >= :start and p.at < :end
            and not exists (select from purchases.reversals r where r.merchant_id = p.merchant_id and r.purchase_id = p.purchase_id)
          group by 1
        )
        select s.store_id, t.name, s.purchases, s.paid from sold s
        join merchants.stores t on t.merchant_id = :merchant and t.store_id = s.store_id
        order by s.paid desc, s.store_id limit :most
        """,
        merchant=merchant_id,
        start=span.start,
        end=span.end,
        most=most,
    )


async def joined_by_day(db: Db, merchant_id: UUID, span: Span) -> list[DayJoined]:
    """Each day on which somebody became a member."""
    return await db.all(
        DayJoined,
        """
        select (joined_at at time zone :zone)::date as day, count(*) as joins from cards.memberships
        where merchant_id = :merchant and joined_at >= :start and joined_at < :end group by 1 order by 1
        """,
        merchant=merchant_id,
        zone=span.zone,
        start=span.start,
        end=span.end,
    )


async def joined_by_source(db: Db, merchant_id: UUID, span: Span, most: int = 20) -> list[SourceJoined]:
    """The codes that brought most members."""
    return await db.all(
        SourceJoined,
        """
        with brought as (
          select scene_id, count(*) as joins from cards.memberships
          where merchant_id = :merchant and joined_at >= :start and joined_at < :end group by 1
        )
        select b.scene_id, coalesce(s.label, '') as label, coalesce(s.kind, '') as kind, coalesce(t.name, '') as store, b.joins
        from brought b
        left join merchants.scenes s on s.merchant_id = :merchant and s.scene_id = b.scene_id
        left join merchants.stores t on t.merchant_id = :merchant and t.store_id = s.store_id
        order by b.joins desc, b.scene_id limit :most
        """,
        merchant=merchant_id,
        start=span.start,
        end=span.end,
        most=most,
    )


async def members_until(db: Db, merchant_id: UUID, span: Span) -> int:
    """How many of those who had joined by the end of the span hold a card today."""
    return (
        await db.value(
            int,
            "select count(*) from cards.memberships where merchant_id = :merchant and joined_at < :end and left_at is null",
            merchant=merchant_id,
            end=span.end,
        )
        or 0
    )


async def redeemed_by_day(db: Db, merchant_id: UUID, span: Span) -> list[DayRedeemed]:
    """Each day on which a voucher was used."""
    return await db.all(
        DayRedeemed,
        """
        select (r.at at time zone :zone)::date as day, count(*) as redemptions, coalesce(sum(r.discount), 0)::bigint as discount
        from vouchers.redemptions r
        where r.merchant_id = :merchant and r.at >= :start and r.at < :end
          and not exists (select from vouchers.undos u where u.merchant_id = r.merchant_id and u.redemption_id = r.redemption_id)
        group by 1 order by 1
        """,
        merchant=merchant_id,
        zone=span.zone,
        start=span.start,
        end=span.end,
    )


async def redeemed_by_template(db: Db, merchant_id: UUID, span: Span, most: int = 10) -> list[TemplateRedeemed]:
    """The templates whose vouchers were used most."""
    return await db.all(
        TemplateRedeemed,
        """
        select t.template_id, t.title, count(*) as redemptions, coalesce(sum(r.discount), 0)::bigint as discount
        from vouchers.redemptions r
        join vouchers.vouchers v on v.merchant_id = r.merchant_id and v.voucher_id = r.voucher_id
        join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        where r.merchant_id = :merchant and r.at >= :start and r.at < :end
          and not exists (select from vouchers.undos u where u.merchant_id = r.merchant_id and u.redemption_id = r.redemption_id)
        group by t.template_id, t.title order by 3 desc, 1 limit :most
        """,
        merchant=merchant_id,
        start=span.start,
        end=span.end,
        most=most,
    )
