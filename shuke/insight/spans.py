"""Spans: stretches of whole days on the merchant's own clock, each with the one before it to compare with."""

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Unreadable

DAYS = {"today": 1, "7": 7, "30": 30, "90": 90, "year": 365}
LONGEST = 3660


class Span(msgspec.Struct, frozen=True):
    """From the first day to the last, both counted, in `zone`."""

    name: str
    zone: str
    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def start(self) -> datetime:
        """When its first day begins."""
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """When its last day is over."""
        return _midnight(self.last + timedelta(days=1), self.zone)

    @property
    def before(self) -> "Span":
        """As many days just before it."""
        return Span(self.name, self.zone, self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    @property
    def asked(self) -> str:
        """As addresses carry it."""
        return f"from={self.first}&to={self.last}"

    @property
    def all_days(self) -> list[date]:
        """Each of its days."""
        return [self.first + timedelta(days=step) for step in range(self.days)]


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


class Ground(msgspec.Struct, frozen=True):
    """What spans of a merchant stand on: its zone, and when it last sold something."""

    zone: str
    sold_at: datetime | None


async def ground_of(db: Db, merchant_id: UUID) -> Ground:
    """The zone of the merchant's programme, else of its first store."""
    found = await db.one(
        Ground,
        """
        select coalesce(
            (select zone from cards.programmes where merchant_id = :merchant),
            (select zone from merchants.stores where merchant_id = :merchant order by created_at, store_id limit 1), 'UTC') as zone,
          (select at from purchases.purchases where merchant_id = :merchant order by at desc limit 1) as sold_at
        """,
        merchant=merchant_id,
    )
    assert found is not None
    return found


def today(zone: str) -> date:
    """The day it is there."""
    return clock.now().astimezone(ZoneInfo(zone)).date()


def read_day(text: str) -> date | None:
    """A day as a form or address writes it; None for nothing. Refusal: day_unreadable."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise Unreadable("day_unreadable", _("Write days like 2026-03-31.")) from error
    if not 1970 <= day.year <= 2200:
        raise Unreadable("day_unreadable", _("Write days like 2026-03-31."))
    return day


def read_span(zone: str, name: str = "30", first: str = "", last: str = "") -> Span:
    """A named span up to today or to `last`, or the days from `first` to `last`. Refusals: day_unreadable, span_unreadable."""
    begin, end = read_day(first), read_day(last) or today(zone)
    if begin is None:
        days = DAYS.get(name, DAYS["30"])
        return Span(name if name in DAYS else "30", zone, end - timedelta(days=days - 1), end)
    if not 0 <= (end - begin).days < LONGEST:
        raise Unreadable("span_unreadable", _("The last day can't be before the first, nor ten years after it."))
    return Span("own", zone, begin, end)
