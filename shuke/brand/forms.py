"""Forms of the brand's pages: what was typed, read into drafts; what can't be read stays in its field."""

from datetime import date, time
from decimal import Decimal, InvalidOperation

import msgspec

from shuke.cards import ProgrammeDraft, ProgrammeRules, TierDraft
from shuke.kit.i18n import gettext as _
from shuke.kit.money import digits, parse
from shuke.kit.web import AnyRequest
from shuke.merchants import NewSpecialDay, NewSpell, Store, StoreDraft

Typed = dict[str, str]
Errors = dict[str, str]
TIERS = 10


async def typed_in(request: AnyRequest) -> Typed:
    """The text fields of a form."""
    form = await request.form()
    return {name: str(form.get(name, "")) for name in form if isinstance(form.get(name), str)}


def typed_store(store: Store) -> Typed:
    """A store as its form shows it."""
    return {name: str(getattr(store, name)) for name in StoreDraft.__struct_fields__ if getattr(store, name) is not None}


def _degrees(text: str, field: str, errors: Errors) -> float | None:
    plain = text.strip().replace(",", ".")
    if not plain:
        return None
    try:
        value = float(plain)
    except ValueError:
        value = 1000.0
    if not -180 <= value <= 180:
        errors[field] = _("Write degrees, such as 60.1699.")
        return None
    return value


def read_store(typed: Typed) -> tuple[StoreDraft, Errors]:
    """A store as typed."""
    errors: Errors = {}
    longitude, latitude = (_degrees(typed.get(name, ""), name, errors) for name in ("longitude", "latitude"))
    texts = {name: typed.get(name, "") for name in ("name", "zone", "phone", "street", "postcode", "city", "website")}
    draft = StoreDraft(**texts, category=typed.get("category") or "other", longitude=longitude, latitude=latitude)
    return draft, errors


def read_spans(text: str) -> list[tuple[time, time]] | None:
    """Times as people write them: 11-14, 17:30–01:00; nothing is closed; None when they can't be read."""
    spans = []
    for part in text.replace("；", ",").replace(";", ",").replace("，", ",").replace("、", ",").split(","):
        plain = part.strip().replace("–", "-").replace("—", "-").replace("～", "-").replace("~", "-").replace("：", ":")
        if not plain:
            continue
        opens, dash, closes = plain.partition("-")
        first, last = _time(opens), _time(closes)
        if not dash or first is None or last is None:
            return None
        spans.append((first, last))
    return spans


def _time(text: str) -> time | None:
    hours, _colon, minutes = text.strip().replace(".", ":").partition(":")
    if not (
        hours.isascii() and hours.isdigit() and len(hours) <= 2 and (not minutes or (minutes.isascii() and minutes.isdigit()))
    ):
        return None
    hour, minute = int(hours), int(minutes or 0)
    if (hour, minute) == (24, 0):
        return time()
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_week(typed: Typed) -> tuple[list[NewSpell], Errors]:
    """The seven fields of a week."""
    spells: list[NewSpell] = []
    errors: Errors = {}
    for weekday in range(1, 8):
        spans = read_spans(typed.get(f"day{weekday}", ""))
        if spans is None:
            errors[f"day{weekday}"] = _("Write times like 11:00-14:00, 17:00-01:00; leave it empty when closed.")
        else:
            spells += [NewSpell(weekday, opens, closes) for opens, closes in spans]
    return spells, errors


def read_special(typed: Typed) -> tuple[date | None, NewSpecialDay, Errors]:
    """An exception as typed; without hours it is closed."""
    errors: Errors = {}
    try:
        day: date | None = date.fromisoformat(typed.get("day", ""))
    except ValueError:
        day = None
        errors["day"] = _("Choose the day.")
    spans = read_spans(typed.get("hours", ""))
    if spans is None:
        errors["hours"] = _("Write times like 11:00-14:00, 17:00-01:00; leave it empty when closed.")
    return day, NewSpecialDay(spans or [], typed.get("note", "")), errors


def typed_programme(rules: ProgrammeRules, currency: str) -> Typed:
    """A programme as its form shows it."""
    programme = rules.programme
    typed = {
        name: str(value) for name in ProgrammeDraft.__struct_fields__ if (value := getattr(programme, name, None)) is not None
    }
    typed |= {"earn_per": amount(programme.earn_per, currency), "open": "yes" if programme.open else ""}
    typed["birthday_factor"] = plain(programme.birthday_factor)
    typed["articles"] = "\n".join(f"{article.code} {article.points}" for article in rules.articles)
    for tier in rules.tiers:
        at = f"tier{tier.position}_"
        spend = programme.tier_basis == "spend"
        typed |= {
            f"{at}name": tier.name,
            f"{at}threshold": amount(tier.threshold, currency) if spend else str(tier.threshold),
            f"{at}percent": str(tier.percent_off),
            f"{at}factor": plain(tier.points_factor),
            f"{at}benefits": tier.benefits,
        }
    return typed


def amount(minor: int, currency: str) -> str:
    """An amount as a form writes it: 12.50."""
    places = digits(currency)
    text = f"{Decimal(minor).scaleb(-places):.{places}f}"
    return text.removesuffix("." + "0" * places) if places else text


def plain(value: Decimal) -> str:
    """A factor without needless zeros."""
    return f"{value.normalize():f}"


class Reading:
    """Reads one form's numbers, and gathers what could not be read."""

    def __init__(self, typed: Typed, currency: str) -> None:
        self.typed = typed
        self.currency = currency
        self.errors: Errors = {}

    def whole(self, field: str, empty: int = 0) -> int:
        """A whole number."""
        text = self.typed.get(field, "").strip()
        if not text:
            return empty
        if not (text.isascii() and text.isdigit() and len(text) <= 12):
            self.errors[field] = _("Write a whole number.")
            return empty
        return int(text)

    def maybe(self, field: str) -> int | None:
        """A whole number, or nothing."""
        return self.whole(field) if self.typed.get(field, "").strip() else None

    def factor(self, field: str) -> Decimal:
        """A factor such as 1.5; 1 when nothing was typed."""
        text = self.typed.get(field, "").strip().replace(",", ".") or "1"
        try:
            value = Decimal(text) if len(text) <= 8 else Decimal("NaN")
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            self.errors[field] = _("Write a number such as 1.5.")
            return Decimal(1)
        return value

    def money(self, field: str) -> int:
        """Minor units of an amount."""
        text = self.typed.get(field, "").strip()
        minor = parse(text, self.currency) if text else 0
        if minor is None:
            self.errors[field] = _("Write an amount such as 12.50.")
            return 0
        return minor


def read_programme(typed: Typed, currency: str) -> tuple[ProgrammeDraft, Errors]:
    """A programme as typed; levels without a name are left out."""
    read = Reading(typed, currency)
    tiers = tuple(
        TierDraft(
            name=typed[f"tier{n}_name"],
            threshold=read.money(f"tier{n}_threshold")
            if typed.get("tier_basis") != "visits"
            else read.whole(f"tier{n}_threshold"),
            percent_off=read.whole(f"tier{n}_percent"),
            points_factor=read.factor(f"tier{n}_factor"),
            benefits=typed.get(f"tier{n}_benefits", ""),
        )
        for n in range(TIERS)
        if typed.get(f"tier{n}_name", "").strip()
    )
    return _draft(read, tiers), read.errors


def _draft(read: Reading, tiers: tuple[TierDraft, ...]) -> ProgrammeDraft:
    typed = read.typed
    chosen = {name: typed[name] for name in ("refund_policy", "tier_basis", "downgrade") if typed.get(name)}
    articles = []
    for line in typed.get("articles", "").splitlines():
        code, _space, points = line.strip().rpartition(" ")
        if not line.strip():
            continue
        if not (code and points.isascii() and points.isdigit() and len(points) <= 9):
            read.errors["articles"] = _("One article a line: its number, a space, its points.")
            break
        articles.append({"code": code.strip(), "points": int(points)})
    draft = {
        **chosen,
        **{name: typed.get(name, "") for name in ("name", "zone")},
        "colour": typed.get("colour", "").lower(),
        "earn_points": read.whole("earn_points"),
        "earn_per": read.money("earn_per"),
        "visit_points": read.whole("visit_points"),
        "birthday_factor": read.factor("birthday_factor"),
        "daily_cap": read.maybe("daily_cap"),
        "pending_days": read.whole("pending_days"),
        "expiry_days": read.maybe("expiry_days"),
        "tier_days": read.whole("tier_days", 365),
        "open": typed.get("open") == "yes",
        "tiers": tiers,
        "articles": articles,
    }
    try:
        return msgspec.convert(draft, ProgrammeDraft)
    except msgspec.ValidationError:
        read.errors["tier_basis"] = _("Choose from the list.")
        return ProgrammeDraft(name=typed.get("name", ""), zone=typed.get("zone", ""), tiers=tiers)
