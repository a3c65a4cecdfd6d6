"""What kinds of lines and roles are called."""

from shuke.kit.i18n import gettext as _


def kind_words() -> dict[str, str]:
    """Kinds of lines in the caller's language."""
    return {
        "use": _("Used vouchers"),
        "use_returned": _("Uses undone"),
        "refund": _("Refunds after use"),
        "stored": _("Paid with stored value"),
        "stored_return": _("Stored value given back"),
        "payout": _("Paid out"),
        "payout_returned": _("Payouts sent back by the bank"),
        "correction": _("Corrections"),
    }


def role_words() -> dict[str, str]:
    """Roles of those who earn on a merchant."""
    return {"agent": _("Agent"), "operator": _("Operating firm")}


def column_words() -> list[str]:
    """Heads of a statement's columns."""
    return [
        _("Time"),
        _("What"),
        _("Store"),
        _("Amount"),
        _("Platform"),
        _("Agent"),
        _("Operating firm"),
        _("Merchant's part"),
        _("Balance"),
    ]
