"""Stripe's amounts: minor units as Stripe counts them, which for some currencies is not as ISO 4217 does."""

from shuke.kit.money import digits

_ZERO_DECIMAL = frozenset("BIF CLP DJF GNF JPY KMF KRW PYG RWF VND VUV XAF XOF XPF".split())
_TWO_DECIMAL = frozenset(
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC CVE CZK DKK DOP "
    "DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR ISK JMD KES KGS KHR KYD KZT LAK LBP LKR LRD "
    "LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR "
    "SBD SCR SEK SGD SHP SLE SOS SRD STD SZL THB TJS TOP TRY TTD TWD TZS UAH USD UYU UZS WST XCD YER ZAR ZMW".split()
)
CURRENCIES = _ZERO_DECIMAL | _TWO_DECIMAL
"""What can be told to Stripe exactly: not MGA and the currencies of three decimals, whose last digits it wants to be zero.

Nor UGX, for which its documents give two ways to count.
"""


def _finer(currency: str) -> int:
    """How many of Stripe's units make one of ours: 100 for ISK, which it still counts in hundredths, else 1."""
    return 100 if currency in _TWO_DECIMAL and digits(currency) == 0 else 1


def to_stripe(amount: int, currency: str) -> int:
    """Our minor units as Stripe's."""
    return amount * _finer(currency)


def from_stripe(amount: int, currency: str) -> int:
    """Stripe's minor units as ours."""
    return amount // _finer(currency)
