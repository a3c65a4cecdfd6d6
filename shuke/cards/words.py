"""Words: what a programme gives, as sentences made from the fields by which it is reckoned."""

from decimal import Decimal

from shuke.cards.types import Programme, Tier
from shuke.kit.i18n import gettext as _
from shuke.kit.i18n import ngettext
from shuke.kit.money import Money
from shuke.shell.filters import money, number


def benefits(programme: Programme, currency: str) -> list[str]:
    """How points come, wait and go."""
    said = []
    if programme.earn_points:
        per = money(Money(programme.earn_per, currency), short=True)
        said.append(
            ngettext("%(num)s point for every %(amount)s.", "%(num)s points for every %(amount)s.", programme.earn_points)
            % {"num": number(programme.earn_points), "amount": per}
        )
    if programme.visit_points:
        said.append(
            ngettext("%(num)s point for every visit.", "%(num)s points for every visit.", programme.visit_points)
            % {"num": number(programme.visit_points)}
        )
    if programme.birthday_factor != 1:
        said.append(_("Points times %(factor)s on your birthday.") % {"factor": factor(programme.birthday_factor)})
    if programme.daily_cap:
        said.append(_("At most %(most)s points a day.") % {"most": number(programme.daily_cap)})
    if programme.pending_days:
        said.append(
            ngettext(
                "New points can be used after %(num)s day.",
                "New points can be used after %(num)s days.",
                programme.pending_days,
            )
            % {"num": programme.pending_days}
        )
    if programme.expiry_days:
        said.append(
            ngettext("Points expire after %(num)s day.", "Points expire after %(num)s days.", programme.expiry_days)
            % {"num": programme.expiry_days}
        )
    return said


def threshold(tier: Tier, programme: Programme, currency: str) -> str:
    """How a tier is reached."""
    if not tier.threshold:
        return _("From the first day")
    if programme.tier_basis == "visits":
        return ngettext(
            "From %(num)s visit within %(days)s days", "From %(num)s visits within %(days)s days", tier.threshold
        ) % {"num": number(tier.threshold), "days": number(programme.tier_days)}
    return _("From %(amount)s spent within %(days)s days") % {
        "amount": money(Money(tier.threshold, currency), short=True),
        "days": number(programme.tier_days),
    }


def lasts(programme: Programme) -> str:
    """How long a tier holds, and what comes after."""
    rule = {
        "never": _("A level once reached stays."),
        "step": _("A level holds for %(days)s days. Who has not reached it again by then goes down one level."),
        "recompute": _("A level holds for %(days)s days. After that it is the one reached within the last %(days)s days."),
    }[programme.downgrade]
    return rule % {"days": number(programme.tier_days)}


def gives(tier: Tier) -> str:
    """What a tier gives."""
    said = []
    if tier.percent_off:
        said.append(_("%(percent)s%% off every bill") % {"percent": tier.percent_off})
    if tier.points_factor != 1:
        said.append(_("points times %(factor)s") % {"factor": factor(tier.points_factor)})
    if tier.benefits:
        said.append(tier.benefits)
    return _(", ").join(said)


def factor(value: Decimal) -> str:
    """A factor without needless zeros: 1.5, 2."""
    return number(value.normalize())
