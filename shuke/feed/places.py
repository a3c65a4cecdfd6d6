"""Places as they are chosen for a post: where the person was lately, and one by its id."""

from datetime import timedelta
from uuid import UUID

import msgspec

from shuke.feed.actions import PROVES
from shuke.kit import clock
from shuke.kit.db import Db

LATELY = timedelta(days=60)


class PlaceLine(msgspec.Struct, frozen=True):
    """A place to choose; `proven` when a visit of the last day proves a check-in there."""

    place_id: UUID
    name: str
    city: str
    proven: bool


async def lately_at(db: Db, person_id: UUID, most: int = 8) -> list[PlaceLine]:
    """Where she was lately, the last first."""
    return await db.all(
        PlaceLine,
        """
        select p.place_id, p.name, p.city, v.at >= :since as proven
        from (
          select place_id, max(at) as at from visits.visits
          where person_id = :person and undone_at is null and at >= :lately group by place_id) v
        join places.places p on p.place_id = v.place_id
        order by v.at desc, p.place_id limit :most
        """,
        since=clock.now() - PROVES,
        person=person_id,
        lately=clock.now() - LATELY,
        most=most,
    )


async def place_line(db: Db, person_id: UUID, place_id: UUID) -> PlaceLine | None:
    """One place."""
    return await db.one(
        PlaceLine,
        """
        select p.place_id, p.name, p.city, exists (
          select from visits.visits v where v.person_id = :person and v.place_id = :place and v.undone_at is null and v.at >= :since
          ) as proven
        from places.places p where p.place_id = :place
        """,
        person=person_id,
        place=place_id,
        since=clock.now() - PROVES,
    )
