"""Accounts: reading what somebody typed, and how an account is shown."""

import re

from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Unreadable

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


def read_account(text: str) -> str:
    """An account without needless spaces; an IBAN must have the right check digits. Refusal: account_unreadable."""
    plain = " ".join(text.split())
    tight = plain.replace(" ", "").upper()
    if _IBAN.fullmatch(tight):
        if int("".join(str(int(letter, 36)) for letter in tight[4:] + tight[:4])) % 97 != 1:
            raise Unreadable("account_unreadable", _("This IBAN has a typing error: its check digits don't fit."))
        return tight
    if sum(letter.isdigit() for letter in plain) < 4 or not plain.isprintable():
        raise Unreadable("account_unreadable", _("Write an IBAN, or the account number and the bank."))
    return plain


def masked(account: str) -> str:
    """The last four characters, of a short one fewer, never more than half; of an IBAN also its country."""
    tail = account[-min(4, len(account) // 2) :]
    return f"{account[:2]} •••• {tail}" if _IBAN.fullmatch(account) else f"•••• {tail}"
