"""Which things can be reported: rooms above register theirs without being known here."""

from collections.abc import Callable
from typing import TypeVar

from shuke.kit.refusals import NotFound
from shuke.moderation.types import Kind, Moderated

Registered = TypeVar("Registered", bound=Moderated)

MODERATED: dict[str, Moderated] = {}


def moderated(kind: Kind) -> Callable[[Registered], Registered]:
    """Register what a room tells and does about its things of this kind: an object, or a class of static methods."""

    def register(thing: Registered) -> Registered:
        MODERATED[kind] = thing
        return thing

    return register


def moderated_kind(kind: str) -> Moderated:
    """What was registered. Refusal: not_found."""
    if kind not in MODERATED:
        raise NotFound
    return MODERATED[kind]
