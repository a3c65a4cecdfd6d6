"""Percentages as people type them, and basis points."""

import re
from decimal import Decimal

from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Unreadable

_TYPED = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")


def read_percent(text: str, most: int) -> int:
    """Basis points of '2.5', '2,5 %' or '２．５％', from 0 to `most` percent. Refusal: percent_unreadable."""
    plain = (
        text.translate(str.maketrans("０１２３４５６７８９．，％", "0123456789.,%"))
        .strip()
        .rstrip("%")
        .strip()
        .replace(",", ".")
    )
    points = int(Decimal(plain) * 100) if _TYPED.fullmatch(plain) else -1
    if not 0 <= points <= most * 100:
        told = _("Write a percentage from 0 to %(most)s, with two decimals at most.") % {"most": most}
        raise Unreadable("percent_unreadable", told, most=most)
    return points
