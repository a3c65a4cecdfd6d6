"""Words of the brand's pages."""

from shuke.kit.i18n import gettext as _


def role_words() -> dict[str, tuple[str, str]]:
    """Every role: its name, and what it lets one do."""
    return {
        "owner": (_("Owner"), _("Everything, and who else owns it.")),
        "manager": (_("Manager"), _("Everything but owners.")),
        "marketer": (_("Marketer"), _("Members, vouchers, codes and numbers; not the till.")),
        "support": (_("Support"), _("Members.")),
        "cashier": (_("Cashier"), _("The till.")),
    }


def step_words() -> dict[str, str]:
    """The steps of vetting."""
    return {
        "submitted": _("Sent to vetting"),
        "approved": _("Approved"),
        "refused": _("Refused"),
        "suspended": _("Suspended"),
        "reinstated": _("Reinstated"),
        "visit_report": _("Visited"),
    }


def status_words() -> dict[str, tuple[str, str]]:
    """Where vetting stands: words, and the kind of badge."""
    return {
        "draft": (_("Draft"), ""),
        "submitted": (_("Being vetted"), "note"),
        "approved": (_("Approved"), "good"),
        "refused": (_("Refused"), "bad"),
        "suspended": (_("Suspended"), "warn"),
    }
