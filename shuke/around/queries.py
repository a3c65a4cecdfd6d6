"""Reads of the around room."""

import hashlib
from uuid import UUID

from shuke.around.spots import SHAKEN, cells_around, shaking, spot_of
from shuke.around.types import STEPS, Around, Looking, PersonNear, Spot
from shuke.friends import faces, friend_ids
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.geo import Point, stretch
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal

MOST_LOOKED_AT = 2000
MOST = 100


async def looking(db: Db, person_id: UUID) -> Looking | None:
    """Whether somebody shows herself now."""
    return await db.one(
        Looking,
        "select longitude, latitude, cell, until from around.looking where person_id = :person and until > :now",
        person=person_id,
        now=clock.now(),
    )


async def around(db: Db, person_id: UUID) -> Around:
    """Who is near somebody who shows herself. Refusal: not_shown."""
    mine = await looking(db, person_id)
    if mine is None:
        raise Refusal("not_shown", _("You see who is near while you show yourself."))
    steps = await steps_to(db, person_id, Point(mine.longitude, mine.latitude))
    seen = await faces(db, person_id, list(steps))
    friends = set(await friend_ids(db, person_id))
    people = [PersonNear(other, face.name, face.photo, other in friends, steps[other]) for other, face in seen.items()]
    return Around(mine.until, sorted(people, key=lambda one: (one.within, _drawn(person_id, one.person_id)))[:MOST])


async def steps_to(db: Db, person_id: UUID, here: Point) -> dict[UUID, int]:
    """Who is near, and within which step: of where she is shown, moved for this pair and day."""
    x, y = spot_of(here)
    scale = stretch(here.latitude)
    reach = (STEPS[-1] + SHAKEN) * scale * 1.01
    now = clock.now()
    spots = await db.all(
        Spot,
        """
        select s.person_id, s.spot[0] as x, s.spot[1] as y, s.grain from around.shown s
        where s.cell = any(:cells::bigint[]) and s.spot <@ box(point(:west::float8, :south::float8), point(:east::float8, :north::float8))
          and s.until > :now and s.person_id <> :person
          and not exists (select from friends.hidden h where h.person_id = :person and h.other_id = s.person_id)
        order by s.grain limit :most
        """,
        cells=cells_around(x, y, reach),
        west=x - reach,
        south=y - reach,
        east=x + reach,
        north=y + reach,
        now=now,
        person=person_id,
        most=MOST_LOOKED_AT,
    )
    found = {}
    for spot in spots:
        east, north = shaking(spot.grain, person_id, now.date())
        away = (((spot.x - x) / scale + east) ** 2 + ((spot.y - y) / scale + north) ** 2) ** 0.5
        step = next((step for step in STEPS if away <= step), None)
        if step is not None:
            found[spot.person_id] = step
    return found


def _drawn(viewer_id: UUID, person_id: UUID) -> bytes:
    """A lot that says nothing about where anybody is."""
    return hashlib.sha256(viewer_id.bytes + person_id.bytes).digest()
