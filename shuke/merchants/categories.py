"""Categories: what a merchant or store is."""

from shuke.kit.i18n import _, gettext

CATEGORIES = {
    "restaurant": _("Restaurant"),
    "fast_food": _("Fast food"),
    "cafe": _("Café"),
    "bar": _("Bar"),
    "nightclub": _("Nightclub"),
    "hotel": _("Hotel"),
    "grocery": _("Groceries"),
    "bakery": _("Bakery"),
    "fashion": _("Fashion"),
    "hairdresser": _("Hairdresser"),
    "beauty": _("Beauty"),
    "pharmacy": _("Pharmacy"),
    "health": _("Health"),
    "home": _("Home and garden"),
    "electronics": _("Electronics"),
    "books": _("Books and music"),
    "sports": _("Sports"),
    "culture": _("Culture"),
    "services": _("Services"),
    "shop": _("Shop"),
    "other": _("Other"),
}


def category_names() -> list[tuple[str, str]]:
    """Every category with its name, to choose from."""
    return [(key, gettext(name)) for key, name in CATEGORIES.items()]
