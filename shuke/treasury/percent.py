"""Percentages as people type them, and basis points."""

from decimal import Decimal, InvalidOperation

from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Unreadable


def read_percent(text: str, most: int) -> int:
    """Basis points of '2.5', '2,5 %' or '２．５％', from 0 to `most` percent. Refusal: percent_unreadable."""
    plain = (
        text.translate(str.maketrans("０１２３４５６７８９．，％", "0123456789.,%"))
        .strip()
        .rstrip("%")
        .strip()
        .replace(",", ".")
    )
    try:
        points = Decimal(plain) * 100
    except InvalidOperation:
        points = Decimal(-1)
    if not points.is_finite() or points != int(points) or not 0 <= points <= most * 100:
        told = _("Write a percentage from 0 to %(most)s, with two decimals at most.") % {"most": most}
        raise Unreadable("percent_unreadable", told, most=most)
    return int(points)
