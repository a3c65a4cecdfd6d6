"""Reads of templates: their rules with what they name, and how many were given out and used."""

from datetime import datetime
from uuid import UUID

import msgspec

from shuke.kit.cursor import Cursor
from shuke.kit.db import Db
from shuke.terms import Draft, Reach, Rules


class TemplateLine(msgspec.Struct, frozen=True):
    """A template in the shop's list. `issued` vouchers, of which `open` can still be used; `redeemed` uses that stand. The rules of a
    `frozen` one don't change: some were given out, or a deal with it was published."""

    template_id: UUID
    kind: str
    title: str
    value: int
    gives: str
    status: str
    stock: int | None
    stock_initial: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    created_at: datetime
    issued: int
    open: int
    redeemed: int
    frozen: bool


class Named(msgspec.Struct, frozen=True):
    """A store or article that rules name. `part` is store, required or excluded."""

    part: str
    key: str
    name: str


class TemplateStep(msgspec.Struct, frozen=True):
    """One line of a template's log."""

    step: str
    amount: int | None
    person: str
    at: datetime


async def template_lines(
    db: Db, merchant_id: UUID, status: str = "", before: Cursor | None = None, most: int = 50
) -> list[TemplateLine]:
    """A shop's templates, the newest first; the next page begins before the last one of this."""
    return await db.all(
        TemplateLine,
        """
        select t.template_id, t.kind, t.title, t.value, t.gives, t.status, t.stock, t.stock_initial, t.starts_at, t.ends_at, t.created_at,
          coalesce(n.issued, 0) as issued, coalesce(n.open, 0) as open, coalesce(n.redeemed, 0) as redeemed,
          t.frozen_at is not null or coalesce(n.issued, 0) > 0 as frozen
        from vouchers.templates t left join lateral (
          select count(*) as issued, count(*) filter (where v.status = 'issued') as open, sum(t.uses - v.uses_left)::bigint as redeemed
          from vouchers.vouchers v where v.merchant_id = t.merchant_id and v.template_id = t.template_id) n on true
        where t.merchant_id = :merchant and (:status = '' or t.status = :status)
          and (:at::timestamptz is null or (t.created_at, t.template_id) < (:at, :template::uuid))
        order by t.created_at desc, t.template_id desc limit :most
        """,
        merchant=merchant_id,
        status=status,
        at=before.at if before else None,
        template=before.row_id if before else None,
        most=most,
    )


async def template_line(db: Db, merchant_id: UUID, template_id: UUID) -> TemplateLine | None:
    """One template with its counts."""
    return await db.one(
        TemplateLine,
        """
        select t.template_id, t.kind, t.title, t.value, t.gives, t.status, t.stock, t.stock_initial, t.starts_at, t.ends_at, t.created_at,
          coalesce(n.issued, 0) as issued, coalesce(n.open, 0) as open, coalesce(n.redeemed, 0) as redeemed,
          t.frozen_at is not null or coalesce(n.issued, 0) > 0 as frozen
        from vouchers.templates t left join lateral (
          select count(*) as issued, count(*) filter (where v.status = 'issued') as open, sum(t.uses - v.uses_left)::bigint as redeemed
          from vouchers.vouchers v where v.merchant_id = t.merchant_id and v.template_id = t.template_id) n on true
        where t.merchant_id = :merchant and t.template_id = :template
        """,
        merchant=merchant_id,
        template=template_id,
    )


async def rules_of(db: Db, merchant_id: UUID, template_id: UUID) -> Rules | None:
    """A template's row."""
    return await db.one(
        Rules,
        """
        select merchant_id, template_id, kind, title, terms, value, max_off, gives, uses, stock, stock_initial, per_person,
          per_natural_person, minimum_spend, stacking, stacking_class, transferable, weekdays, window1_from, window1_to, window2_from,
          window2_to, starts_at, ends_at, valid_days, zone, status
        from vouchers.templates where merchant_id = :merchant and template_id = :template
        """,
        merchant=merchant_id,
        template=template_id,
    )


async def named_by(db: Db, merchant_id: UUID, template_id: UUID) -> list[Named]:
    """The stores and articles that a template's rules name."""
    return await db.all(
        Named,
        """
        select 'store' as part, s.store_id::text as key, s.name from vouchers.template_stores o
        join merchants.stores s on s.merchant_id = o.merchant_id and s.store_id = o.store_id
        where o.merchant_id = :merchant and o.template_id = :template
        union all
        select case when a.excluded then 'excluded' else 'required' end, a.code, coalesce(nullif(n.name, ''), a.code)
        from vouchers.template_articles a left join merchants.articles n on n.merchant_id = a.merchant_id and n.code = a.code
        where a.merchant_id = :merchant and a.template_id = :template
        order by 1, 3, 2
        """,
        merchant=merchant_id,
        template=template_id,
    )


def reach_of(currency: str, named: list[Named]) -> Reach:
    """What the rules name, for their sentences."""
    parts = {part: [one.name for one in named if one.part == part] for part in ("store", "required", "excluded")}
    return Reach(currency, parts["store"], parts["required"], parts["excluded"])


def draft_of(rules: Rules, named: list[Named]) -> Draft:
    """The rules as a draft, to show in the form or to copy."""
    fields = {name: getattr(rules, name) for name in Draft.__struct_fields__ if hasattr(rules, name)}
    keys = {part: [one.key for one in named if one.part == part] for part in ("store", "required", "excluded")}
    reach = {"stores": keys["store"], "required": keys["required"], "excluded": keys["excluded"]}
    return msgspec.convert({**fields, **reach}, Draft)


async def steps_of(db: Db, merchant_id: UUID, template_id: UUID) -> list[TemplateStep]:
    """What staff did with a template, the last first; at most 100."""
    return await db.all(
        TemplateStep,
        """
        select s.step, s.amount, p.name as person, s.at
        from vouchers.template_steps s join people.people p on p.person_id = s.person_id
        where s.merchant_id = :merchant and s.template_id = :template order by s.step_id desc limit 100
        """,
        merchant=merchant_id,
        template=template_id,
    )
