"""The form of a template: from what was typed to a draft, and back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import msgspec

from shuke.console.trial import Asked
from shuke.kit import clock
from shuke.kit.forms import Reading, Typed, first_moment, last_moment, written
from shuke.kit.i18n import gettext as _
from shuke.merchants import Store
from shuke.terms import Draft, Kind, Stacking, faults

MANY = ("days", "stores")
FIELDS = {"starts_at": "starts_on", "ends_at": "ends_on"}  # a fault of the draft is shown at its field of the form


class Filled(msgspec.Struct, frozen=True):
    """What was typed, the draft it makes (what can't be read left out), and what is wrong, by field of the form."""

    typed: Typed
    draft: Draft
    errors: dict[str, str]


def read_rules(typed: Typed, currency: str, zone: str) -> Filled:
    """The draft that a form makes, with every fault at its field. `zone` when the form has none."""
    form = Reading(typed, currency)
    kind = form.text("kind")
    stacking = form.text("stacking") or "alone"
    uses = form.whole("uses")
    draft = Draft(
        kind=msgspec.convert(kind if kind in get_args(Kind) else "money_off", Kind),
        title=form.text("title"),
        terms=form.text("terms"),
        value=(form.whole("percent") if kind == "percent_off" else form.amount("amount")) or 0,
        max_off=form.amount("max_off") if kind == "percent_off" else None,
        gives=form.text("gives"),
        uses=1 if uses is None else uses,
        stock=form.whole("stock"),
        per_person=form.whole("per_person"),
        per_natural_person=form.whole("per_natural_person"),
        minimum_spend=form.amount("minimum_spend") or 0,
        stacking=msgspec.convert(stacking if stacking in get_args(Stacking) else "alone", Stacking),
        stacking_class=form.text("stacking_class") if stacking == "one_per_class" else "",
        transferable=bool(form.text("transferable")),
        weekdays=sum(1 << int(day) for day in {*form.many("days")} if day in "0123456" and len(day) == 1),
        window1_from=form.hour("window1_from", "window1_from"),
        window1_to=form.hour("window1_to", "window1_from"),
        window2_from=form.hour("window2_from", "window2_from"),
        window2_to=form.hour("window2_to", "window2_from"),
        starts_at=first_moment(form.day("starts_on"), form.text("zone") or zone),
        ends_at=last_moment(form.day("ends_on"), form.text("zone") or zone),
        valid_days=form.whole("valid_days"),
        zone=form.text("zone") or zone,
        stores=form.ids("stores"),
        required=form.codes("required"),
        excluded=form.codes("excluded"),
    )
    wrong = {_shown_at(field, draft): message for field, message in faults(draft).items()}
    return Filled(typed, draft, wrong | form.errors)


def _shown_at(field: str, draft: Draft) -> str:
    if field == "value":
        return "percent" if draft.kind == "percent_off" else "amount"
    if field == "weekdays":
        return "days"
    return FIELDS.get(field, field)


def typed_of(draft: Draft, currency: str) -> Typed:
    """A draft as the form shows it."""
    zone = ZoneInfo(draft.zone)
    last = draft.ends_at.astimezone(zone) - timedelta(microseconds=1) if draft.ends_at else None
    plain = {
        "kind": draft.kind,
        "title": draft.title,
        "terms": draft.terms,
        "percent": draft.value if draft.kind == "percent_off" else "",
        "amount": written(draft.value, currency) if draft.kind != "percent_off" and draft.value else "",
        "max_off": written(draft.max_off, currency),
        "gives": draft.gives,
        "uses": draft.uses,
        "stock": draft.stock,
        "per_person": draft.per_person,
        "per_natural_person": draft.per_natural_person,
        "minimum_spend": written(draft.minimum_spend, currency) if draft.minimum_spend else "",
        "stacking": draft.stacking,
        "stacking_class": draft.stacking_class,
        "transferable": "yes" if draft.transferable else "",
        "starts_on": draft.starts_at.astimezone(zone).date().isoformat() if draft.starts_at else "",
        "ends_on": last.date().isoformat() if last else "",
        "valid_days": draft.valid_days,
        "zone": draft.zone,
        "required": "\n".join(draft.required),
        "excluded": "\n".join(draft.excluded),
    }
    hours = {name: getattr(draft, name) for name in ("window1_from", "window1_to", "window2_from", "window2_to")}
    return {
        **{name: "" if value is None else str(value) for name, value in plain.items()},
        **{name: f"{hour:%H:%M}" if hour else "" for name, hour in hours.items()},
        "days": [str(day) for day in range(7) if draft.weekdays >> day & 1],
        "stores": [str(store) for store in draft.stores],
    }


def read_trial(typed: Typed, currency: str, stores: Sequence[Store]) -> tuple[Asked | None, dict[str, str]]:
    """What the form asks of the till: at which store, when (now if empty), with which bill."""
    form = Reading(typed, currency)
    wanted = form.text("try_store")
    store = next((one for one in stores if str(one.store_id) == wanted), stores[0] if stores else None)
    if store is None:
        return None, {}
    at = clock.now()
    text = form.text("try_at")
    if text:
        try:
            at = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(store.zone))
        except ValueError:
            form.errors["try_at"] = _("Write a date and time.")
    if not 2000 <= at.year <= 2200:
        form.errors["try_at"] = _("Write a date and time.")
    asked = Asked(store_id=store.store_id, at=at, bill=form.amount("try_bill"), articles=form.codes("try_articles"))
    return (None if form.errors else asked), form.errors
