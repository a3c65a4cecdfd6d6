"""The rows behind the numbers: purchases, visits and redemptions, the last first."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from shuke.insight.spans import Span
from shuke.kit.cursor import Cursor
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Unreadable


class Narrowed(msgspec.Struct, frozen=True):
    """Which rows: of a span, or all; of a store, a person, a template where one is given."""

    span: Span | None = None
    store_id: UUID | None = None
    person_id: UUID | None = None
    template_id: UUID | None = None


class Sale(msgspec.Struct, frozen=True):
    """A purchase in a list; `paid` and `discount` in minor units."""

    purchase_id: UUID
    at: datetime
    store_id: UUID
    store: str
    zone: str
    person_id: UUID | None
    person: str
    number: str
    lines: int
    discount: int
    paid: int
    points: int
    reversed_at: datetime | None


class SaleLine(msgspec.Struct, frozen=True):
    """A line of a purchase with the article's name."""

    purchase_id: UUID
    line: int
    article: str
    name: str
    quantity: int
    amount: int


class Visit(msgspec.Struct, frozen=True):
    """A member on a day: how many baskets, and what she paid in minor units."""

    day: date
    person_id: UUID
    person: str
    number: str
    purchases: int
    paid: int


class UseRow(msgspec.Struct, frozen=True):
    """A use of a voucher; amounts in minor units."""

    redemption_id: UUID
    at: datetime
    tail: str
    template_id: UUID
    title: str
    person_id: UUID
    person: str
    store: str
    zone: str
    staff: str
    bill: int | None
    discount: int | None
    undone_at: datetime | None


async def sales_of(db: Db, merchant_id: UUID, narrowed: Narrowed, before: Cursor | None, most: int) -> list[Sale]:
    """Purchases with those taken back, the last first."""
    span = narrowed.span
    return await db.all(
        Sale,
        """
        with page as (
          select p.* from purchases.purchases p
          where p.merchant_id = :merchant and (:store::uuid is null or p.store_id = :store)
            and (:person::uuid is null or p.person_id = :person)
            and p.at >= coalesce(:start::timestamptz, '-infinity') and p.at < coalesce(:end::timestamptz, 'infinity')
            and p.at <= coalesce(:at::timestamptz, 'infinity') and (:at is null or p.at < :at or p.purchase_id > :last::uuid)
          order by p.at desc, p.purchase_id limit :most
        )
        select p.purchase_id, p.at, p.store_id, s.name as store, s.zone, p.person_id, coalesce(h.name, '') as person,
          coalesce(m.number, '') as number,
          (select count(*) from purchases.lines l where l.merchant_id = :merchant and l.purchase_id = p.purchase_id) as lines,
          p.discount, p.total - p.discount as paid, p.points, r.at as reversed_at
        from page p
        join merchants.stores s on s.merchant_id = :merchant and s.store_id = p.store_id
        left join people.people h on h.person_id = p.person_id
        left join cards.memberships m on m.merchant_id = :merchant and m.person_id = p.person_id
        left join purchases.reversals r on r.merchant_id = :merchant and r.purchase_id = p.purchase_id
        order by p.at desc, p.purchase_id
        """,
        merchant=merchant_id,
        store=narrowed.store_id,
        person=narrowed.person_id,
        start=span.start if span else None,
        end=span.end if span else None,
        at=before.at if before else None,
        last=before.row_id if before else None,
        most=most,
    )


async def lines_of(db: Db, merchant_id: UUID, purchases: list[UUID]) -> dict[UUID, list[SaleLine]]:
    """The lines of these purchases."""
    found = await db.all(
        SaleLine,
        """
        select l.purchase_id, l.line, l.article, coalesce(nullif(a.name, ''), l.article) as name, l.quantity, l.amount
        from purchases.lines l left join merchants.articles a on a.merchant_id = l.merchant_id and a.code = l.article
        where l.merchant_id = :merchant and l.purchase_id = any(:purchases) order by l.purchase_id, l.line
        """,
        merchant=merchant_id,
        purchases=purchases,
    )
    return {purchase_id: [line for line in found if line.purchase_id == purchase_id] for purchase_id in purchases}


def read_visit_place(text: str) -> tuple[date, UUID] | None:
    """Where a page of visits begins. Refusal: cursor_unreadable."""
    if not text:
        return None
    day, _dash, person = text.partition("~")
    try:
        return date.fromisoformat(day), UUID(person)
    except ValueError as error:
        raise Unreadable("cursor_unreadable", _("Ask for the first page again.")) from error


async def visits_of(db: Db, merchant_id: UUID, span: Span, store_id: UUID | None, after: str, most: int) -> list[Visit]:
    """Each member on each day that she came, the last days first."""
    place = read_visit_place(after)
    return await db.all(
        Visit,
        """
        with come as (
          select (p.at at time zone :zone)::date as day, p.person_id, count(*) as purchases, sum(p.total - p.discount)::bigint as paid
          from purchases.purchases p
          where p.merchant_id = :merchant and p.person_id is not null and (:store::uuid is null or p.store_id = :store)
            and p.at >= :start and p.at < least(:end::timestamptz, ((:day::date + 1)::timestamp at time zone :zone))
            and not exists (select from purchases.reversals r where r.merchant_id = p.merchant_id and r.purchase_id = p.purchase_id)
          group by 1, 2
          having :day::date is null or ((p.at at time zone :zone)::date, p.person_id) < (:day, :last::uuid)
          order by 1 desc, 2 desc limit :most
        )
        select c.day, c.person_id, h.name as person, coalesce(m.number, '') as number, c.purchases, c.paid
        from come c
        join people.people h on h.person_id = c.person_id
        left join cards.memberships m on m.merchant_id = :merchant and m.person_id = c.person_id
        order by c.day desc, c.person_id desc
        """,
        merchant=merchant_id,
        zone=span.zone,
        store=store_id,
        start=span.start,
        end=span.end,
        day=place[0] if place else None,
        last=place[1] if place else None,
        most=most,
    )


async def uses_in(db: Db, merchant_id: UUID, narrowed: Narrowed, before: Cursor | None, most: int) -> list[UseRow]:
    """Uses of vouchers with those undone, the last first."""
    span = narrowed.span
    return await db.all(
        UseRow,
        """
        select r.redemption_id, r.at, right(v.code, 4) as tail, v.template_id, t.title, r.person_id, p.name as person,
          s.name as store, s.zone, coalesce(nullif(f.name, ''), q.name, '') as staff, r.bill, r.discount, u.at as undone_at
        from vouchers.redemptions r
        join vouchers.vouchers v on v.merchant_id = r.merchant_id and v.voucher_id = r.voucher_id
        join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        join people.people p on p.person_id = r.person_id
        join merchants.stores s on s.merchant_id = r.merchant_id and s.store_id = r.store_id
        left join people.people q on q.person_id = r.staff_id
        left join merchants.staff f on f.merchant_id = r.merchant_id and f.person_id = r.staff_id
        left join vouchers.undos u on u.merchant_id = r.merchant_id and u.redemption_id = r.redemption_id
        where r.merchant_id = :merchant and (:store::uuid is null or r.store_id = :store)
          and (:person::uuid is null or r.person_id = :person) and (:template::uuid is null or v.template_id = :template)
          and r.at >= coalesce(:start::timestamptz, '-infinity') and r.at < coalesce(:end::timestamptz, 'infinity')
          and (:at::timestamptz is null or (r.at, r.redemption_id) < (:at, :last::uuid))
        order by r.at desc, r.redemption_id desc limit :most
        """,
        merchant=merchant_id,
        store=narrowed.store_id,
        person=narrowed.person_id,
        template=narrowed.template_id,
        start=span.start if span else None,
        end=span.end if span else None,
        at=before.at if before else None,
        last=before.row_id if before else None,
        most=most,
    )
