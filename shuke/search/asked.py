"""What an address asks of the search: the words, and where from."""

from shuke.kit.geo import Point, on_earth
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Unreadable

LONGEST = 100  # letters of a question


def cut(words: str) -> str:
    """The words as far as they are looked for; what can't be kept is left out."""
    return "".join(letter for letter in words if letter.isprintable())[:LONGEST].strip()


def point_of(near: str) -> Point | None:
    """From "longitude,latitude", or the same with the zoom of a map. Refusal: query_unreadable."""
    if not near:
        return None
    parts = near.split(",")
    try:
        longitude, latitude = float(parts[0]), float(parts[1])
    except (ValueError, IndexError):
        raise Unreadable("query_unreadable", _("A place on the map is written as longitude,latitude.")) from None
    point = Point(longitude, latitude)
    if len(parts) > 3 or not on_earth(point):
        raise Unreadable("query_unreadable", _("A place on the map is written as longitude,latitude."))
    return point
