"""Words of the payments room for people: what a refund is for and how it stands."""

import msgspec

from shuke.kit.i18n import gettext as _
from shuke.kit.money import Money
from shuke.payments.types import RefundRow


class RefundLine(msgspec.Struct, frozen=True):
    """A refund as a page shows it; `kind` is the badge's."""

    amount: Money
    reason: str
    state: str
    kind: str


def reason_word(reason: str) -> str:
    """Why money goes back, as far as this room knows; others' reasons are shown as they are named."""
    words = {
        "paid_twice": _("It was paid twice"),
        "late": _("It was paid after the time limit"),
        "wrong_amount": _("Another amount was paid"),
        "wrong_currency": _("Another currency was paid"),
        "asked": _("Given back unused"),
        "ended": _("Expired or withdrawn unused"),
        "group": _("The group did not fill"),
        "deal": _("The shop gives all of it back"),
        "agreed": _("By agreement with the shop"),
        "not_needed": _("Not needed any more"),
        "not_given_out": _("It could not be given out"),
        "top_up_ended": _("Not needed any more"),
        "stored_value": _("The rest of a card's money"),
    }
    return words.get(reason, _("Refund"))


def refund_line(refund: RefundRow) -> RefundLine:
    """A refund in words."""
    amount = Money(refund.amount, refund.currency)
    if refund.status == "succeeded":
        return RefundLine(amount, reason_word(refund.reason), _("sent back"), "good")
    if refund.status == "failed":
        return RefundLine(amount, reason_word(refund.reason), _("delayed, the platform is looking into it"), "warn")
    return RefundLine(amount, reason_word(refund.reason), _("on its way back"), "note")
