"""Shortcuts: where a person's own page leads besides; rooms above put in theirs without being known here."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec

from shuke.kit.db import Db


class Shortcut(msgspec.Struct, frozen=True):
    """A line of the person's own page; `text` in her language. `start` is where it leads straight after signing in."""

    icon: str
    text: str
    href: str
    start: str = ""


Finder = Callable[[Db, UUID], Awaitable[list[Shortcut]]]

FINDERS: dict[str, Finder] = {}


def shows(name: str) -> Callable[[Finder], Finder]:
    """Register what leads somewhere for some people; in order of the names."""

    def register(finder: Finder) -> Finder:
        FINDERS[name] = finder
        return finder

    return register


async def shortcuts_of(db: Db, person_id: UUID) -> list[Shortcut]:
    """All that this person may open besides her wallet."""
    return [shortcut for _, finder in sorted(FINDERS.items()) for shortcut in await finder(db, person_id)]
