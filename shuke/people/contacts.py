"""Contacts: a phone number or e-mail address as people write them, made into one form."""

import os
import re
import unicodedata
from typing import Literal

import msgspec
import phonenumbers

from shuke.kit import letters
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Unreadable

_EMAIL = re.compile(r"[^\s@<>\"(),:;\[\]\\\x00-\x1f]{1,64}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


class Contact(msgspec.Struct, frozen=True):
    """`value` is E.164 for a phone, lower case for an e-mail address."""

    kind: Literal["phone", "email"]
    value: str

    @property
    def target(self) -> str:
        """One text for both parts."""
        return f"{self.kind}:{self.value}"

    @property
    def channel(self) -> letters.Channel:
        """How a letter reaches it."""
        return "sms" if self.kind == "phone" else "email"

    @property
    def shown(self) -> str:
        """Shortened for showing to somebody who may not be its owner."""
        if self.kind == "phone":
            return f"{self.value[:4]}…{self.value[-3:]}"
        name, domain = self.value.split("@", 1)
        return f"{name[:2]}…@{domain}"


def region() -> str:
    """Where numbers without a country code belong (ISO 3166), by SHUKE_REGION."""
    return os.environ.get("SHUKE_REGION", "CN").upper()


def read_contact(text: str) -> Contact | None:
    """The contact in one form, or None when it is neither a phone number nor an e-mail address."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain or len(plain) > 254:
        return None
    if "@" in plain:
        lower = plain.lower()
        return Contact("email", lower) if _EMAIL.fullmatch(lower) else None
    try:
        number = phonenumbers.parse(plain, region())
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return Contact("phone", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def contact_from(text: str) -> Contact:
    """The contact, or a refusal that says how to write one. Refusal: contact_unreadable."""
    contact = read_contact(text)
    if contact is None:
        raise Unreadable(
            "contact_unreadable",
            _("This is neither a phone number nor an e-mail address. Write +358 40 123 4567 or name@example.org."),
        )
    return contact
