"""Opening hours as OpenStreetMap writes them, turned into rows by weekday.

Only what a weekly timetable can hold is read: weekdays, times, several a day, past midnight, public holidays, 24/7.
Seasons, dates, comments, open ends and texts that contradict themselves give None: the text stays, nothing is guessed.
Grammar: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

import re
from collections.abc import Iterator
from datetime import time
from itertools import pairwise
from typing import NamedTuple

import msgspec

Span = tuple[int, int]
"""Minutes after midnight; the end may lie up to a day behind the beginning's midnight (26:00 is 2:00 next day)."""

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su", "ph")
HOLIDAY = DAYS.index("ph")
DAY_MINUTES = 24 * 60

_DAY = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_DAYS = rf"(?:PH|{_DAY}(?:\s*-\s*{_DAY})?)"
_SPAN = r"\d{1,2}:\d\d\s*-\s*\d{1,2}:\d\d"
_CLAUSE = re.compile(
    rf"\s*(?:(?P<days>{_DAYS}(?:\s*,\s*{_DAYS})*)\s+)?"
    rf"(?:(?P<spans>{_SPAN}(?:\s*,\s*{_SPAN})*)|(?P<off>off|closed))\s*(?P<end>[,;]|$)",
    re.IGNORECASE,
)


class _Unclear(Exception):
    """The text says more, or less, than a weekly timetable can hold."""


class _Clause(NamedTuple):
    """One rule of the text: which days, which times, and whether it replaces what was said before."""

    days: frozenset[int]
    spans: tuple[Span, ...]
    replaces: bool


class Opening(msgspec.Struct, frozen=True):
    """One opening of a day: ISO weekday 1-7 (8 stands for public holidays); closing at or before opening means the
    next day, so that 00:00-00:00 is the whole day."""

    weekday: int
    opens: time
    closes: time


class OpeningHours(msgspec.Struct, frozen=True):
    """A week; `holidays` is None where nothing is said of them, and empty where they are closed."""

    rows: tuple[Opening, ...]
    holidays: tuple[Opening, ...] | None


def parse(text: str) -> OpeningHours | None:
    """Read `text`; None where it can't be held as rows by weekday without a guess."""
    try:
        by_day = _timetable(list(_clauses(text.replace("24/7", "Mo-Su 00:00-24:00"))))
    except _Unclear:
        return None
    rows = tuple(_opening(day + 1, span) for day in range(7) for span in by_day.get(day, ()))
    holidays = by_day.get(HOLIDAY)
    return OpeningHours(
        rows=rows,
        holidays=None if holidays is None else tuple(_opening(HOLIDAY + 1, span) for span in holidays),
    )


def _clauses(text: str) -> Iterator[_Clause]:
    position, replaces = 0, True
    text = text.strip().removesuffix(";")
    while True:
        match = _CLAUSE.match(text, position)
        if match is None:
            raise _Unclear
        spans = () if match["off"] else tuple(_span(span) for span in match["spans"].split(","))
        yield _Clause(_days(match["days"]), spans, replaces)
        position, replaces = match.end(), match["end"] == ";"
        if not match["end"]:
            return


def _days(selector: str | None) -> frozenset[int]:
    if selector is None:
        return frozenset(range(7))
    days: set[int] = set()
    for part in selector.lower().split(","):
        first, _, last = (name.strip() for name in part.partition("-"))
        start = DAYS.index(first)
        end = DAYS.index(last) if last else start
        days.update(day % 7 for day in range(start, end + (7 if end < start else 0) + 1)) if start < 7 else days.add(7)
    return frozenset(days)


def _span(text: str) -> Span:
    opens, closes = (_minutes(int(hour), int(minute)) for hour, minute in re.findall(r"(\d+):(\d\d)", text))
    if closes <= opens:
        closes += DAY_MINUTES
    length = closes - opens
    if opens >= DAY_MINUTES or length > DAY_MINUTES or (length == DAY_MINUTES and opens > 0):
        raise _Unclear
    return opens, closes


def _minutes(hour: int, minute: int) -> int:
    if hour >= 48 or minute >= 60:
        raise _Unclear
    return hour * 60 + minute


def _timetable(clauses: list[_Clause]) -> dict[int, tuple[Span, ...]]:
    """Lay the clauses over one another as the grammar says: after `;` a day's times are replaced, after `,` added.

    A text is unclear where a replacement leaves nothing of an earlier clause, or shares no minute with the times
    that it replaces ("Mo-Su 11:00-24:00; Sa 00:00-02:00"): then its writer most likely meant to add.
    """
    by_day: dict[int, tuple[Span, ...]] = {}
    said_by: dict[int, set[int]] = {}
    for number, clause in enumerate(clauses):
        for day in clause.days:
            before = by_day.get(day, ())
            if clause.replaces or not clause.spans:
                if before and clause.spans and not _overlap(before + clause.spans):
                    raise _Unclear
                by_day[day], said_by[day] = clause.spans, {number}
            else:
                by_day[day] = before + clause.spans
                said_by.setdefault(day, set()).add(number)
    if set(range(len(clauses))) - set().union(*said_by.values()) or any(_overlap(day) for day in by_day.values()):
        raise _Unclear
    return {day: tuple(sorted(spans)) for day, spans in by_day.items()}


def _overlap(spans: tuple[Span, ...]) -> bool:
    ordered = sorted(spans)
    return any(closes > opens for (_, closes), (opens, _) in pairwise(ordered))


def _opening(weekday: int, span: Span) -> Opening:
    opens, closes = span
    return Opening(weekday=weekday, opens=_clock_time(opens), closes=_clock_time(closes))


def _clock_time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)
