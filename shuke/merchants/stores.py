"""Stores: opened, described, their hours and exceptions set as a whole, closed."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import available_timezones

import msgspec
import phonenumbers
from babel.core import get_global

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal, Unreadable
from shuke.merchants.actions import open_store
from shuke.merchants.categories import CATEGORIES
from shuke.merchants.types import StoresChanged
from shuke.people import region

MOST_SPELLS = 12  # of one day
_HOTLINE = re.compile("[1-9][0-9]{2,5}")
_WEEK = timedelta(days=7)
_MONDAY = datetime.combine(date(2024, 1, 1), time())  # any Monday, to lay a week out


class StoreDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a merchant says of a store. Position in degrees of WGS 84, both or none; `phone` in any writing, hotlines too."""

    name: str
    zone: str
    phone: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    longitude: float | None = None
    latitude: float | None = None
    category: str = "other"
    website: str = ""


class NewSpell(msgspec.Struct, frozen=True):
    """Open from `opens` until `closes` on an ISO weekday; `closes` not after `opens` is on the next day, equal around the clock."""

    weekday: int
    opens: time
    closes: time


class NewSpecialDay(msgspec.Struct, frozen=True):
    """The hours of one day; none: closed."""

    hours: list[tuple[time, time]] = []
    note: str = ""


class SpecialDay(msgspec.Struct, frozen=True):
    """One line of a store's exceptions."""

    day: date
    entry: int
    opens: time | None
    closes: time | None
    note: str


class StoreUnreadable(Unreadable):
    """422 `store_unreadable`: `facts` say what is wrong with which field."""


def read_store_phone(text: str, zone: str) -> str | None:
    """A number as it is kept: E.164, or a short hotline (95588) as it was written; None when it is neither."""
    plain = unicodedata.normalize("NFKC", text).strip()
    compact = re.sub(r"[\s\-().]", "", plain)
    if _HOTLINE.fullmatch(compact):
        return compact
    country = str(get_global("zone_territories").get(zone, "")) or region()
    try:
        number = phonenumbers.parse(plain, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def faults(draft: StoreDraft) -> Iterator[tuple[str, str]]:
    """What is wrong with what was said of a store: field and words."""
    longest = {"street": 200, "postcode": 20, "city": 100, "website": 300}
    if not 1 <= len(draft.name.strip()) <= 120:
        yield "name", _("1 to %(most)s characters.") % {"most": 120}
    for field, most in longest.items():
        if len(getattr(draft, field)) > most:
            yield field, _("At most %(most)s characters.") % {"most": most}
    yield from (
        (field, _("This can't be kept. Please write it anew."))
        for field in ("name", *longest)
        if "\x00" in getattr(draft, field)
    )
    if draft.zone not in available_timezones():
        yield "zone", _("A time zone such as Europe/Helsinki.")
    if draft.phone.strip() and read_store_phone(draft.phone, draft.zone) is None:
        yield "phone", _("This is no phone number. Write +358 9 1234567, or a hotline such as 95588.")
    if draft.category not in CATEGORIES:
        yield "category", _("Choose from the list.")
    if draft.website.strip() and not re.fullmatch(r"https?://[^\s<>\"']+\.[^\s<>\"']+", draft.website):
        yield "website", _("An address that begins with https://")
    if (draft.longitude is None) != (draft.latitude is None):
        yield "latitude", _("A position has both latitude and longitude.")
    elif abs(draft.latitude or 0) > 90 or abs(draft.longitude or 0) > 180:
        yield "latitude", _("Latitude is within 90 degrees, longitude within 180.")


def _checked(draft: StoreDraft) -> dict[str, object]:
    wrong = dict(faults(draft))
    if wrong:
        raise StoreUnreadable("store_unreadable", _("Please look at what is marked."), **wrong)
    texts = {
        name: getattr(draft, name).strip() for name in ("name", "zone", "street", "postcode", "city", "category", "website")
    }
    phone = read_store_phone(draft.phone, draft.zone) if draft.phone.strip() else ""
    return {**texts, "phone": phone, "longitude": draft.longitude, "latitude": draft.latitude}


async def create_store(db: Db, merchant_id: UUID, draft: StoreDraft) -> UUID:
    """A new store. Refusal: store_unreadable."""
    values = _checked(draft)
    store_id = await open_store(db, merchant_id, draft.name, draft.zone)
    await _write(db, merchant_id, store_id, values)
    return store_id


async def change_store(db: Db, merchant_id: UUID, store_id: UUID, draft: StoreDraft) -> None:
    """What is said of a store from now on. Refusals: store_unreadable, not_found."""
    await _write(db, merchant_id, store_id, _checked(draft))


async def _write(db: Db, merchant_id: UUID, store_id: UUID, values: dict[str, object]) -> None:
    changed = await db.run(
        """
        update merchants.stores set name = :name, zone = :zone, phone = :phone, street = :street, postcode = :postcode, city = :city,
          longitude = :longitude, latitude = :latitude, category = :category, website = :website
        where merchant_id = :merchant and store_id = :store
        """,
        merchant=merchant_id,
        store=store_id,
        **values,
    )
    if not changed:
        raise NotFound
    await record(db, StoresChanged(merchant_id))


async def close_store(db: Db, merchant_id: UUID, store_id: UUID) -> None:
    """Close a store for good: it is no longer listed, what happened there stays. Refusals: not_found, store_closed."""
    closed = await db.run(
        "update merchants.stores set closed_at = :now where merchant_id = :merchant and store_id = :store and closed_at is null",
        now=clock.now(),
        merchant=merchant_id,
        store=store_id,
    )
    if not closed:
        await _demand(db, merchant_id, store_id)
        raise Refusal("store_closed", _("This store was closed before."))
    await record(db, StoresChanged(merchant_id))


async def _demand(db: Db, merchant_id: UUID, store_id: UUID) -> None:
    """Lock the store's row, so that two who set its hours at once follow one another. Refusal: not_found."""
    found = await db.value(
        UUID,
        "select store_id from merchants.stores where merchant_id = :merchant and store_id = :store for update",
        merchant=merchant_id,
        store=store_id,
    )
    if found is None:
        raise NotFound


def _overlapping(stretches: Sequence[tuple[datetime, datetime]]) -> bool:
    return any(later[0] < earlier[1] for earlier, later in pairwise(sorted(stretches)))


def _stretch(day: datetime, opens: time, closes: time) -> tuple[datetime, datetime]:
    begins = datetime.combine(day, opens)
    ends = datetime.combine(day, closes)
    return begins, ends if ends > begins else ends + timedelta(days=1)


async def set_hours(db: Db, merchant_id: UUID, store_id: UUID, spells: Sequence[NewSpell]) -> None:
    """The week from now on, in place of the one before. Refusals: hours_unreadable, not_found."""
    if any(not 1 <= spell.weekday <= 7 for spell in spells) or len(spells) > 7 * MOST_SPELLS:
        raise Unreadable("hours_unreadable", _("Weekdays go from 1, Monday, to 7."))
    week = [_stretch(_MONDAY + timedelta(days=spell.weekday - 1), spell.opens, spell.closes) for spell in spells]
    if _overlapping([*week, *((begins + _WEEK, ends + _WEEK) for begins, ends in week)]):
        raise Unreadable("hours_unreadable", _("Two of these hours overlap. Those past midnight reach into the next day."))
    await _demand(db, merchant_id, store_id)
    await db.run(
        "delete from merchants.opening_hours where merchant_id = :merchant and store_id = :store",
        merchant=merchant_id,
        store=store_id,
    )
    await db.run(
        """
        insert into merchants.opening_hours (merchant_id, store_id, weekday, opens, closes)
        select :merchant, :store, weekday, opens, closes
        from unnest(:weekdays::smallint[], :opens::time[], :closes::time[]) as s(weekday, opens, closes)
        """,
        merchant=merchant_id,
        store=store_id,
        weekdays=[spell.weekday for spell in spells],
        opens=[spell.opens for spell in spells],
        closes=[spell.closes for spell in spells],
    )
    await record(db, StoresChanged(merchant_id))


async def set_special_day(db: Db, merchant_id: UUID, store_id: UUID, day: date, wanted: NewSpecialDay) -> None:
    """The hours of one day in place of its weekday's. Refusals: hours_unreadable, not_found."""
    if len(wanted.note) > 120 or "\x00" in wanted.note or not 2000 <= day.year <= 2200:
        raise Unreadable("hours_unreadable", _("At most %(most)s characters.") % {"most": 120})
    midday = datetime.combine(day, time())
    if len(wanted.hours) > MOST_SPELLS or _overlapping([_stretch(midday, opens, closes) for opens, closes in wanted.hours]):
        raise Unreadable("hours_unreadable", _("Two of these hours overlap. Those past midnight reach into the next day."))
    await drop_special_day(db, merchant_id, store_id, day)
    hours: Sequence[tuple[time | None, time | None]] = wanted.hours or [(None, None)]
    await db.run(
        """
        insert into merchants.special_hours (merchant_id, store_id, day, entry, opens, closes, note)
        select :merchant, :store, :day, entry, opens, closes, :note
        from unnest(:opens::time[], :closes::time[]) with ordinality as s(opens, closes, entry)
        """,
        merchant=merchant_id,
        store=store_id,
        day=day,
        opens=[opens for opens, _closes in hours],
        closes=[closes for _opens, closes in hours],
        note=wanted.note.strip(),
    )


async def drop_special_day(db: Db, merchant_id: UUID, store_id: UUID, day: date) -> None:
    """Let the weekday's hours hold again. Refusal: not_found."""
    await _demand(db, merchant_id, store_id)
    await db.run(
        "delete from merchants.special_hours where merchant_id = :merchant and store_id = :store and day = :day",
        merchant=merchant_id,
        store=store_id,
        day=day,
    )
    await record(db, StoresChanged(merchant_id))


async def special_days_of(db: Db, merchant_id: UUID, store_id: UUID, first: date) -> list[SpecialDay]:
    """A store's exceptions from a day on, at most 200."""
    return await db.all(
        SpecialDay,
        """
        select day, entry, opens, closes, note from merchants.special_hours
        where merchant_id = :merchant and store_id = :store and day >= :first order by day, entry limit 200
        """,
        merchant=merchant_id,
        store=store_id,
        first=first,
    )
