"""Imports: places that nobody runs here, from open data; brought in again they are renewed, not doubled."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.places.actions import without_hidden, write
from shuke.places.types import PlacesChanged, Row

IMPORTED = UUID("5b1a3f5e-6f0e-5f0c-9a51-0c7f5a6f3d10")  # who brings them in, and the root of their ids


def imported_id(source: str, source_id: str) -> UUID:
    """The same for the same place of the same source."""
    return uuid5(IMPORTED, f"{source}/{source_id}")


async def import_places(db: Db, rows: Sequence[Row]) -> int:
    """Write these places; how many were new or other than before."""
    changed = await write(db, await without_hidden(db, rows))
    if changed:
        await record(db, PlacesChanged(IMPORTED, sorted(set(changed))))
    return len(set(changed))
