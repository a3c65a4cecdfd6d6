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


class VoucherRow(msgspec.Struct, frozen=True):
    """A voucher in the shop's lists; `tail` are the last characters of its code."""

    voucher_id: UUID
    tail: str
    person_id: UUID
    person: str
    number: str
    status: str
    uses_left: int
    source: str
    issued_at: datetime
    ends_at: datetime


class RedemptionRow(msgspec.Struct, frozen=True):
    """A use of a voucher in the shop's lists; amounts in minor units."""

    redemption_id: UUID
    tail: str
    person_id: UUID
    person: str
    store: str
    zone: str
    staff: str
    bill: int | None
    discount: int | None
    at: datetime
    undone_at: datetime | None


async def voucher_rows(
    db: Db, merchant_id: UUID, template_id: UUID, status: str = "", before: Cursor | None = None, most: int = 50
) -> list[VoucherRow]:
    """The vouchers of a template, the last issued first."""
    return await db.all(
        VoucherRow,
        """
        select v.voucher_id, right(v.code, 4) as tail, v.person_id, p.name as person, coalesce(m.number, '') as number, v.status, v.uses_left,
          v.source, v.issued_at, v.ends_at
        from vouchers.vouchers v
        join people.people p on p.person_id = v.person_id
        left join cards.memberships m on m.merchant_id = v.merchant_id and m.person_id = v.person_id
        where v.merchant_id = :merchant and v.template_id = :template and (:status = '' or v.status = :status)
          and (:voucher::uuid is null or v.voucher_id < :voucher)
        order by v.voucher_id desc limit :most
        """,
        merchant=merchant_id,
        template=template_id,
        status=status,
        voucher=before.row_id if before else None,
        most=most,
    )


async def redemption_rows(
    db: Db, merchant_id: UUID, template_id: UUID, before: Cursor | None = None, most: int = 50
) -> list[RedemptionRow]:
    """The uses of a template's vouchers, the last first, with those undone."""
    return await db.all(
        RedemptionRow,
        """
        select r.redemption_id, right(v.code, 4) as tail, r.person_id, p.name as person, s.name as store, s.zone,
          coalesce(nullif(f.name, ''), q.name) as staff, r.bill, r.discount, r.at, u.at as undone_at
        from vouchers.redemptions r
        join vouchers.vouchers v on v.merchant_id = r.merchant_id and v.voucher_id = r.voucher_id
        join people.people p on p.person_id = r.person_id
        join people.people q on q.person_id = r.staff_id
        join merchants.stores s on s.merchant_id = r.merchant_id and s.store_id = r.store_id
        left join merchants.staff f on f.merchant_id = r.merchant_id and f.person_id = r.staff_id
        left join vouchers.undos u on u.merchant_id = r.merchant_id and u.redemption_id = r.redemption_id
        where r.merchant_id = :merchant and v.template_id = :template
          and (:at::timestamptz is null or (r.at, r.redemption_id) < (:at, :redemption::uuid))
        order by r.at desc, r.redemption_id desc limit :most
        """,
        merchant=merchant_id,
        template=template_id,
        at=before.at if before else None,
        redemption=before.row_id if before else None,
        most=most,
    )


async def voucher_row(db: Db, merchant_id: UUID, voucher_id: UUID) -> VoucherRow | None:
    """One voucher as the shop's lists show it."""
    return await db.one(
        VoucherRow,
        """
        select v.voucher_id, right(v.code, 4) as tail, v.person_id, p.name as person, coalesce(m.number, '') as number, v.status, v.uses_left,
          v.source, v.issued_at, v.ends_at
        from vouchers.vouchers v
        join people.people p on p.person_id = v.person_id
        left join cards.memberships m on m.merchant_id = v.merchant_id and m.person_id = v.person_id
        where v.merchant_id = :merchant and v.voucher_id = :voucher
        """,
        merchant=merchant_id,
        voucher=voucher_id,
    )
