"""The form of a deal: from what was typed to a draft, and back; and the deal it would become."""

from datetime import datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec

from shuke import terms
from shuke.deals.faults import HOLD, faults, hold_seconds, rules_for
from shuke.deals.types import Deal, DealDraft, VoucherDraft
from shuke.kit import clock
from shuke.kit.forms import Reading, Typed, first_moment, last_moment, written
from shuke.kit.i18n import gettext as _
from shuke.merchants import Acting

MANY = ("days", "stores")
SHOWN = {"voucher_weekdays": "days", "voucher_stores": "stores", "hold_seconds": "hold_minutes", "voucher": "template_id"}


class Filled(msgspec.Struct, frozen=True):
    """What was typed, the draft it makes (what can't be read left out), and what is wrong, by field of the form."""

    typed: Typed
    draft: DealDraft
    errors: dict[str, str]


def read_deal(typed: Typed, currency: str, zone: str) -> Filled:
    """The draft that a form makes, with every fault at its field."""
    form = Reading(typed, currency)
    grouped = form.text("grouped") != ""
    minutes = form.whole("hold_minutes")
    template_id = next(iter(form.ids("template_id")), None) if form.text("template_id") else None
    ends_at = form.moment("ends_at", zone)
    draft = DealDraft(
        title=form.text("title"),
        about=form.text("about").replace("\r\n", "\n"),
        terms=form.text("terms").replace("\r\n", "\n"),
        price=form.amount("price") or 0,
        value=form.amount("value"),
        stock=form.whole("stock"),
        per_person=form.whole("per_person"),
        starts_at=form.moment("starts_at", zone),
        ends_at=ends_at or clock.now() + timedelta(days=7),
        flash=form.text("flash") != "",
        hold_seconds=None if minutes is None else minutes * 60,
        group_size=form.whole("group_size") if grouped else None,
        group_price=form.amount("group_price") if grouped else None,
        group_hours=form.whole("group_hours") if grouped else None,
        vouchers_each=form.whole("vouchers_each") or 1,
        template_id=template_id,
        voucher=None if template_id else _voucher(form, zone),
    )
    if ends_at is None:
        form.errors.setdefault("ends_at", _("Say until when it is sold."))
    wrong: dict[str, str] = {}
    for field, message in faults(draft).items():
        wrong.setdefault(SHOWN.get(field, field), message)
    return Filled(typed, draft, wrong | form.errors)


def _voucher(form: Reading, zone: str) -> VoucherDraft:
    amount = form.amount("voucher_amount") if form.text("gives_what") == "amount" else None
    uses = form.whole("voucher_uses")
    fixed = form.text("holds") == "dates"
    return VoucherDraft(
        gives="" if form.text("gives_what") == "amount" else form.text("voucher_gives"),
        amount=(amount or 0) if form.text("gives_what") == "amount" else None,
        uses=1 if uses is None else uses,
        minimum_spend=form.amount("voucher_minimum_spend") or 0,
        transferable=form.text("transferable") != "",
        weekdays=sum(1 << int(day) for day in {*form.many("days")} if day in "0123456" and len(day) == 1),
        window1_from=form.hour("window1_from", "voucher_window1_from"),
        window1_to=form.hour("window1_to", "voucher_window1_from"),
        window2_from=form.hour("window2_from", "voucher_window2_from"),
        window2_to=form.hour("window2_to", "voucher_window2_from"),
        starts_at=first_moment(form.day("voucher_starts_on"), zone) if fixed else None,
        ends_at=last_moment(form.day("voucher_ends_on"), zone) if fixed else None,
        valid_days=None if fixed else form.whole("voucher_valid_days"),
        stores=form.ids("stores"),
    )


def blank(zone: str) -> Typed:
    """An empty form: sold for two weeks, held for thirty days."""
    last = clock.end_of_day(clock.today(zone) + timedelta(days=13), zone) - timedelta(minutes=1)
    return {
        "ends_at": _local(last, zone),
        "vouchers_each": "1",
        "gives_what": "thing",
        "holds": "days",
        "voucher_valid_days": "30",
        "voucher_uses": "1",
        "days": list("0123456"),
    }


def typed_of(deal: Deal, rules: terms.Draft) -> Typed:
    """A deal as the form shows it."""
    money_voucher = rules.kind == "cash"
    last = rules.ends_at.astimezone(ZoneInfo(deal.zone)) - timedelta(microseconds=1) if rules.ends_at else None
    plain: dict[str, object] = {
        "title": deal.title,
        "about": deal.about,
        "terms": deal.terms,
        "price": written(deal.price, deal.currency),
        "value": written(deal.value, deal.currency),
        "stock": deal.stock,
        "per_person": deal.per_person,
        "starts_at": _local(deal.starts_at, deal.zone),
        "ends_at": _local(deal.ends_at, deal.zone),
        "flash": "yes" if deal.flash else "",
        "hold_minutes": deal.hold_seconds // 60,
        "grouped": "yes" if deal.group_size else "",
        "group_size": deal.group_size,
        "group_price": written(deal.group_price, deal.currency),
        "group_hours": deal.group_hours,
        "vouchers_each": deal.vouchers_each,
        "template_id": "" if deal.own_template else str(deal.template_id),
        "gives_what": "amount" if money_voucher else "thing",
        "voucher_gives": rules.gives,
        "voucher_amount": written(rules.value, deal.currency) if money_voucher else "",
        "voucher_uses": rules.uses,
        "voucher_minimum_spend": written(rules.minimum_spend, deal.currency) if rules.minimum_spend else "",
        "transferable": "yes" if rules.transferable else "",
        "holds": "days" if rules.valid_days else "dates",
        "voucher_valid_days": rules.valid_days,
        "voucher_starts_on": rules.starts_at.astimezone(ZoneInfo(deal.zone)).date() if rules.starts_at else None,
        "voucher_ends_on": last.date() if last else None,
        **{name: _hour(getattr(rules, name)) for name in ("window1_from", "window1_to", "window2_from", "window2_to")},
    }
    return {
        **{name: "" if value is None else str(value) for name, value in plain.items()},
        "days": [str(day) for day in range(7) if rules.weekdays >> day & 1],
        "stores": [str(store) for store in rules.stores],
    }


def _local(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def _hour(hour: time | None) -> str:
    return f"{hour:%H:%M}" if hour else ""


def as_deal(filled: Filled, acting: Acting, zone: str, photos: list[UUID]) -> Deal:
    """The deal that a draft would become, to look at before it is one."""
    draft = filled.draft
    same = {name: getattr(draft, name) for name in Deal.__struct_fields__ if name in DealDraft.__struct_fields__}
    same |= {
        "title": draft.title or _("Name of the deal"),
        "starts_at": draft.starts_at or clock.now(),
        "hold_seconds": hold_seconds(draft) if draft.hold_seconds else HOLD,
        "template_id": draft.template_id or uuid4(),
    }
    return Deal(
        merchant_id=acting.merchant_id,
        deal_id=uuid4(),
        merchant_name=acting.merchant_name,
        currency=acting.currency,
        status="draft",
        zone=zone,
        own_template=draft.template_id is None,
        created_at=clock.now(),
        photos=photos,
        **same,
    )


def rules_of_draft(filled: Filled, zone: str, currency: str, stores: dict[UUID, str]) -> list[str]:
    """The rules in words of the voucher that a draft would make."""
    rules = rules_for(filled.draft, zone)
    fields = {name: getattr(rules, name) for name in rules.__struct_fields__ if name in terms.Rules.__struct_fields__}
    row = terms.Rules(merchant_id=uuid4(), template_id=uuid4(), stock_initial=None, status="active", **fields)
    return terms.sentences(row, terms.Reach(currency, [stores[store] for store in rules.stores if store in stores]))
