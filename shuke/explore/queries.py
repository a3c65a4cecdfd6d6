"""Reads of the explore room: what is asked of the map, with friends."""

import math
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import msgspec

from shuke.explore.asked import Asked, cursor_of
from shuke.explore.types import FeatureCollection, Look, Seen, attribution, feature
from shuke.friends import Face, faces
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.geo import Point
from shuke.places import Nearest, Sought, looking_at, nearest
from shuke.visits import friends_who_went, places_of_friends

LATELY = timedelta(days=365)
PLACES_OF_FRIENDS = 300
SOME = 2_000  # places that tell where most are
TILE, PHONE = 512, 300  # pixels: a tile of the map, and what a phone shows of it in height
EQUATOR = 40_075_017.0  # metres of Mercator around the earth
WIDEST, CLOSEST = 3.0, 15.0


class Start(msgspec.Struct, frozen=True):
    """Where the map begins when nobody says where; `metres` of Mercator are to be seen."""

    longitude: float
    latitude: float
    metres: float

    @property
    def point(self) -> Point:
        """Its middle."""
        return Point(self.longitude, self.latitude)

    @property
    def zoom(self) -> float:
        """At which a phone shows so much."""
        return round(min(CLOSEST, max(WIDEST, math.log2(EQUATOR * PHONE / (TILE * max(self.metres, 1.0))))), 1)


NOWHERE = Start(0.0, 0.0, 1e7)


async def sought_of(
    db: Db, asked: Asked, viewer_id: UUID | None, begins: Point | None = None
) -> tuple[Sought, dict[UUID, int]]:
    """What an address asks for, and how many friends went, where only such places are asked for."""
    box = asked.box
    point = asked.point or begins or (looking_at(box).point if box else (await start(db, viewer_id)).point)
    went: dict[UUID, int] = {}
    if asked.friends:
        liked = [] if viewer_id is None else await places_of_friends(db, viewer_id, clock.now() - LATELY, PLACES_OF_FRIENDS)
        went = {place.place_id: len(place.people) for place in liked}
    return Sought(asked.wanted(point, list(went) if asked.friends else None), box), went


async def collection(db: Db, asked: Asked, viewer_id: UUID | None, together: Nearest) -> FeatureCollection:
    """As GeoJSON; what is soon found is looked up together with what others ask for at this moment."""
    sought, went = await sought_of(db, asked, viewer_id)
    found = await together(sought) if sought.soon else (await nearest(db, [sought]))[0]
    features = [feature(one, went.get(one.place.place_id, 0)) for one in found.items]
    return FeatureCollection(features, cursor_of(found.after), attribution([one.place for one in found.items]))


async def look(db: Db, asked: Asked, viewer_id: UUID | None, begins: Point | None = None) -> Look:
    """As a list, with the faces of friends who went."""
    sought, _went = await sought_of(db, asked, viewer_id, begins)
    [found] = await nearest(db, [sought])
    went = await who(db, viewer_id, [one.place.place_id for one in found.items])
    items = [Seen(one.place, one.metres, went.get(one.place.place_id, [])) for one in found.items]
    return Look(sought.wanted.point, items, cursor_of(found.after), attribution([one.place for one in found.items]))


async def who(db: Db, viewer_id: UUID | None, places: Sequence[UUID]) -> dict[UUID, list[Face]]:
    """The viewer's friends who went to these places and let her see it, the last there first."""
    if viewer_id is None or not places:
        return {}
    went = await friends_who_went(db, viewer_id, places)
    shown = await faces(db, viewer_id, [person for people in went.values() for person in people])
    return {place_id: [shown[person] for person in people if person in shown] for place_id, people in went.items()}


async def start(db: Db, viewer_id: UUID | None) -> Start:
    """Where the map begins when nobody says where: the place of the viewer's last visit, else the middle of where most of some places are."""
    found = await db.one(
        Start,
        """
        select p.longitude, p.latitude, 3000::float8 as metres from visits.visits v join places.places p on p.place_id = v.place_id
        where v.person_id = :viewer::uuid and v.undone_at is null order by v.visit_id desc limit 1
        """,
        viewer=viewer_id,
    ) or await db.one(
        Start,
        """
        with some_places as materialized (select cell, longitude, latitude, spot from places.places order by place_id desc limit :most),
        densest as (select cell from some_places group by cell order by count(*) desc, cell limit 1)
        select percentile_cont(0.5) within group (order by longitude) as longitude,
          percentile_cont(0.5) within group (order by latitude) as latitude,
          greatest(percentile_cont(0.9) within group (order by spot[0]) - percentile_cont(0.1) within group (order by spot[0]),
            percentile_cont(0.9) within group (order by spot[1]) - percentile_cont(0.1) within group (order by spot[1])) as metres
        from some_places where cell = (select cell from densest) having count(*) > 0
        """,
        most=SOME,
    )
    return found or NOWHERE
