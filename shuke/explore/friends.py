"""What friends like: places by where they went and what they praised, with who and why; what they hide from friends isn't here."""

from datetime import datetime
from uuid import UUID

import msgspec

from shuke.explore.queries import LATELY
from shuke.friends import Face, faces
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.i18n import ngettext
from shuke.places import Place, places_of
from shuke.visits import places_of_friends

MOST = 50


class Liked(msgspec.Struct, frozen=True):
    """A place that friends like: who, how often, when last, and the reason in words."""

    place: Place
    friends: list[Face]
    visits: int
    at: datetime
    why: str


class _Praised(msgspec.Struct, frozen=True):
    place_id: UUID
    person_id: UUID
    stars: int
    at: datetime


async def liked_by_friends(db: Db, viewer_id: UUID) -> list[Liked]:
    """Where most friends went or what they praised within a year comes first."""
    went = {one.place_id: one for one in await places_of_friends(db, viewer_id, clock.now() - LATELY, MOST)}
    praised: dict[UUID, list[_Praised]] = {}
    for one in await _praised(db, viewer_id):
        praised.setdefault(one.place_id, []).append(one)
    places = await places_of(db, [*went, *praised])
    people = [person for visit in went.values() for person in visit.people]
    shown = await faces(db, viewer_id, [*people, *(one.person_id for said in praised.values() for one in said)])
    liked = []
    for place_id, place in places.items():
        visit, said = went.get(place_id), [one for one in praised.get(place_id, []) if one.person_id in shown]
        there = [person for person in (visit.people if visit else []) if person in shown]
        friends = [shown[person] for person in dict.fromkeys([*there, *(one.person_id for one in said)])]
        reasons = [why([shown[person] for person in there], visit.visits)] if visit and there else []
        reasons += [stars(shown[one.person_id], one.stars) for one in said[:2]]
        if friends:
            at = max([one.at for one in said] + ([visit.at] if visit else []))
            liked.append(Liked(place, friends, visit.visits if visit else 0, at, " · ".join(reasons)))
    return sorted(liked, key=lambda one: (len(one.friends), one.at), reverse=True)[:MOST]


async def _praised(db: Db, viewer_id: UUID) -> list[_Praised]:
    """Friends' standing reviews of four stars and more within a year, the newest first."""
    return await db.all(
        _Praised,
        """
        select r.place_id, r.person_id, r.overall::int as stars, r.at
        from friends.friends f
        join reviews.own o on o.person_id = f.friend_id
        join reviews.reviews r on r.merchant_id = o.merchant_id and r.review_id = o.review_id
        where f.person_id = :viewer and r.overall >= 4 and r.at >= :since
          and r.hidden_at is null and r.taken_back_at is null and r.removed_at is null
          and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = r.person_id)
        order by r.at desc limit :most
        """,
        viewer=viewer_id,
        since=clock.now() - LATELY,
        most=2 * MOST,
    )


def stars(friend: Face, given: int) -> str:
    """Who gave how many."""
    return ngettext("%(name)s gives %(num)s star", "%(name)s gives %(num)s stars", given) % {"name": friend.name, "num": given}


def why(friends: list[Face], visits: int) -> str:
    """Who went and how often, in a line."""
    if len(friends) == 1:
        words = ngettext("%(name)s was here", "%(name)s was here %(num)s times", visits)
        return words % {"name": friends[0].name, "num": visits}
    names = _(", ").join(friend.name for friend in friends[:2])
    if len(friends) == 2:
        return _("%(names)s were here, %(visits)s visits") % {"names": names, "visits": visits}
    others = ngettext(
        "%(names)s and %(num)s more, %(visits)s visits", "%(names)s and %(num)s more, %(visits)s visits", len(friends) - 2
    )
    return others % {"names": names, "num": len(friends) - 2, "visits": visits}
