"""Words in two languages: English is the message, Chinese comes from every room's zh_CN.po."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

ENGLISH = "en"
CHINESE = "zh_CN"
LOCALES = (ENGLISH, CHINESE)

_rooms = Path(__file__).resolve().parent.parent
_locale: ContextVar[str] = ContextVar("locale", default=ENGLISH)


@cache
def catalogue() -> dict[str, str]:
    """Every room's Chinese words in one dictionary, read once; rooms in order of name, the first wins."""
    words: dict[str, str] = {}
    for path in sorted(_rooms.glob(f"*/{CHINESE}.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=CHINESE):
                one, string = _first(message.id), _first(message.string)
                if one and string and not message.fuzzy:
                    words.setdefault(one, string)
    return words


def _first(forms: str | Sequence[str] | None) -> str:
    """Return the singular of a message, or the only form that Chinese has."""
    return forms if isinstance(forms, str) else next(iter(forms or ()), "")


def locale() -> str:
    """The language of whoever is being answered: 'en' or 'zh_CN'."""
    return _locale.get()


@contextmanager
def use_locale(name: str) -> Iterator[None]:
    """Speak `name` inside the block; an unknown language is English."""
    token = _locale.set(name if name in LOCALES else ENGLISH)
    try:
        yield
    finally:
        _locale.reset(token)


def speak(name: str) -> None:
    """Change to `name` until the surrounding `use_locale` ends: once it is known who is answered."""
    if name in LOCALES:
        _locale.set(name)


def gettext(message: str) -> str:
    """Return `message` in the current language, itself when nobody translated it."""
    return catalogue().get(message, message) if locale() == CHINESE else message


def ngettext(one: str, many: str, n: int) -> str:
    """Return the form for `n`; Chinese has a single form, kept under the English singular."""
    english = one if n == 1 else many
    return catalogue().get(one, english) if locale() == CHINESE else english


def _(message: str) -> str:
    """Mark a message in Python for translation; it stays English until `gettext` shows it to somebody."""
    return message


def choose(accept_language: str, cookie: str | None, stored: str | None) -> str:
    """Pick a language: what the person set, else what this browser was set to, else what it asks for."""
    for wish in (stored, cookie):
        if wish in LOCALES:
            return wish
    for tag in _by_preference(accept_language):
        if tag.startswith("zh"):
            return CHINESE
        if tag.startswith("en"):
            return ENGLISH
    return ENGLISH


def _by_preference(accept_language: str) -> list[str]:
    wishes: list[tuple[float, str]] = []
    for part in accept_language[:400].split(","):
        tag, _sep, quality = part.strip().lower().partition(";q=")
        try:
            wishes.append((-float(quality or 1), tag))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(wishes, key=lambda wish: wish[0]) if weight < 0]
