"""Words of the wallet's pages: how long a voucher still holds, what state it is in, why points came or went."""

from datetime import datetime, timedelta, tzinfo

from shuke.kit.i18n import gettext as _
from shuke.kit.i18n import ngettext
from shuke.kit.money import Money
from shuke.shell.filters import money


def days_left(ends_at: datetime, now: datetime, zone: tzinfo) -> tuple[str, str]:
    """The words and how pressing they are (badge kind), counted in calendar days of `zone`; the end itself is not part of it."""
    last = (ends_at - timedelta(seconds=1)).astimezone(zone).date()
    days = (last - now.astimezone(zone).date()).days
    if days < 0 or ends_at <= now:
        return _("Expired"), "bad"
    if days == 0:
        return _("Last day"), "bad"
    words = ngettext("%(num)s day left", "%(num)s days left", days) % {"num": days}
    return words, "warn" if days <= 3 else ""


def state_word(state: str) -> tuple[str, str]:
    """The state of a voucher in a word, and its badge kind."""
    return {
        "issued": (_("Ready to use"), "good"),
        "waiting": (_("Not valid yet"), "note"),
        "held": (_("Set aside"), "note"),
        "gifting": (_("On its way to a friend"), "note"),
        "redeemed": (_("Used"), ""),
        "expired": (_("Expired"), "bad"),
        "voided": (_("Withdrawn by the shop"), "bad"),
    }[state]


def points_reason(reason: str, amount: int) -> str:
    """Why points came or went; the shop's own words where it gave some."""
    known = {
        "purchase": _("Purchase"),
        "visit": _("Visit"),
        "birthday": _("Birthday"),
        "activated": _("Ready to use"),
        "expired": _("Expired"),
        "expiry": _("Expired"),
        "refund": _("Refund"),
        "reversal": _("Purchase taken back"),
        "reversed": _("Purchase taken back"),
        "imported": _("Brought in from the earlier system"),
        "reward": _("Spent on a reward"),
        "spent": _("Spent"),
    }
    return known.get(reason, reason) or (_("Received") if amount > 0 else _("Spent"))


def amount(minor: int, currency: str) -> str:
    """An amount in minor units, written out."""
    return money(Money(minor, currency))
