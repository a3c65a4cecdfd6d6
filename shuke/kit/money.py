"""Money: an integer of minor units with its currency."""

import re
from decimal import Decimal, InvalidOperation

import msgspec

LARGEST = 10**12  # minor units: no single amount of a shop is larger

_ZERO_DECIMAL = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
_THREE_DECIMAL = frozenset("BHD IQD JOD KWD LYD OMR TND".split())


class Money(msgspec.Struct, frozen=True):
    """`minor` counts the smallest units of `currency` (ISO 4217)."""

    minor: int
    currency: str


def digits(currency: str) -> int:
    """How many decimal digits the currency has (ISO 4217)."""
    return 0 if currency in _ZERO_DECIMAL else 3 if currency in _THREE_DECIMAL else 2


def parse(text: str, currency: str) -> int | None:
    """Minor units of what a person typed ('12', '12.5', '12,50', full-width digits); None when it is no amount."""
    plain = text.strip().translate(str.maketrans("０１２３４５６７８９．，", "0123456789.,")).replace(" ", "").replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{0,3})?", plain):
        return None
    try:
        scaled = Decimal(plain) * 10 ** digits(currency)
    except InvalidOperation:
        return None
    return int(scaled) if scaled == int(scaled) and scaled <= LARGEST else None
