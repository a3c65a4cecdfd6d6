"""Faults: what is wrong with a draft of a deal, field by field."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from shuke import terms
from shuke.deals.types import DealDraft, DealUnreadable, VoucherDraft
from shuke.kit import clock
from shuke.kit.i18n import gettext as _
from shuke.kit.money import LARGEST

HOLD, FLASH_HOLD = 900, 300
LAST_YEAR = 2200


def check(draft: DealDraft) -> None:
    """Refuse a draft that can't be a deal."""
    wrong = faults(draft)
    if wrong:
        raise DealUnreadable("deal_unreadable", next(iter(wrong.values())), **wrong)


def faults(draft: DealDraft) -> dict[str, str]:
    """What is wrong, by field; the first fault of each field."""
    found: dict[str, str] = {}
    for field, message in (
        *_words(draft),
        *_prices(draft),
        *_numbers(draft),
        *_group(draft),
        *_window(draft),
        *_voucher(draft),
    ):
        found.setdefault(field, message)
    return found


def hold_seconds(draft: DealDraft) -> int:
    """How long what is not yet paid is kept."""
    if draft.hold_seconds is not None:
        return draft.hold_seconds
    return FLASH_HOLD if draft.flash else HOLD


def sold_until(ends_at: datetime, group_hours: int | None) -> datetime:
    """The last moment at which a voucher of the deal may be given out: a group that began at the very end fills later, and a
    payment may come a day late."""
    return ends_at + timedelta(hours=group_hours or 0, days=1) if ends_at.year <= LAST_YEAR else ends_at


def _words(draft: DealDraft) -> Iterator[tuple[str, str]]:
    for field, text, most in (("title", draft.title, 120), ("about", draft.about, 4000), ("terms", draft.terms, 2000)):
        if not terms.storable(text):
            yield field, _("There are characters in this text that can't be kept.")
        if len(text) > most:
            yield field, _("Please write at most %(count)s characters.") % {"count": most}
    if not draft.title.strip():
        yield "title", _("Give the deal a name.")


def _prices(draft: DealDraft) -> Iterator[tuple[str, str]]:
    if not 1 <= draft.price <= LARGEST:
        yield "price", _("Write an amount above zero.")
    if draft.value is not None and not draft.price <= draft.value <= LARGEST:
        yield "value", _("What it costs otherwise can't be less than the price.")


def _numbers(draft: DealDraft) -> Iterator[tuple[str, str]]:
    for field, number, least, most in (
        ("stock", draft.stock, 1, terms.MOST_STOCK),
        ("per_person", draft.per_person, 1, 1000),
        ("hold_seconds", draft.hold_seconds, 60, 7200),
        ("vouchers_each", draft.vouchers_each, 1, 20),
        ("group_size", draft.group_size, 2, 100),
        ("group_hours", draft.group_hours, 1, 720),
    ):
        if number is not None and not least <= number <= most:
            yield field, _("Write a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}


def _group(draft: DealDraft) -> Iterator[tuple[str, str]]:
    parts = {"group_size": draft.group_size, "group_price": draft.group_price, "group_hours": draft.group_hours}
    if any(part is not None for part in parts.values()):
        for field, part in parts.items():
            if part is None:
                yield field, _("A group needs its size, its price and its hours.")
    if draft.group_price is not None and not 1 <= draft.group_price <= draft.price:
        yield "group_price", _("The price in a group is above zero and not above the price alone.")
    if draft.group_size is not None and draft.stock is not None and draft.stock < draft.group_size:
        yield "stock", _("The stock is not enough for one group.")


def _window(draft: DealDraft) -> Iterator[tuple[str, str]]:
    for field, moment in (("starts_at", draft.starts_at), ("ends_at", draft.ends_at)):
        if moment is not None and (moment.tzinfo is None or not 2000 <= moment.year <= LAST_YEAR):
            yield field, _("Write a date between 2000 and %(year)s, with its offset.") % {"year": LAST_YEAR}
            return
    if draft.starts_at is not None and draft.ends_at <= draft.starts_at:
        yield "ends_at", _("The end lies before the beginning.")
    elif draft.ends_at <= clock.now():
        yield "ends_at", _("This moment has passed.")


def _voucher(draft: DealDraft) -> Iterator[tuple[str, str]]:
    if (draft.template_id is None) == (draft.voucher is None):
        yield "voucher", _("Say what the buyer gets: the rules of a new voucher, or one that is there.")
    voucher = draft.voucher
    if voucher is None:
        return
    if not voucher.gives.strip() and voucher.amount is None:
        yield "voucher_gives", _("Say what the buyer gets.")
    if voucher.gives.strip() and voucher.amount is not None:
        yield "voucher_amount", _("Either a thing or an amount off the bill, not both.")
    wrong = terms.faults(rules_for(draft, "UTC"))
    for field, message in wrong.items():
        if field not in ("title", "terms"):
            yield f"voucher_{'amount' if field == 'value' else field}", message
    timed = voucher.ends_at is not None and "ends_at" not in wrong and draft.ends_at.tzinfo is not None
    if timed and voucher.ends_at is not None and voucher.ends_at < sold_until(draft.ends_at, draft.group_hours):
        yield "voucher_ends_at", _("The voucher must hold for at least a day after the last one can be sold.")


def rules_for(draft: DealDraft, zone: str) -> terms.Draft:
    """The rules of the voucher that a deal makes for itself. Its number is limited by the deal, not by the template."""
    voucher = draft.voucher or VoucherDraft()
    amount = voucher.amount
    same = {name: getattr(voucher, name) for name in voucher.__struct_fields__ if name not in ("amount", "gives")}
    return terms.Draft(
        kind="deal" if amount is None else "cash",
        title=draft.title,
        terms=draft.terms,
        value=amount or 0,
        gives=voucher.gives,
        zone=zone,
        **same,
    )
