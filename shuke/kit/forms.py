"""Forms: what was typed into a page, read field by field; what can't be read is remembered at its field."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from shuke.kit import clock, money
from shuke.kit.i18n import gettext as _
from shuke.kit.web import AnyRequest

Typed = Mapping[str, str | Sequence[str]]


async def typed_in(request: AnyRequest, several: Sequence[str] = ()) -> Typed:
    """The fields of a form; the boxes of those names in `several` as a list."""
    form = await request.form()
    return {
        name: [text for text in form.getall(name) if isinstance(text, str)] if name in several else str(form.get(name, ""))
        for name in form
    }


def written(minor: int | None, currency: str) -> str:
    """An amount as a field of a form shows it."""
    if minor is None:
        return ""
    digits = money.digits(currency)
    return f"{minor / 10**digits:.{digits}f}"


class Reading:
    """Reads the fields of one form and remembers what can't be read."""

    def __init__(self, typed: Typed, currency: str) -> None:
        self.typed = typed
        self.currency = currency
        self.errors: dict[str, str] = {}

    def text(self, name: str) -> str:
        """One field, without the spaces around it."""
        found = self.typed.get(name, "")
        return found.strip() if isinstance(found, str) else ""

    def many(self, name: str) -> Sequence[str]:
        """The chosen ones of several boxes."""
        found = self.typed.get(name, ())
        return [found] if isinstance(found, str) else found

    def amount(self, name: str) -> int | None:
        """Minor units."""
        text = self.text(name)
        if not text:
            return None
        read = money.parse(text, self.currency)
        if read is None:
            self.errors[name] = _("Write an amount such as 12.50.")
        return read

    def whole(self, name: str) -> int | None:
        """A whole number in digits of any writing."""
        text = self.text(name)
        if not text:
            return None
        if len(text) > 12 or not text.isdecimal():
            self.errors[name] = _("Write a whole number.")
            return None
        return int(text)

    def hour(self, name: str, field: str) -> time | None:
        """A time of day; a fault is shown at `field`."""
        text = self.text(name)
        try:
            return time.fromisoformat(text) if text else None
        except ValueError:
            self.errors[field] = _("Write a time such as 17:30.")
            return None

    def day(self, name: str) -> date | None:
        """A calendar day."""
        text = self.text(name)
        try:
            found = date.fromisoformat(text) if text else None
        except ValueError:
            found = date.min
        if found is not None and not 2000 <= found.year <= 2200:
            self.errors[name] = _("Write a date such as 2026-12-31.")
            return None
        return found

    def moment(self, name: str, zone: str) -> datetime | None:
        """A day and time in `zone`."""
        text = self.text(name)
        known = known_zone(zone)
        try:
            found = datetime.fromisoformat(text).replace(tzinfo=known) if text and known else None
        except ValueError:
            found = datetime.min.replace(tzinfo=UTC)
        if found is not None and not 2000 <= found.year <= 2200:
            self.errors[name] = _("Write a date and time.")
            return None
        return found

    def codes(self, name: str) -> list[str]:
        """Article numbers, one a line or with commas between them."""
        parts = self.text(name).replace(",", "\n").replace("，", "\n").splitlines()
        return list(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def ids(self, name: str) -> list[UUID]:
        """Chosen ids."""
        found = []
        for text in self.many(name):
            try:
                found.append(UUID(text))
            except ValueError:
                self.errors[name] = _("Choose from the list.")
        return found


def first_moment(day: date | None, zone: str) -> datetime | None:
    """The beginning of a day."""
    known = known_zone(zone)
    return datetime.combine(day, time(), known) if day and known else None


def last_moment(day: date | None, zone: str) -> datetime | None:
    """The end of a day."""
    return clock.end_of_day(day, zone) if day and known_zone(zone) else None


def known_zone(name: str) -> ZoneInfo | None:
    """A time zone by its name."""
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, KeyError, OSError):
        return None
