"""How money, time, numbers and phones are written in the current language."""

import datetime as dt
import re
from decimal import Decimal
from typing import Protocol

import phonenumbers
from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import (
    format_currency,
    format_decimal,
    format_percent,
    get_currency_precision,
    get_currency_symbol,
)

from shuke.kit import i18n

# colours a merchant can choose; white text on each passes AA, and every one has a class in the styles
PALETTE = {
    "tomato": (200, 50, 27),
    "persimmon": (184, 74, 12),
    "amber": (146, 94, 6),
    "olive": (98, 108, 24),
    "jade": (26, 122, 78),
    "teal": (15, 118, 118),
    "sea": (20, 106, 160),
    "indigo": (70, 78, 184),
    "plum": (124, 58, 150),
    "rose": (182, 42, 98),
    "cocoa": (112, 72, 54),
    "ink": (52, 56, 66),
}


# parsed once: Babel looks through a thousand files' names each time it is given text
LOCALES = {name: Locale.parse(name) for name in i18n.LOCALES}


class Amount(Protocol):
    """Anything that says how many minor units of which currency."""

    @property
    def minor(self) -> int:
        """Whole minor units: cents, fen; yen themselves."""

    @property
    def currency(self) -> str:
        """ISO 4217 letters."""


def _locale() -> Locale:
    return LOCALES[i18n.locale()]


def money(amount: Amount, *, short: bool = False) -> str:
    """Write an amount with the narrow symbol; `short` leaves out zero cents, as on a voucher's face."""
    digits = get_currency_precision(amount.currency)
    value = Decimal(amount.minor).scaleb(-digits)
    pattern = None
    if short and value == value.to_integral_value():
        pattern = "¤#,##0;-¤#,##0"
    text = format_currency(
        value,
        amount.currency,
        pattern,
        locale=_locale(),
        currency_digits=pattern is None,
    )
    symbol = get_currency_symbol(amount.currency, locale=_locale())
    narrow = re.sub(r"^[A-Z]{1,2}(?=[^\w\s])", "", symbol)
    return text.replace(symbol, narrow)


def date(value: dt.date | dt.datetime, zone: dt.tzinfo, style: str = "medium") -> str:
    """Write a day; a moment becomes the day it is in `zone`."""
    day = value.astimezone(zone).date() if isinstance(value, dt.datetime) else value
    if style == "day":
        return format_date(day, "M月d日" if i18n.locale() == i18n.CHINESE else "MMM d", locale=_locale())
    return format_date(day, _style(style), locale=_locale())


def last_moment(end: dt.datetime) -> dt.datetime:
    """The moment before an end: an end at midnight belongs to the day before."""
    return end - dt.timedelta(microseconds=1)


def time(value: dt.datetime, zone: dt.tzinfo) -> str:
    """Write the hour and minute of a moment in `zone`, by the 24-hour clock."""
    return format_time(value, "HH:mm", tzinfo=zone, locale=_locale())


def moment(value: dt.datetime, zone: dt.tzinfo, style: str = "medium") -> str:
    """Write day, hour and minute of a moment in `zone`; "full" adds seconds and the zone's own offset."""
    if style == "full":
        return format_datetime(value, "yyyy-MM-dd HH:mm:ss xxx", tzinfo=zone, locale=_locale())
    return f"{date(value, zone, style)} {time(value, zone)}"


def ago(value: dt.datetime, now: dt.datetime, zone: dt.tzinfo) -> str:
    """Write how long ago a moment was, as lists do: minutes and hours of the same day, then the day."""
    minutes = int((now - value).total_seconds()) // 60
    if minutes < 1:
        return i18n.gettext("just now")
    if minutes < 60:
        return i18n.gettext("%(minutes)s min ago") % {"minutes": minutes}
    if value.astimezone(zone).date() == now.astimezone(zone).date():
        return time(value, zone)
    return moment(value, zone, "day" if value.astimezone(zone).year == now.astimezone(zone).year else "medium")


def distance(value: float) -> str:
    """Write metres as people say them: 80 m, 450 m, 1.2 km, 15 km."""
    if value < 1000:
        return i18n.gettext("%(metres)s m") % {"metres": max(10, round(value / 10) * 10)}
    digits = 1 if value < 9950 else 0
    return i18n.gettext("%(km)s km") % {"km": format_decimal(round(value / 1000, digits), locale=_locale())}


def _style(style: str) -> str:
    if style not in ("short", "medium", "long", "full"):
        raise ValueError(f"unknown style of date: {style}")
    return style


def number(value: Decimal | float) -> str:
    """Write a number with its thousands marked."""
    return format_decimal(value, locale=_locale())


def percent(ratio: Decimal | float, digits: int = 1) -> str:
    """Write a ratio (0.125) as a percentage (12.5%)."""
    pattern = "#,##0." + "#" * digits + "%" if digits else "#,##0%"
    return format_percent(ratio, pattern, locale=_locale())


def phone(value: str) -> str:
    """Write a number kept as E.164 the way people read it; anything else, such as a hotline, as it is."""
    try:
        parsed = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return value
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def grouped(code: str, size: int = 4) -> str:
    """Write a code in groups that are easy to read aloud: ABCD EFGH."""
    return " ".join(code[at : at + size] for at in range(0, len(code), size))


def palette(colour: str | None) -> str:
    """Return the palette's name for a merchant's colour: its own name, or the nearest to a #rrggbb."""
    if colour in PALETTE:
        return colour
    written = re.fullmatch(r"#?([0-9a-fA-F]{6})", colour or "")
    if not written:
        return "tomato"
    red, green, blue = bytes.fromhex(written[1])
    return min(
        PALETTE,
        key=lambda name: sum((mine - theirs) ** 2 for mine, theirs in zip(PALETTE[name], (red, green, blue), strict=True)),
    )
