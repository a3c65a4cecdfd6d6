"""Finding a place to meet at, by its name."""

from uuid import UUID

from shuke.kit.db import Db
from shuke.places import Place, places_of

MOST = 12


async def find_places(db: Db, words: str, _viewer_id: UUID) -> list[Place]:
    """Places whose name has these words."""
    found = await db.values(
        UUID,
        "select place_id from places.places where name ilike '%' || :words || '%' order by length(name), name, place_id limit :most",
        words=words.replace("%", "").replace("_", ""),
        most=MOST,
    )
    places = await places_of(db, found)
    return [places[place_id] for place_id in found if place_id in places]
