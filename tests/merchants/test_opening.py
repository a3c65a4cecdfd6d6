"""Opening hours: several a day, past midnight, exceptions, changes of the clock."""

from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest

from shuke.merchants import SpecialSpell, Spell, opening
from shuke.merchants.hours import Opening
from shuke.merchants.stores import read_store_phone

pytestmark = pytest.mark.row("1.4")

STORE = UUID(int=1)
HELSINKI = "Europe/Helsinki"


def spell(weekday: int, opens: str, closes: str) -> Spell:
    return Spell(STORE, weekday, time.fromisoformat(opens), time.fromisoformat(closes))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def state(spells: list[Spell], moment: str, specials: list[SpecialSpell] | None = None, zone: str = HELSINKI) -> Opening:
    found = opening(spells, specials or [], zone, at(moment))
    assert found is not None
    return found


def test_several_a_day() -> None:
    monday = [spell(1, "11:00", "14:00"), spell(1, "17:00", "22:00")]
    assert state(monday, "2026-06-01T09:00") == Opening(open=True, until=at("2026-06-01T11:00"))
    assert state(monday, "2026-06-01T11:00") == Opening(open=False, until=at("2026-06-01T14:00"))
    assert state(monday, "2026-06-01T19:00") == Opening(open=False, until=at("2026-06-08T08:00"))


def test_past_midnight_belongs_to_the_day_before() -> None:
    friday = [spell(5, "18:00", "02:00")]
    assert state(friday, "2026-06-05T22:30") == Opening(open=True, until=at("2026-06-05T23:00"))
    assert not state(friday, "2026-06-05T23:00").open
    assert not state(friday, "2026-06-06T15:30").open, "Saturday evening has no hours"


def test_stretches_that_touch_are_one() -> None:
    nights = [spell(1, "20:00", "00:00"), spell(2, "00:00", "03:00")]
    assert state(nights, "2026-06-01T18:00") == Opening(open=True, until=at("2026-06-02T00:00"))
    always = [spell(day, "00:00", "00:00") for day in range(1, 8)]
    assert state(always, "2026-06-01T18:00") == Opening(open=True, until=None)


def test_an_exception_replaces_its_day_only() -> None:
    daily = [spell(day, "10:00", "18:00") for day in range(1, 8)]
    closed = [SpecialSpell(STORE, date(2026, 6, 19), None, None, "Midsummer")]
    assert state(daily, "2026-06-19T10:00", closed) == Opening(open=False, until=at("2026-06-20T07:00"))
    long_night = [SpecialSpell(STORE, date(2026, 6, 19), time(20), time(4), "")]
    assert state(daily, "2026-06-19T10:00", long_night) == Opening(open=False, until=at("2026-06-19T17:00"))
    assert state(daily, "2026-06-20T00:30", long_night) == Opening(open=True, until=at("2026-06-20T01:00"))


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        (
            "2026-03-28T23:30",
            "2026-03-29T02:00",
        ),  # 03:00 is 04:00 that night: the spell ends at 05:00 summer time, an hour early
        ("2026-10-24T22:30", "2026-10-25T03:00"),  # 03:00 comes twice: the spell is an hour longer
    ],
)
def test_the_clock_changes_at_night(moment: str, until: str) -> None:
    saturday = [spell(6, "22:00", "05:00")]
    assert state(saturday, moment) == Opening(open=True, until=at(until))


def test_an_hour_that_comes_twice_ends_late() -> None:
    saturday = [spell(6, "22:00", "03:30")]
    assert state(saturday, "2026-10-25T01:15") == Opening(open=True, until=at("2026-10-25T01:30"))


@pytest.mark.row("8.1")
def test_an_hour_that_comes_twice_begins_early() -> None:
    sunday = [spell(7, "03:30", "09:00")]
    assert state(sunday, "2026-10-25T00:15") == Opening(open=False, until=at("2026-10-25T00:30"))
    assert state(sunday, "2026-10-25T01:15") == Opening(open=True, until=at("2026-10-25T07:00"))


@pytest.mark.row("8.1")
@pytest.mark.parametrize(
    ("hours", "moment", "found"),
    [
        (("22:00", "03:30"), "2026-03-29T00:45", Opening(open=True, until=at("2026-03-29T01:00"))),
        (("22:00", "03:30"), "2026-03-29T01:00", Opening(open=False, until=at("2026-04-04T19:00"))),
        (("03:30", "09:00"), "2026-03-28T00:45", Opening(open=False, until=at("2026-03-28T01:30"))),
    ],
)
def test_an_hour_that_is_skipped_ends_and_begins_at_its_place(hours: tuple[str, str], moment: str, found: Opening) -> None:
    assert state([spell(6, *hours)], moment) == found
    sunday = [spell(7, "03:10", "09:00"), spell(7, "12:00", "13:00")]
    assert state(sunday, "2026-03-29T00:59") == Opening(open=False, until=at("2026-03-29T01:00"))
    assert state(sunday, "2026-03-29T01:00") == Opening(open=True, until=at("2026-03-29T06:00"))


def test_unknown_hours_are_unknown() -> None:
    assert opening([], [], HELSINKI, at("2026-06-01T09:00")) is None


@pytest.mark.parametrize(
    ("text", "zone", "kept"),
    [
        ("95588", "Asia/Shanghai", "95588"),
        ("９５５８８", "Asia/Shanghai", "95588"),
        ("400-810-8888", "Asia/Shanghai", "+864008108888"),
        ("010 6552 9988", "Asia/Shanghai", "+861065529988"),
        ("+358 9 1234567", HELSINKI, "+35891234567"),
        ("09 1234567", HELSINKI, "+35891234567"),
        ("12", HELSINKI, None),
        ("call us", HELSINKI, None),
        ("0" * 40, HELSINKI, None),
    ],
)
def test_a_store_s_phone_in_any_writing(text: str, zone: str, kept: str | None) -> None:
    assert read_store_phone(text, zone) == kept
