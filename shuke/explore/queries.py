"""Reads of the explore room: what is asked of the map, with friends."""

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
from shuke.places import Found, looking_at, near, within
from shuke.visits import friends_who_went, places_of_friends

LATELY = timedelta(days=365)
PLACES_OF_FRIENDS = 300
NOWHERE = Point(0.0, 0.0)


class _Somewhere(msgspec.Struct, frozen=True):
    longitude: float
    latitude: float


async def found_of(db: Db, asked: Asked, viewer_id: UUID | None) -> tuple[Point, Found, dict[UUID, int]]:
    """What an address asks for, from where, and how many friends went, where only such places are asked for; one statement without."""
    box = asked.box
    point = asked.point or (looking_at(box).point if box else await somewhere(db, viewer_id))
    went: dict[UUID, int] = {}
    if asked.friends:
        liked = [] if viewer_id is None else await places_of_friends(db, viewer_id, clock.now() - LATELY, PLACES_OF_FRIENDS)
        went = {place.place_id: len(place.people) for place in liked}
    wanted = asked.wanted(point, list(went) if asked.friends else None)
    return point, await (near(db, wanted) if box is None else within(db, box, wanted)), went


async def collection(db: Db, asked: Asked, viewer_id: UUID | None) -> FeatureCollection:
    """As GeoJSON."""
    _point, found, went = await found_of(db, asked, viewer_id)
    features = [feature(one, went.get(one.place.place_id, 0)) for one in found.items]
    return FeatureCollection(features, cursor_of(found.after), attribution([one.place for one in found.items]))


async def look(db: Db, asked: Asked, viewer_id: UUID | None) -> Look:
    """As a list, with the faces of friends who went."""
    point, found, _went = await found_of(db, asked, viewer_id)
    went = await who(db, viewer_id, [one.place.place_id for one in found.items])
    items = [Seen(one.place, one.metres, went.get(one.place.place_id, [])) for one in found.items]
    return Look(point, items, cursor_of(found.after), attribution([one.place for one in found.items]))


async def who(db: Db, viewer_id: UUID | None, places: Sequence[UUID]) -> dict[UUID, list[Face]]:
    """The viewer's friends who went to these places and let her see it, the last there first."""
    if viewer_id is None or not places:
        return {}
    went = await friends_who_went(db, viewer_id, places)
    shown = await faces(db, viewer_id, [person for people in went.values() for person in people])
    return {place_id: [shown[person] for person in people if person in shown] for place_id, people in went.items()}


async def somewhere(db: Db, viewer_id: UUID | None) -> Point:
    """Where the map begins when nobody says where: the place of the viewer's last visit, else some place that there is."""
    found = await db.one(
        _Somewhere,
        """
        select p.longitude, p.latitude from visits.visits v join places.places p on p.place_id = v.place_id
        where v.person_id = :viewer::uuid and v.undone_at is null order by v.visit_id desc limit 1
        """,
        viewer=viewer_id,
    ) or await db.one(
        _Somewhere,
        "select longitude, latitude from places.places where merchant_id is not null order by cell desc, place_id limit 1",
    )
    return Point(found.longitude, found.latitude) if found else NOWHERE
