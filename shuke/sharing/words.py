"""Names of channels and kinds, as people read them."""

from shuke.kit.i18n import gettext as _


def channel_words() -> dict[str, str]:
    """How something was passed on."""
    return {
        "chat": _("By message"),
        "feed": _("In the feed"),
        "link": _("By a copied link"),
        "system": _("By another app"),
        "qr": _("By a shown code"),
        "profile": _("From a profile"),
        "gift": _("By a gift"),
    }


def kind_words() -> dict[str, str]:
    """What was passed on."""
    return {
        "card": _("Card"),
        "deal": _("Deal"),
        "voucher": _("Voucher"),
        "place": _("Place"),
        "post": _("Post"),
        "review": _("Review"),
        "person": _("Profile"),
        "tribe": _("Tribe"),
        "meetup": _("Meetup"),
    }
