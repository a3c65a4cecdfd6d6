"""Drafts: the rules of a template before they are kept, and what is wrong with them, field by field."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import Literal
from uuid import UUID
from zoneinfo import available_timezones

import msgspec

from shuke.kit import clock
from shuke.kit.i18n import gettext as _
from shuke.kit.money import LARGEST
from shuke.kit.refusals import Unreadable
from shuke.terms.types import Kind

Stacking = Literal["alone", "one_per_class", "free"]

MOST_STOCK = 1_000_000_000
MOST_ARTICLES = 5000
LAST_YEAR = 2200


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """All rules of a template. Amounts in minor units; `value` is the percentage of a percent_off; `weekdays` has a bit for each
    day, Monday is 1; a day window that ends before it begins goes past midnight; either `ends_at`, or `valid_days` after issue,
    or both; empty `stores` means all of them; `required` and `excluded` are article codes."""

    kind: Kind
    title: str
    terms: str = ""
    value: int = 0
    max_off: int | None = None
    gives: str = ""
    uses: int = 1
    stock: int | None = None
    per_person: int | None = None
    per_natural_person: int | None = None
    minimum_spend: int = 0
    stacking: Stacking = "alone"
    stacking_class: str = ""
    transferable: bool = False
    weekdays: int = 127
    window1_from: time | None = None
    window1_to: time | None = None
    window2_from: time | None = None
    window2_to: time | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    valid_days: int | None = None
    zone: str = ""
    stores: Sequence[UUID] = ()
    required: Sequence[str] = ()
    excluded: Sequence[str] = ()


class TemplateUnreadable(Unreadable):
    """422 `template_unreadable`: `facts` say what is wrong with which field."""


def check(draft: Draft) -> None:
    """Refuse a draft that can't be a template."""
    wrong = faults(draft)
    if wrong:
        raise TemplateUnreadable("template_unreadable", next(iter(wrong.values())), **wrong)


def faults(draft: Draft) -> dict[str, str]:
    """What is wrong, by field; the first fault of each field."""
    found: dict[str, str] = {}
    for field, message in (*_words(draft), *_worth(draft), *_numbers(draft), *_hours(draft), *_validity(draft)):
        found.setdefault(field, message)
    return found


def storable(text: str) -> bool:
    """Whether the database can keep a text: no NUL, no half of a character."""
    try:
        return "\x00" not in text and bool(text.encode() or True)
    except UnicodeEncodeError:
        return False


def _words(draft: Draft) -> Iterator[tuple[str, str]]:
    for field, text, most in (
        ("title", draft.title, 120),
        ("terms", draft.terms, 2000),
        ("gives", draft.gives, 200),
        ("stacking_class", draft.stacking_class, 40),
    ):
        if not storable(text):
            yield field, _("There are characters in this text that can't be kept.")
        if len(text) > most:
            yield field, _("Please write at most %(count)s characters.") % {"count": most}
    if not draft.title.strip():
        yield "title", _("Give the voucher a name.")
    if draft.stacking == "one_per_class" and not draft.stacking_class.strip():
        yield "stacking_class", _("Name the group of which one may be used on each bill.")
    for field, codes in (("required", draft.required), ("excluded", draft.excluded)):
        if len(codes) > MOST_ARTICLES:
            yield field, _("At most %(count)s articles.") % {"count": MOST_ARTICLES}
        if not all(0 < len(code) <= 64 and "," not in code and storable(code) for code in codes):
            yield field, _("An article's number has 1 to 64 characters and no comma.")
    if set(draft.required) & set(draft.excluded):
        yield "excluded", _("An article can't be needed and excluded at once.")


def _worth(draft: Draft) -> Iterator[tuple[str, str]]:
    if draft.kind in ("money_off", "cash") and not 0 < draft.value <= LARGEST:
        yield "value", _("Write an amount above zero.")
    elif draft.kind == "percent_off" and not 1 <= draft.value <= 100:
        yield "value", _("Write a percentage from 1 to 100.")
    elif not 0 <= draft.value <= LARGEST:
        yield "value", _("Write an amount of zero or more.")
    if draft.kind in ("gift", "trial", "reward", "pass") and not draft.gives.strip():
        yield "gives", _("Say what the guest gets.")
    if draft.kind == "deal" and not draft.gives.strip() and not draft.value:
        yield "gives", _("Say what the guest gets.")
    if draft.max_off is not None and draft.kind != "percent_off":
        yield "max_off", _("Only a percentage has a cap.")
    if draft.max_off is not None and not 0 < draft.max_off <= LARGEST:
        yield "max_off", _("Write an amount above zero.")


def _numbers(draft: Draft) -> Iterator[tuple[str, str]]:
    for field, number, least, most in (
        ("uses", draft.uses, 1, 10_000),
        ("stock", draft.stock, 1, MOST_STOCK),
        ("per_person", draft.per_person, 1, 1_000_000),
        ("per_natural_person", draft.per_natural_person, 1, 1_000_000),
        ("valid_days", draft.valid_days, 1, 3660),
        ("weekdays", draft.weekdays, 1, 127),
    ):
        if number is not None and not least <= number <= most:
            message = (
                _("Choose at least one day.") if field == "weekdays" else _("Write a whole number from %(least)s to %(most)s.")
            )
            yield field, message % {"least": least, "most": most} if "%(" in message else message
    if not 0 <= draft.minimum_spend <= LARGEST:
        yield "minimum_spend", _("Write an amount of zero or more.")


def _hours(draft: Draft) -> Iterator[tuple[str, str]]:
    for field, opens, closes in (
        ("window1_from", draft.window1_from, draft.window1_to),
        ("window2_from", draft.window2_from, draft.window2_to),
    ):
        if (opens is None) != (closes is None):
            yield field, _("A time of day has a beginning and an end.")
        if any(hour is not None and (hour.tzinfo is not None or hour.microsecond or hour.second) for hour in (opens, closes)):
            yield field, _("Write hours and minutes only: they hold in each store's own zone.")
    if draft.window2_from is not None and draft.window1_from is None:
        yield "window1_from", _("Fill in the first time of day before the second.")


def _validity(draft: Draft) -> Iterator[tuple[str, str]]:
    if draft.zone not in available_timezones():
        yield "zone", _("Choose a time zone.")
    for field, moment in (("starts_at", draft.starts_at), ("ends_at", draft.ends_at)):
        if moment is not None and (moment.tzinfo is None or not 2000 <= moment.year <= LAST_YEAR):
            yield field, _("Write a date between 2000 and %(year)s, with its offset.") % {"year": LAST_YEAR}
            return
    if draft.ends_at is None and draft.valid_days is None:
        yield "ends_at", _("Say until when it holds: a last day, or a number of days after it is given.")
    if draft.ends_at is not None and draft.starts_at is not None and draft.ends_at <= draft.starts_at:
        yield "ends_at", _("The end lies before the beginning.")
    elif draft.ends_at is not None and draft.ends_at <= clock.now():
        yield "ends_at", _("This day has passed.")
