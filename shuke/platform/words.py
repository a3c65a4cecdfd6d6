"""What the names in the log mean, in the reader's language."""

from shuke.kit.i18n import gettext as _


def status_words() -> dict[str, tuple[str, str]]:
    """Status -> (word, kind of badge)."""
    return {
        "draft": (_("Draft"), ""),
        "submitted": (_("Waiting"), "warn"),
        "approved": (_("Approved"), "good"),
        "refused": (_("Refused"), "bad"),
        "suspended": (_("Suspended"), "bad"),
    }


def step_words() -> dict[str, str]:
    """Step of vetting -> what happened."""
    return {
        "submitted": _("Submitted"),
        "approved": _("Approved"),
        "refused": _("Refused"),
        "suspended": _("Suspended"),
        "reinstated": _("Reinstated"),
        "visit_report": _("Visit report"),
    }


def act_words() -> dict[str, str]:
    """Act of an operator -> what happened."""
    return {
        "retried": _("Tried again"),
        "dropped": _("Dropped for good"),
        "operator_added": _("Operator added"),
        "operator_removed": _("Operator removed"),
        "set_up": _("Set up"),
    }


def payment_words() -> dict[str, tuple[str, str]]:
    """State of a payment, capture or refund -> word and badge."""
    return {
        "created": (_("Being started"), "note"),
        "started": (_("Waiting to be paid"), "note"),
        "captured": (_("Paid"), "good"),
        "failed": (_("Refused"), "bad"),
        "timed_out": (_("Timed out"), ""),
        "cancelled": (_("Cancelled"), ""),
        "unknown": (_("Outcome unknown"), "warn"),
        "surplus": (_("Surplus money"), "warn"),
        "stuck": (_("Refund is stuck"), "bad"),
        "requested": (_("To be sent back"), "note"),
        "pending": (_("On its way back"), "note"),
        "succeeded": (_("Sent back"), "good"),
        "ended": (_("Ended"), ""),
    }
