"""The clock: what time it is, so that a sandbox or a test can move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_MINUTE = timedelta(minutes=1)
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


def moment_of(day: date, wall: time, zone: str, *, again: bool = False) -> datetime:
    """When a clock on the wall in `zone` shows a time on a day, in UTC. When it is put back, a time comes twice: the first of them, or with
    `again` the second; when it is put forward, a time is skipped: the moment at which it was."""
    place = ZoneInfo(zone)
    shown = datetime.combine(day, wall, place).replace(fold=int(again))
    moment = shown.astimezone(UTC)
    if moment.astimezone(place).replace(tzinfo=None, fold=0) == shown.replace(tzinfo=None, fold=0):
        return moment
    moment = shown.replace(fold=0).astimezone(UTC).replace(second=0, microsecond=0)
    ahead = moment.astimezone(place).utcoffset()
    while (moment - _MINUTE).astimezone(place).utcoffset() == ahead:
        moment -= _MINUTE
    return moment
