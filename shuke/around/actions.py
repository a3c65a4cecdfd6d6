"""Writes of the around room: showing oneself and stopping."""

import secrets
from datetime import timedelta
from uuid import UUID

from shuke.around.queries import looking
from shuke.around.spots import cell_of, displaced, grain_of, middle_of, spot_of, square_of
from shuke.around.types import LASTS
from shuke.kit import clock, limits
from shuke.kit.db import Db
from shuke.kit.geo import Point, on_earth
from shuke.kit.i18n import gettext as _
from shuke.kit.jobs import every_minute
from shuke.kit.refusals import Unreadable

MOVES_AN_HOUR = 6  # to another square
MOVES_A_DAY = 20
DAY = timedelta(days=1)


async def show(db: Db, person_id: UUID, point: Point) -> None:
    """Show oneself for two hours, and see who else does. Refusals: position_unreadable, too_many_requests."""
    if not on_earth(point):
        raise Unreadable("position_unreadable", _("This is no position on the earth."))
    before = await looking(db, person_id)
    here = middle_of(*square_of(point))
    if before is None or Point(before.longitude, before.latitude) != here:
        await limits.at_most(db, f"around:{person_id}:hour", MOVES_AN_HOUR, limits.HOUR)
        await limits.at_most(db, f"around:{person_id}:day", MOVES_A_DAY, DAY)
    await stand(db, person_id, here)


async def stand(db: Db, person_id: UUID, here: Point) -> None:
    """Stand in a square from now on, whatever one did before."""
    await db.run(
        "insert into around.secrets (person_id, secret) values (:person, :secret) on conflict (person_id) do nothing",
        person=person_id,
        secret=secrets.token_bytes(32),
    )
    secret = await db.value(bytes, "select secret from around.secrets where person_id = :person for update", person=person_id)
    assert secret is not None
    x, y = spot_of(displaced(secret, here))
    cell, until = cell_of(x, y), clock.now() + LASTS
    await db.run(
        """
        delete from around.shown s using around.looking l
        where l.person_id = :person and s.cell = l.cell and s.person_id = l.person_id and l.cell <> :cell
        """,
        person=person_id,
        cell=cell,
    )
    await db.run(
        """
        insert into around.looking (person_id, longitude, latitude, cell, until) values (:person, :longitude, :latitude, :cell, :until)
        on conflict (person_id) do update set longitude = excluded.longitude, latitude = excluded.latitude, cell = excluded.cell,
          until = excluded.until
        """,
        person=person_id,
        longitude=here.longitude,
        latitude=here.latitude,
        cell=cell,
        until=until,
    )
    await db.run(
        """
        insert into around.shown (cell, person_id, spot, grain, until) values (:cell, :person, point(:x::float8, :y::float8), :grain, :until)
        on conflict (cell, person_id) do update set spot = excluded.spot, until = excluded.until
        """,
        cell=cell,
        person=person_id,
        x=x,
        y=y,
        grain=grain_of(secret),
        until=until,
    )


async def stop(db: Db, person_id: UUID) -> None:
    """Be seen no more, at once."""
    await db.run(
        """
        with gone as (delete from around.looking where person_id = :person returning cell)
        delete from around.shown s using gone where s.cell = gone.cell and s.person_id = :person
        """,
        person=person_id,
    )


@every_minute
async def sweep(db: Db) -> int:
    """Drop what is over; how much."""
    now = clock.now()
    gone = await db.run("delete from around.shown where until <= :now", now=now)
    return gone + await db.run("delete from around.looking where until <= :now", now=now)
