"""Opening hours of stores: read, asked about a moment, and put in words. Times are those of the store's own clock."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import get_day_names

from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.i18n import locale

MIDNIGHT = time()


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


def open_at(spells: Sequence[Spell], specials: Sequence[SpecialSpell], zone: str, moment: datetime) -> bool | None:
    """Whether a store is open at a moment; None when its hours are not known."""
    if not spells and not specials:
        return None
    local = moment.astimezone(ZoneInfo(zone))
    today, clock = local.date(), local.time()
    return any(opens <= clock < closes or (closes <= opens <= clock) for opens, closes in _on(today, spells, specials)) or any(
        closes <= opens and clock < closes for opens, closes in _on(today - timedelta(days=1), spells, specials)
    )


def _on(day: date, spells: Sequence[Spell], specials: Sequence[SpecialSpell]) -> list[tuple[time, time]]:
    special = [spell for spell in specials if spell.day == day]
    if special:
        return [(spell.opens, spell.closes) for spell in special if spell.opens is not None and spell.closes is not None]
    return [(spell.opens, spell.closes) for spell in spells if spell.weekday == day.isoweekday()]


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
