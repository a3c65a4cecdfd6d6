"""Words for what is counted."""

from shuke.kit.i18n import gettext as _


def span_names() -> dict[str, str]:
    """The spans to choose from."""
    return {
        "today": _("Today"),
        "7": _("7 days"),
        "30": _("30 days"),
        "90": _("90 days"),
        "year": _("A year"),
    }


def scene_kinds() -> dict[str, str]:
    """Where a code hangs."""
    return {
        "store": _("Shop window"),
        "table": _("Table"),
        "poster": _("Poster"),
        "checkout": _("Checkout"),
        "staff": _("Member of staff"),
        "product": _("Product"),
        "exhibit": _("Exhibit"),
    }


def voucher_sources() -> dict[str, str]:
    """How a voucher came to a member."""
    return {
        "scan": _("By a scan"),
        "claim": _("By a claim link"),
        "message": _("By a message"),
        "campaign": _("By a campaign"),
        "purchase": _("With a purchase"),
        "api": _("By a program"),
        "batch": _("From a list"),
        "welcome": _("As a welcome"),
        "staff": _("From the staff"),
    }


def points_words(from_kind: str, to_kind: str) -> str:
    """What a line of points says."""
    return {
        ("issued", "active"): _("Earned"),
        ("issued", "pending"): _("Earned, not yet usable"),
        ("pending", "active"): _("Became usable"),
        ("active", "spent"): _("Spent"),
        ("active", "expired"): _("Expired"),
        ("pending", "reversed"): _("Taken back"),
        ("active", "reversed"): _("Taken back"),
        ("spent", "active"): _("Given back"),
    }.get((from_kind, to_kind), f"{from_kind} → {to_kind}")
