"""What the till's forms say, read with care: an amount, an article, a guest, a key."""

from uuid import UUID

import msgspec

from shuke.kit.i18n import gettext
from shuke.kit.money import parse
from shuke.kit.refusals import Unreadable


class UndoForm(msgspec.Struct, frozen=True):
    """Why, as chosen or in own words."""

    key: str
    reason: str = ""
    words: str = ""


def amount_in(text: str, currency: str) -> int | None:
    """The amount typed, None when the field was left empty."""
    if not text.strip():
        return None
    amount = parse(text, currency)
    if amount is None:
        raise Unreadable("amount_unreadable", gettext("This is not an amount. Write it like 12.50."))
    return amount


def articles_in(text: str) -> list[str]:
    """The article typed or scanned, none when the field was left empty."""
    article = text.strip()
    if "\x00" in article or "," in article or len(article) > 64:
        raise Unreadable("article_unreadable", gettext("This is not an article's number."))
    return [article] if article else []


def holder_in(text: str) -> UUID | None:
    """The guest who was identified before, as the page itself wrote it."""
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Unreadable("unreadable", gettext("This page has been open too long. Please load it again.")) from error


def guest_in(text: str) -> UUID:
    """The guest whom this form is about."""
    holder = holder_in(text)
    if holder is None:
        raise Unreadable("unreadable", gettext("This page has been open too long. Please load it again."))
    return holder


def key_in(text: str) -> str:
    """The key of the form."""
    if not 1 <= len(text) <= 200 or "\x00" in text:
        raise Unreadable("unreadable", gettext("This page has been open too long. Please load it again."))
    return text


def reason_in(form: UndoForm) -> str:
    """Own words before a chosen reason; cut to what is kept."""
    return (form.words.replace("\x00", "").strip() or form.reason.replace("\x00", "").strip())[:500]
