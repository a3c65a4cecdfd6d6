"""Finding a place to meet at: as the search finds it, near the places that are chosen already."""

from collections.abc import Sequence

from shuke.kit.db import Db
from shuke.places import Place, places_of
from shuke.search import search

MOST = 12


async def find_places(db: Db, words: str, chosen: Sequence[Place]) -> list[Place]:
    """Places that these words may mean."""
    found = [one.place_id for one in await search(db, words, chosen[0].point if chosen else None, MOST)]
    places = await places_of(db, found)
    return [places[place_id] for place_id in found if place_id in places]
