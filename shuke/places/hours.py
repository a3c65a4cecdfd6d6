"""Hours as the index holds them: minutes of the week by the place's own clock, and days on which others hold."""

from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta
from typing import Protocol

from shuke.places.types import OtherDay

DAY = 24 * 60
WEEK = 7 * DAY

Span = tuple[int, int]  # minutes, the end not included


class Hours(Protocol):
    """One opening of a weekday; closing not after opening is on the next day."""

    @property
    def weekday(self) -> int: ...
    @property
    def opens(self) -> time: ...
    @property
    def closes(self) -> time: ...


class DayHours(Protocol):
    """One opening of a day, or a day that is closed."""

    @property
    def day(self) -> date: ...
    @property
    def opens(self) -> time | None: ...
    @property
    def closes(self) -> time | None: ...


def span_of(opens: time, closes: time) -> Span:
    """Minutes after the day's midnight; past the next one where it closes after it."""
    first, last = opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute
    return first, last if last > first else last + DAY


def week_of(hours: Iterable[Hours]) -> list[Span]:
    """The open minutes of the week; what reaches past Sunday's midnight is on Monday."""
    found: list[Span] = []
    for one in hours:
        first, last = span_of(one.opens, one.closes)
        begins = (one.weekday - 1) * DAY
        found += [(begins + first, min(begins + last, WEEK)), (0, begins + last - WEEK)]
    return [(first, last) for first, last in found if last > first]


def other_days(hours: Sequence[Hours], specials: Sequence[DayHours]) -> list[OtherDay]:
    """The days with hours of their own and those after them, each with all that is open on it."""
    by_day: dict[date, list[Span]] = {}
    for one in specials:
        spans = by_day.setdefault(one.day, [])
        if one.opens is not None and one.closes is not None:
            spans.append(span_of(one.opens, one.closes))

    def begun_on(day: date) -> list[Span]:
        if day in by_day:
            return by_day[day]
        return [span_of(one.opens, one.closes) for one in hours if one.weekday == day.isoweekday()]

    next_day = timedelta(days=1)
    touched = sorted(set(by_day) | {day + next_day for day in by_day})
    return [OtherDay(day, multirange(_of_day(begun_on(day), begun_on(day - next_day)))) for day in touched]


def _of_day(own: Sequence[Span], before: Sequence[Span]) -> list[Span]:
    spans = [(first, min(last, DAY)) for first, last in own] + [(0, last - DAY) for _first, last in before]
    return [(first, last) for first, last in spans if last > first]


def multirange(spans: Iterable[Span]) -> str:
    """As PostgreSQL reads it; those that touch or overlap become one there."""
    return "{" + ",".join(f"[{first},{last})" for first, last in spans) + "}"
