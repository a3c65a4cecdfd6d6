"""Overview: a merchant's numbers over a span beside those of the span before, and the charts that show them."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from uuid import UUID

import msgspec

from shuke.insight.numbers import (
    DayJoined,
    DayRedeemed,
    DaySold,
    SourceJoined,
    StoreSold,
    TemplateRedeemed,
    joined_by_day,
    joined_by_source,
    members_until,
    redeemed_by_day,
    redeemed_by_template,
    sold_by_day,
    sold_by_store,
)
from shuke.insight.spans import Span
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.money import digits

LONGEST_BY_DAY = 92  # a longer span is shown by weeks


class Figures(msgspec.Struct, frozen=True):
    """What a span comes to; `paid` and `discount` in minor units."""

    members: int
    joins: int
    visits: int
    purchases: int
    paid: int
    redemptions: int
    discount: int


class Day(msgspec.Struct, frozen=True):
    """One day of a span, or a week of a long one: from `day` to `last`."""

    day: date
    last: date
    joins: int
    visits: int
    purchases: int
    paid: int
    redemptions: int


class Overview(msgspec.Struct, frozen=True):
    """A span in numbers, with the span before to compare."""

    first: date
    last: date
    zone: str
    currency: str
    now: Figures
    before: Figures
    days: list[Day]
    stores: list[StoreSold]
    sources: list[SourceJoined]
    templates: list[TemplateRedeemed]


async def overview_of(db: Db, merchant_id: UUID, currency: str, span: Span) -> Overview:
    """All numbers of a span: ten statements, none of which looks outside the two spans."""
    both = Span(span.name, span.zone, span.before.first, span.last)
    sold = await sold_by_day(db, merchant_id, both)
    joined = await joined_by_day(db, merchant_id, both)
    redeemed = await redeemed_by_day(db, merchant_id, both)
    return Overview(
        first=span.first,
        last=span.last,
        zone=span.zone,
        currency=currency,
        now=_figures(span, await members_until(db, merchant_id, span), sold, joined, redeemed),
        before=_figures(span.before, await members_until(db, merchant_id, span.before), sold, joined, redeemed),
        days=_days(span, sold, joined, redeemed),
        stores=await sold_by_store(db, merchant_id, span),
        sources=await joined_by_source(db, merchant_id, span),
        templates=await redeemed_by_template(db, merchant_id, span),
    )


def _figures(
    span: Span, members: int, sold: Sequence[DaySold], joined: Sequence[DayJoined], redeemed: Sequence[DayRedeemed]
) -> Figures:
    mine = [row for row in sold if span.first <= row.day <= span.last]
    used = [row for row in redeemed if span.first <= row.day <= span.last]
    return Figures(
        members=members,
        joins=sum(row.joins for row in joined if span.first <= row.day <= span.last),
        visits=sum(row.visits for row in mine),
        purchases=sum(row.purchases for row in mine),
        paid=sum(row.paid for row in mine),
        redemptions=sum(row.redemptions for row in used),
        discount=sum(row.discount for row in used),
    )


def _days(span: Span, sold: Sequence[DaySold], joined: Sequence[DayJoined], redeemed: Sequence[DayRedeemed]) -> list[Day]:
    step = 1 if span.days <= LONGEST_BY_DAY else 7
    steps = range(0, span.days, step)
    days = []
    for offset in steps:
        first = span.first + timedelta(days=offset)
        last = min(first + timedelta(days=step - 1), span.last)
        piece = Span("", span.zone, first, last)
        figures = _figures(piece, 0, sold, joined, redeemed)
        days.append(Day(first, last, figures.joins, figures.visits, figures.purchases, figures.paid, figures.redemptions))
    return days


def change(now: int, before: int) -> float | None:
    """How much more than before, as a ratio; None where there was nothing to compare with."""
    return (now - before) / before if before else None


def day_chart(overview: Overview, base: str, named: Callable[[date], str]) -> dict[str, object]:
    """Paid, visits and joins by day; a point leads to its rows."""
    scale = 10 ** digits(overview.currency)

    def point(value: float, day: Day, rows: str) -> dict[str, object]:
        return {"value": value, "href": f"{base}/{rows}&from={day.day}&to={day.last}"}

    many = len(overview.days) > 62
    line = {"type": "line", "showSymbol": not many, "smooth": False}
    return {
        "legend": {},
        "xAxis": {"type": "category", "data": [named(day.day) for day in overview.days]},
        "yAxis": [
            {"type": "value", "name": overview.currency},
            {"type": "value", "minInterval": 1, "splitLine": {"show": False}},
        ],
        "series": [
            {
                "type": "bar",
                "name": _("Spent"),
                "barMaxWidth": 28,
                "data": [point(day.paid / scale, day, "purchases?rows=all") for day in overview.days],
            },
            line
            | {
                "name": _("Visits"),
                "yAxisIndex": 1,
                "data": [point(day.visits, day, "purchases?rows=visits") for day in overview.days],
            },
            line
            | {
                "name": _("Redemptions"),
                "yAxisIndex": 1,
                "data": [point(day.redemptions, day, "redemptions?rows=all") for day in overview.days],
            },
        ],
    }


def bar_chart(rows: Sequence[tuple[str, float, str]]) -> dict[str, object]:
    """Lying bars, the largest on top: name, value, where its rows are."""
    shown = list(reversed(rows[:10]))
    return {
        "xAxis": {"type": "value"},
        "yAxis": {
            "type": "category",
            "data": [name for name, _value, _rows in shown],
            "axisLabel": {"width": 130, "overflow": "truncate"},
        },
        "series": [
            {"type": "bar", "barMaxWidth": 22, "data": [{"value": value, "href": href} for _name, value, href in shown]}
        ],
    }
