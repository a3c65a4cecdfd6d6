"""Opening hours of stores: read, asked about a moment, and put in words. Times are those of the store's own clock,
past midnight and over changes of the clock too."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import get_day_names

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.i18n import locale

MIDNIGHT = time()
LOOKS_AHEAD = 14  # days


class Spell(msgspec.Struct, frozen=True):
    """Open from `opens` until `closes` on an ISO weekday; `closes` not after `opens` is on the next day."""

    store_id: UUID
    weekday: int
    opens: time
    closes: time


class SpecialSpell(msgspec.Struct, frozen=True):
    """Hours of one day that replace those of its weekday; closed when `opens` is null."""

    store_id: UUID
    day: date
    opens: time | None
    closes: time | None
    note: str


class WeekLine(msgspec.Struct, frozen=True):
    """Days with the same hours, in words."""

    days: str
    hours: str
    today: bool


class Opening(msgspec.Struct, frozen=True):
    """Open or not, and until when; `until` is None where it stays so for the next two weeks."""

    open: bool
    until: datetime | None


async def hours_of(db: Db, merchant_id: UUID) -> list[Spell]:
    """The weekly hours of all stores of a merchant."""
    return await db.all(
        Spell,
        """
        select store_id, weekday, opens, closes from merchants.opening_hours
        where merchant_id = :merchant order by store_id, weekday, opens
        """,
        merchant=merchant_id,
    )


async def special_hours_of(db: Db, merchant_id: UUID, first: date) -> list[SpecialSpell]:
    """The days with hours of their own, from `first` on, two weeks ahead."""
    return await db.all(
        SpecialSpell,
        """
        select store_id, day, opens, closes, note from merchants.special_hours
        where merchant_id = :merchant and day between :first and :last order by store_id, day, entry
        """,
        merchant=merchant_id,
        first=first,
        last=first + timedelta(days=15),
    )


def opening(spells: Sequence[Spell], specials: Sequence[SpecialSpell], zone: str, moment: datetime) -> Opening | None:
    """What holds at a moment; None when the hours are not known."""
    if not spells and not specials:
        return None
    today = moment.astimezone(ZoneInfo(zone)).date()
    stretches = _joined(
        stretch
        for ahead in range(-1, LOOKS_AHEAD + 1)
        for stretch in _on(today + timedelta(days=ahead), spells, specials, zone)
    )
    horizon = moment + timedelta(days=LOOKS_AHEAD - 1)
    for begins, ends in stretches:
        if begins <= moment < ends:
            return Opening(open=True, until=ends if ends < horizon else None)
        if begins > moment:
            return Opening(open=False, until=begins if begins < horizon else None)
    return Opening(open=False, until=None)


def _on(day: date, spells: Sequence[Spell], specials: Sequence[SpecialSpell], zone: str) -> list[tuple[datetime, datetime]]:
    """When the store is open by the hours of one day, in UTC."""
    special = [spell for spell in specials if spell.day == day]
    hours = (
        [(spell.opens, spell.closes) for spell in special if spell.opens is not None and spell.closes is not None]
        if special
        else [(spell.opens, spell.closes) for spell in spells if spell.weekday == day.isoweekday()]
    )
    found = []
    for opens, closes in hours:
        last = day if closes > opens else day + timedelta(days=1)
        begins, ends = clock.moment_of(day, opens, zone), clock.moment_of(last, closes, zone, again=True)
        if ends > begins:
            found.append((begins, ends))
    return found


def _joined(stretches: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Stretches in order, those that touch made into one."""
    merged: list[tuple[datetime, datetime]] = []
    for begins, ends in sorted(stretches):
        if merged and begins <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], ends)
        else:
            merged.append((begins, ends))
    return merged


def open_at(spells: Sequence[Spell], specials: Sequence[SpecialSpell], zone: str, moment: datetime) -> bool | None:
    """Whether a store is open at a moment; None when its hours are not known."""
    found = opening(spells, specials, zone, moment)
    return None if found is None else found.open


def span(opens: time, closes: time) -> str:
    """One spell in words: 11:00–14:00, around the clock, or into the next day."""
    if opens == closes:
        return _("around the clock")
    shown = "24:00" if closes == MIDNIGHT else closes.strftime("%H:%M")
    return f"{opens.strftime('%H:%M')}–{shown}"


def week(spells: Sequence[Spell], today: date) -> list[WeekLine]:
    """The week in as few lines as it takes, Monday first; days one after another with the same hours share a line."""
    if not spells:
        return []
    runs: list[tuple[list[int], str]] = []
    for day in range(1, 8):
        said = _(", ").join(span(spell.opens, spell.closes) for spell in spells if spell.weekday == day) or _("Closed")
        if runs and runs[-1][1] == said:
            runs[-1][0].append(day)
        else:
            runs.append(([day], said))
    return [WeekLine(days_of(sum(1 << (day - 1) for day in days)), hours, today.isoweekday() in days) for days, hours in runs]


def days_of(weekdays: int) -> str:
    """Days of the week, three or more in a row as a span; bit 0 is Monday."""
    names = get_day_names("abbreviated", locale=locale())
    runs: list[list[int]] = []
    for day in (day for day in range(7) if weekdays >> day & 1):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    said = []
    for run in runs:
        first, last = str(names[run[0]]), str(names[run[-1]])
        if len(run) >= 3:
            said.append(_("%(first)s to %(last)s") % {"first": first, "last": last})
        else:
            said.extend(str(names[day]) for day in run)
    return _(", ").join(said)
