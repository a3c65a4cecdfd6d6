"""Issuing: stock and limits are conditions of the statements that count them; one call or thousands at once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shuke.kit import clock, ids
from shuke.kit.db import Db
from shuke.kit.events import record_all
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal
from shuke.vouchers.limits import Issuing, count_limits, give_back
from shuke.vouchers.types import IssueCall, Issued, VoucherIssued, VoucherRefused

Outcome = Issued | Refusal


async def issue(db: Db, calls: Sequence[IssueCall], *, told: bool = True) -> list[Outcome]:
    """A voucher for each call, or its refusal: not_found, not_issuing, expired, out_of_stock, limit_reached, phone_needed.

    `told` announces each voucher; who gives out thousands at once tells about all of them together.
    """
    now = clock.now()
    templates = {(t.merchant_id, t.template_id): t for t in await _templates(db, calls)}
    outcomes: dict[int, Outcome] = {}
    open_: list[int] = []
    for i, call in enumerate(calls):
        template = templates.get((call.merchant_id, call.template_id))
        refusal = _refuse(template, now)
        if refusal is None:
            open_.append(i)
        else:
            outcomes[i] = refusal
    counted = await count_limits(
        db, [(i, calls[i], templates[calls[i].merchant_id, calls[i].template_id]) for i in open_], outcomes
    )
    granted = _within_stock(calls, [i for i in open_ if i not in outcomes], templates, outcomes)
    await give_back(db, [holding for i, holding in counted if i in outcomes])
    made = await _make(db, [calls[i] for i in granted], templates, now)
    outcomes |= dict(zip(granted, made, strict=True))
    if told:
        await record_all(db, [VoucherIssued(voucher.merchant_id, voucher.voucher_id, voucher.person_id) for voucher in made])
    return [outcomes[i] for i in range(len(calls))]


def _refuse(template: Issuing | None, now: datetime) -> Refusal | None:
    if template is None:
        return NotFound()
    if template.status != "active":
        return VoucherRefused("not_issuing", _("This voucher is not given out at the moment."))
    if template.ends_at is not None and template.ends_at <= now:
        return VoucherRefused("expired", _("This voucher has expired."), ended=template.ends_at.isoformat())
    return None


async def _templates(db: Db, calls: Sequence[IssueCall]) -> list[Issuing]:
    """The templates of these calls, as they stand once locked: those with a stock for counting, in one order; the others shared,
    so that nobody changes their rules before these vouchers are there."""
    return await db.all(
        Issuing,
        """
        with wanted as (
          select distinct merchant_id, template_id from unnest(:merchants::uuid[], :templates::uuid[]) as c(merchant_id, template_id)
        ), counted as (
          select t.* from vouchers.templates t join wanted using (merchant_id, template_id)
          where t.stock is not null order by t.merchant_id, t.template_id for no key update of t
        ), shared as (
          select t.* from vouchers.templates t join wanted using (merchant_id, template_id)
          where t.stock is null order by t.merchant_id, t.template_id for key share of t
        )
        select t.merchant_id, t.template_id, m.tag, t.stock, t.per_person, t.per_natural_person, t.starts_at, t.ends_at, t.valid_days,
          t.zone, t.status
        from (select * from counted union all select * from shared) t
        join merchants.merchants m on m.merchant_id = t.merchant_id
        """,
        merchants=[call.merchant_id for call in calls],
        templates=[call.template_id for call in calls],
    )


def _within_stock(
    calls: Sequence[IssueCall], open_: list[int], templates: dict[tuple[UUID, UUID], Issuing], outcomes: dict[int, Outcome]
) -> list[int]:
    """The first calls of each template get what is left of its stock."""
    left = {key: template.stock for key, template in templates.items()}
    granted = []
    for i in open_:
        key = (calls[i].merchant_id, calls[i].template_id)
        stock = left[key]
        if stock == 0:
            outcomes[i] = VoucherRefused("out_of_stock", _("All of these vouchers have been given out."))
            continue
        left[key] = None if stock is None else stock - 1
        granted.append(i)
    return granted


async def _make(db: Db, calls: Sequence[IssueCall], templates: dict[tuple[UUID, UUID], Issuing], now: datetime) -> list[Issued]:
    """The vouchers, the holders' wallet rows and the stock, in one statement; in the order of the calls."""
    if not calls:
        return []
    rules = [templates[call.merchant_id, call.template_id] for call in calls]
    window_of = {key: template.window(now) for key, template in templates.items()}
    windows = [window_of[call.merchant_id, call.template_id] for call in calls]
    made = await db.all(
        Issued,
        """
        with call as (
          select * from unnest(:merchants::uuid[], :templates::uuid[], :people::uuid[], :codes::text[], :sources::text[],
            :references::uuid[], :starts::timestamptz[], :ends::timestamptz[])
            as c(merchant_id, template_id, person_id, code, source, reference, starts_at, ends_at)
        ), counted as (
          update vouchers.templates t set stock = t.stock - c.n
          from (select merchant_id, template_id, count(*) as n from call group by merchant_id, template_id) c
          where t.merchant_id = c.merchant_id and t.template_id = c.template_id and t.stock is not null
        ), made as (
          insert into vouchers.vouchers
            (merchant_id, code, template_id, person_id, uses_left, starts_at, ends_at, source, reference, issued_at)
          select c.merchant_id, c.code, c.template_id, c.person_id, t.uses, c.starts_at, c.ends_at, c.source, c.reference, :now
          from call c join vouchers.templates t on t.merchant_id = c.merchant_id and t.template_id = c.template_id
          returning merchant_id, voucher_id, template_id, person_id, code, starts_at, ends_at
        ), carried as (
          insert into vouchers.wallet_vouchers (person_id, merchant_id, voucher_id, code, title, kind, value, starts_at, ends_at)
          select m.person_id, m.merchant_id, m.voucher_id, m.code, t.title, t.kind, t.value, m.starts_at, m.ends_at
          from made m join vouchers.templates t on t.merchant_id = m.merchant_id and t.template_id = m.template_id
        )
        select merchant_id, voucher_id, template_id, person_id, code, starts_at, ends_at from made
        """,
        merchants=[call.merchant_id for call in calls],
        templates=[call.template_id for call in calls],
        people=[call.person_id for call in calls],
        codes=(codes := [ids.new_code(template.tag) for template in rules]),
        sources=[call.source for call in calls],
        references=[call.reference for call in calls],
        starts=[starts for starts, _ends in windows],
        ends=[ends for _starts, ends in windows],
        now=now,
    )
    by_code = {voucher.code: voucher for voucher in made}
    return [by_code[code] for code in codes]
