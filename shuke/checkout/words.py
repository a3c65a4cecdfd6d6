"""Words for the states of an order."""

from shuke.kit.i18n import gettext as _


def status_words() -> dict[str, tuple[str, str]]:
    """What each state is called, and the look of its badge."""
    return {
        "waiting": (_("In line"), "note"),
        "held": (_("To be paid"), "warn"),
        "paid": (_("Paid"), "note"),
        "fulfilled": (_("Bought"), "good"),
        "released": (_("Not bought"), ""),
        "refunded": (_("Refunded"), ""),
    }


def why_words() -> dict[str, str]:
    """Why an unpaid order ended, as its buyer reads it."""
    return {
        "lapsed": _("It was not paid in time, so it went on to others. Nothing was charged."),
        "cancelled": _("You cancelled it. Nothing was charged."),
        "sold_out": _("All of it is sold now, so the line has ended. Nothing was charged."),
        "stopped": _("The shop has stopped this deal. Nothing was charged."),
        "erased": _("The account it belonged to was erased."),
    }
