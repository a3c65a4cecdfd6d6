"""Words: where money is that goes back, how long it takes, who wanted it; for every page that shows a refund."""

from collections.abc import Callable

from shuke.kit.i18n import _, gettext
from shuke.kit.money import Money
from shuke.refunds.rules import Thing
from shuke.shell.filters import money

LONG: dict[str, str] = {
    "bank": _("It arrives within a minute. This is the test bank: no money moves."),
    "wechat": _("It arrives in your WeChat wallet within minutes, on a card within one to three working days."),
    "alipay": _("It arrives in your Alipay account within minutes, on a card within one to three working days."),
    "stripe": _("It arrives on your card within five to ten working days."),
}
STATE: dict[str, tuple[str, str]] = {
    "requested": (_("On its way"), "note"),
    "pending": (_("On its way"), "note"),
    "under_way": (_("On its way"), "note"),
    "succeeded": (_("Paid back"), "good"),
    "failed": (_("Stuck"), "bad"),
}
THING: dict[Thing, str] = {
    "unused": _("Unused"),
    "partly": _("Partly used"),
    "given": _("Given away"),
    "undoable": _("Just used"),
    "used": _("Used"),
    "ended": _("Ended"),
}
WHO_ASKED: dict[str, str] = {
    "person": _("the guest"),
    "merchant": _("the shop"),
    "platform": _("the platform"),
    "system": _("by itself"),
}


def how_long(provider: str) -> str:
    """When money that goes back by this provider arrives."""
    return gettext(LONG.get(provider, _("It arrives the way you paid, within a few working days.")))


def state(name: str) -> tuple[str, str]:
    """Where money is that goes back: the word, and the badge's kind."""
    word, kind = STATE[name]
    return gettext(word), kind


def written_in(currency: str) -> Callable[[int], str]:
    """Writes minor units of this currency."""

    def write(minor: int) -> str:
        return money(Money(minor, currency))

    return write
