"""Money, time, numbers and phones as people read them, in both languages."""

import datetime as dt
from zoneinfo import ZoneInfo

import msgspec
import pytest

from shuke.kit.i18n import CHINESE, ENGLISH, use_locale
from shuke.shell import filters

HELSINKI = ZoneInfo("Europe/Helsinki")
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Price(msgspec.Struct, frozen=True):
    minor: int
    currency: str


@pytest.mark.parametrize(
    ("minor", "currency", "language", "written"),
    [
        (12850, "CNY", ENGLISH, "¥128.50"),
        (12850, "CNY", CHINESE, "¥128.50"),
        (3980, "JPY", ENGLISH, "¥3,980"),
        (3980, "JPY", CHINESE, "¥3,980"),
        (123456, "KRW", ENGLISH, "₩123,456"),
        (12345, "KWD", ENGLISH, "KWD12.345"),
        (199, "USD", CHINESE, "$1.99"),
        (-450, "EUR", ENGLISH, "-€4.50"),
        (0, "EUR", CHINESE, "€0.00"),
        (10**12, "CNY", ENGLISH, "¥10,000,000,000.00"),
    ],
)
def test_money_has_the_currency_s_own_digits_and_a_narrow_symbol(
    minor: int, currency: str, language: str, written: str
) -> None:
    with use_locale(language):
        assert filters.money(Price(minor, currency)) == written


def test_a_voucher_s_face_leaves_out_zero_cents_only() -> None:
    assert filters.money(Price(5000, "CNY"), short=True) == "¥50"
    assert filters.money(Price(5050, "CNY"), short=True) == "¥50.50"
    assert filters.money(Price(-5000, "EUR"), short=True) == "-€50"
    assert filters.money(Price(3980, "JPY"), short=True) == "¥3,980"


def test_times_follow_the_zone_over_daylight_saving() -> None:
    before = dt.datetime(2026, 3, 29, 0, 59, tzinfo=dt.UTC)
    after = before + dt.timedelta(minutes=1)
    assert filters.time(before, HELSINKI) == "02:59"
    assert filters.time(after, HELSINKI) == "04:00"
    first = dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)
    again = first + dt.timedelta(hours=1)
    assert filters.time(first, HELSINKI) == filters.time(again, HELSINKI) == "03:30"
    assert filters.moment(first, HELSINKI, "full") == "2026-10-25 03:30:00 +03:00"
    assert filters.moment(again, HELSINKI, "full") == "2026-10-25 03:30:00 +02:00"


def test_a_moment_is_the_day_it_is_in_the_zone() -> None:
    late = dt.datetime(2026, 12, 31, 17, 0, tzinfo=dt.UTC)
    assert filters.date(late, dt.UTC, "day") == "Dec 31"
    assert filters.date(late, SHANGHAI, "day") == "Jan 1"
    with use_locale(CHINESE):
        assert filters.date(late, SHANGHAI) == "2027年1月1日"
        assert filters.moment(late, SHANGHAI) == "2027年1月1日 01:00"
        assert filters.date(late, SHANGHAI, "day") == "1月1日"
    assert filters.date(dt.date(2026, 2, 28), SHANGHAI) == "Feb 28, 2026"


def test_an_unknown_style_of_date_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown style"):
        filters.date(dt.date(2026, 1, 1), dt.UTC, "fancy")


def test_numbers_and_ratios() -> None:
    assert filters.number(1234567) == "1,234,567"
    assert filters.percent(0.125) == "12.5%"
    assert filters.percent(0.5) == "50%"
    assert filters.percent(0.1236, 2) == "12.36%"
    assert filters.percent(0.125, 0) == "12%"


def test_phones_are_spaced_and_hotlines_left_alone() -> None:
    assert filters.phone("+8613800138000") == "+86 138 0013 8000"
    assert filters.phone("95588") == "95588"
    assert filters.phone("") == ""
    assert filters.phone("<b>") == "<b>"


def test_codes_in_groups() -> None:
    assert filters.grouped("ABCDEFGHJ") == "ABCD EFGH J"
    assert filters.grouped("123456", 3) == "123 456"


@pytest.mark.parametrize(
    ("given", "name"),
    [("jade", "jade"), ("#c8321b", "tomato"), ("#0000ff", "indigo"), ("2a4b8d", "sea"), (None, "tomato"), ("red;", "tomato")],
)
def test_a_colour_becomes_one_of_the_palette(given: str | None, name: str) -> None:
    assert filters.palette(given) == name


@pytest.mark.parametrize("name", list(filters.PALETTE))
def test_white_text_on_every_colour_of_the_palette_passes_aa(name: str) -> None:
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in _parts(name)]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (light + 0.05) >= 4.5


def _parts(name: str) -> list[float]:
    return [part / 255 for part in filters.PALETTE[name]]
