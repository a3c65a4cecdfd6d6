"""What friends like: places by where they went, with who and why; what they hide from friends isn't here."""

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


async def liked_by_friends(db: Db, viewer_id: UUID) -> list[Liked]:
    """Where most friends went within a year comes first."""
    found = await places_of_friends(db, viewer_id, clock.now() - LATELY, MOST)
    places = await places_of(db, [one.place_id for one in found])
    shown = await faces(db, viewer_id, [person for one in found for person in one.people])
    liked = []
    for one in found:
        friends = [shown[person] for person in one.people if person in shown]
        if one.place_id in places and friends:
            liked.append(Liked(places[one.place_id], friends, one.visits, one.at, why(friends, one.visits)))
    return liked


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
