"""What the album gives out."""

from collections.abc import Sequence
from uuid import UUID

import msgspec


class PhotoAdded(msgspec.Struct, frozen=True):
    """A picture that was put in; it goes after a day unless something is made with it."""

    person_id: UUID
    photo_id: UUID
    address: str
    small: str


def address(person_id: UUID, photo_id: UUID, *, small: bool = False) -> str:
    """Where the picture is loaded from; `small`: at most 480 pixels on a side."""
    return f"/photos/{person_id}/{photo_id}{'/small' if small else ''}"


def addresses(person_id: UUID, photos: Sequence[UUID], *, small: bool = False) -> list[str]:
    """Those of several pictures of one person."""
    return [address(person_id, photo_id, small=small) for photo_id in photos]
