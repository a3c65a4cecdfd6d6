"""Reads of the visits room. A visit that was undone counts nowhere."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.cursor import Cursor
from shuke.kit.db import Db
from shuke.visits.types import Audience, PlaceOfFriends, Visit

AUDIENCES: dict[str, Audience] = {"everyone": "everyone", "friends": "friends", "me": "me"}
LATELY = timedelta(days=365)
LAST = UUID(int=2**128 - 1)


class _Went(msgspec.Struct, frozen=True):
    place_id: UUID
    people: list[UUID]


async def proof(db: Db, person_id: UUID, place_id: UUID, since: datetime) -> Visit | None:
    """Her last visit to a place since then."""
    return await db.one(
        Visit,
        """
        select person_id, visit_id, merchant_id, place_id, kind, reference, at from visits.visits
        where person_id = :person and place_id = :place and at >= :since and undone_at is null order by at desc limit 1
        """,
        person=person_id,
        place=place_id,
        since=since,
    )


async def visits_of(db: Db, person_id: UUID, most: int = 30, before: Cursor | None = None) -> list[Visit]:
    """Her own visits, newest first. Who may see another's is asked of audience_of."""
    return await db.all(
        Visit,
        """
        select person_id, visit_id, merchant_id, place_id, kind, reference, at from visits.visits
        where person_id = :person and undone_at is null and (at, visit_id) < (:at, :visit)
        order by at desc, visit_id desc limit :most
        """,
        person=person_id,
        at=before.at if before else clock.now() + timedelta(days=1),
        visit=before.row_id if before else LAST,
        most=most,
    )


async def audience_of(db: Db, person_id: UUID) -> Audience:
    """Who may see where she was lately."""
    chosen = await db.value(str, "select audience from visits.settings where person_id = :person", person=person_id)
    return AUDIENCES[chosen or "friends"]


async def friends_who_went(db: Db, viewer_id: UUID, places: Sequence[UUID], most: int = 20) -> dict[UUID, list[UUID]]:
    """The viewer's friends who were at these places within a year and let friends see it, the last there first."""
    found = await db.all(
        _Went,
        """
        select w.place_id, (array_agg(w.person_id order by w.at desc))[1:least(:most::int, 100)] as people
        from (
          select v.place_id, v.person_id, max(v.at) as at
          from friends.friends f
          join visits.visits v on v.person_id = f.friend_id and v.place_id = any(:places) and v.at >= :since and v.undone_at is null
          left join visits.settings s on s.person_id = f.friend_id
          where f.person_id = :viewer and s.audience is distinct from 'me'
            and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = f.friend_id)
          group by v.place_id, v.person_id) w
        group by w.place_id
        """,
        most=most,
        viewer=viewer_id,
        places=list(places),
        since=clock.now() - LATELY,
    )
    return {went.place_id: went.people for went in found}


async def places_of_friends(db: Db, viewer_id: UUID, since: datetime, most: int = 50) -> list[PlaceOfFriends]:
    """Where the viewer's friends went since then, as far as they let friends see it: the places of most friends first."""
    return await db.all(
        PlaceOfFriends,
        """
        select w.place_id, (array_agg(w.person_id order by w.at desc))[1:20] as people, sum(w.visits)::int as visits, max(w.at) as at
        from (
          select v.place_id, v.person_id, count(*) as visits, max(v.at) as at
          from friends.friends f
          join visits.visits v on v.person_id = f.friend_id and v.at >= :since and v.undone_at is null
          left join visits.settings s on s.person_id = f.friend_id
          where f.person_id = :viewer and s.audience is distinct from 'me'
            and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = f.friend_id)
          group by v.place_id, v.person_id) w
        group by w.place_id order by count(*) desc, max(w.at) desc, w.place_id limit :most
        """,
        viewer=viewer_id,
        since=since,
        most=most,
    )
