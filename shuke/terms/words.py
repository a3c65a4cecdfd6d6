"""Words: a template's rules as people read them, made from the same row that redeeming enforces."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import format_date, get_day_names

from shuke.kit.i18n import gettext as _
from shuke.kit.i18n import locale, ngettext
from shuke.kit.money import Money
from shuke.shell.filters import money
from shuke.terms.types import Rules

EVERY_DAY = 127


class Reach(msgspec.Struct, frozen=True):
    """What the rules name beside their own row: the shop's currency, stores (none: all of them), articles by name."""

    currency: str
    stores: Sequence[str] = ()
    required: Sequence[str] = ()
    excluded: Sequence[str] = ()


class Face(msgspec.Struct, frozen=True):
    """The big word on a voucher and the small one under it."""

    big: str
    small: str


def kind_names() -> dict[str, str]:
    """Every kind of voucher by name."""
    return {
        "money_off": _("Money off"),
        "percent_off": _("Percent off"),
        "gift": _("Gift"),
        "trial": _("Free trial"),
        "cash": _("Cash voucher"),
        "deal": _("Deal"),
        "reward": _("Reward"),
        "pass": _("Pass"),
    }


def day_names() -> list[str]:
    """The days of the week in short, Monday first."""
    names = get_day_names("abbreviated", locale=locale())
    return [names[day] for day in range(7)]


def face_of(kind: str, value: int, currency: str) -> Face:
    """What stands large on the voucher: 20 percent off is 8折 in Chinese."""
    names = kind_names()
    if kind in ("money_off", "cash"):
        small = _("off") if kind == "money_off" else names["cash"]
        return Face(money(Money(value, currency), short=True), small)
    if kind == "percent_off":
        if locale() == "zh_CN" and 0 < value < 100:
            return Face(f"{(100 - value) / 10:g}折", "")
        return Face(f"{value}%", _("off"))
    return Face(names.get(kind, kind), "")


def sentences(rules: Rules, reach: Reach, window: tuple[datetime, datetime] | None = None) -> list[str]:
    """The rules as sentences, the most important first; `window` says from when until when one voucher holds."""
    said = [
        _gives(rules, reach.currency),
        _uses(rules),
        _minimum(rules, reach.currency),
        _hours(rules),
        _validity(rules, window),
        _places(reach.stores),
        *_articles(reach),
        _stacking(rules),
        _passing(rules),
        *_limits(rules),
    ]
    return [sentence for sentence in said if sentence]


def _gives(rules: Rules, currency: str) -> str:
    if rules.kind in ("money_off", "cash"):
        amount = money(Money(rules.value, currency), short=True)
        if rules.kind == "cash":
            return _("Pays %(amount)s of the bill.") % {"amount": amount}
        return _("%(amount)s off the bill.") % {"amount": amount}
    if rules.kind == "percent_off":
        if rules.max_off is None:
            return _("%(percent)s%% off the bill.") % {"percent": rules.value}
        most = money(Money(rules.max_off, currency), short=True)
        return _("%(percent)s%% off the bill, at most %(amount)s.") % {"percent": rules.value, "amount": most}
    return _("You get: %(thing)s") % {"thing": rules.gives} if rules.gives else ""


def _uses(rules: Rules) -> str:
    return _("Can be used %(count)s times.") % {"count": rules.uses} if rules.uses > 1 else ""


def _minimum(rules: Rules, currency: str) -> str:
    if not rules.minimum_spend:
        return ""
    return _("For a bill of %(amount)s or more.") % {"amount": money(Money(rules.minimum_spend, currency), short=True)}


def _hours(rules: Rules) -> str:
    windows = [(rules.window1_from, rules.window1_to), (rules.window2_from, rules.window2_to)]
    hours = [_window(opens, closes) for opens, closes in windows if opens is not None and closes is not None]
    days = _days(rules.weekdays)
    if not hours:
        return "" if rules.weekdays == EVERY_DAY else _("Only on %(days)s.") % {"days": days}
    return _("Only on %(days)s, %(hours)s.") % {"days": days, "hours": _listed(hours)}


def _window(opens: time, closes: time) -> str:
    if opens == closes:
        return _("around the clock")
    hours = f"{opens:%H:%M}–{closes:%H:%M}"
    return hours if opens < closes else _("%(hours)s of the next day") % {"hours": hours}


def _days(weekdays: int) -> str:
    """Runs of days together: Monday–Friday, Sunday."""
    if weekdays == EVERY_DAY:
        return _("any day")
    names = day_names()
    chosen = [day for day in range(7) if weekdays >> day & 1]
    runs: list[list[int]] = []
    for day in chosen:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    written = []
    for run in runs:
        ends = [names[run[0]]] if len(run) == 1 else [names[run[0]], names[run[-1]]]
        written.append(("–" if len(run) > 2 else _(", ")).join(ends))
    return _(", ").join(written)


def _validity(rules: Rules, window: tuple[datetime, datetime] | None) -> str:
    zone = ZoneInfo(rules.zone)
    if window is not None:
        return _span(window[0], window[1], zone)
    if rules.valid_days is not None:
        after = ngettext(
            "Holds until the end of the day %(num)s day after it is given.",
            "Holds until the end of the day %(num)s days after it is given.",
            rules.valid_days,
        ) % {"num": rules.valid_days}
        bounds = _span(rules.starts_at, rules.ends_at, zone) if rules.starts_at or rules.ends_at else ""
        return f"{after} {bounds}".strip() if locale() != "zh_CN" else after + bounds
    return _span(rules.starts_at, rules.ends_at, zone)


def _span(starts: datetime | None, ends: datetime | None, zone: ZoneInfo) -> str:
    if starts is not None and ends is not None:
        return _("Valid from %(start)s to %(end)s.") % {"start": _first_day(starts, zone), "end": _last_day(ends, zone)}
    if ends is not None:
        return _("Valid until %(end)s.") % {"end": _last_day(ends, zone)}
    return _("Valid from %(start)s.") % {"start": _first_day(starts, zone)} if starts is not None else ""


def _first_day(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    day = format_date(local.date(), "medium", locale=locale())
    return day if local.time() == time() else f"{day} {local:%H:%M}"


def _last_day(moment: datetime, zone: ZoneInfo) -> str:
    """The last day on which it holds; with the hour when it ends in the middle of one."""
    local = moment.astimezone(zone)
    if local.time() == time():
        return format_date(local.date() - timedelta(days=1), "medium", locale=locale())
    return f"{format_date(local.date(), 'medium', locale=locale())} {local:%H:%M}"


def _places(stores: Sequence[str]) -> str:
    return _("Only at %(stores)s.") % {"stores": _listed(stores)} if stores else ""


def _articles(reach: Reach) -> list[str]:
    said = []
    if reach.required:
        said.append(_("Only with one of these on the bill: %(articles)s.") % {"articles": _listed(reach.required)})
    if reach.excluded:
        said.append(
            _("These don't count, and a bill of nothing else is refused: %(articles)s.") % {"articles": _listed(reach.excluded)}
        )
    return said


def _listed(names: Sequence[str], most: int = 8) -> str:
    """All of a few names; of many the first ones and how many more."""
    shown = _(", ").join(names[:most])
    if len(names) <= most:
        return shown
    return _("%(names)s and %(count)s more") % {"names": shown, "count": len(names) - most}


def _stacking(rules: Rules) -> str:
    if rules.stacking == "free":
        return _("May be combined with other vouchers.")
    if rules.stacking == "one_per_class":
        return _("One of its group on each bill, together with vouchers of other groups.")
    return _("Can't be combined with other vouchers.")


def _passing(rules: Rules) -> str:
    return _("May be given to somebody else.") if rules.transferable else _("Can't be given to somebody else.")


def _limits(rules: Rules) -> list[str]:
    said = []
    if rules.per_person is not None:
        said.append(_("At most %(count)s per account.") % {"count": rules.per_person})
    if rules.per_natural_person is not None:
        said.append(_("At most %(count)s per verified phone number.") % {"count": rules.per_natural_person})
    return said
