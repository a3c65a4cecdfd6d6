"""The clock: what time it is, so that a sandbox or a test can move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_moved: ContextVar[datetime | None] = ContextVar("moved", default=None)


def now() -> datetime:
    """The current moment in UTC, or the moment a test or sandbox has set."""
    return _moved.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let the clock stand at `moment` inside the block (this task and those it starts)."""
    token = _moved.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moved.reset(token)


def today(zone: str) -> date:
    """The calendar day in `zone`."""
    return now().astimezone(ZoneInfo(zone)).date()


def end_of_day(day: date, zone: str) -> datetime:
    """The first moment after `day` in `zone`, in UTC: right also on days of 23 or 25 hours."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


def day_of(moment: datetime, zone: str) -> date:
    """The calendar day of a moment in `zone`."""
    return moment.astimezone(ZoneInfo(zone)).date()
