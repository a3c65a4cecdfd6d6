"""What an address of the map asks for: where, and which places; read once for pages and programs alike."""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from shuke.kit.geo import Box, Point, from_gcj, on_earth
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Unreadable
from shuke.merchants import CATEGORIES
from shuke.places import FARTHEST, NEARBY, After, Order, Wanted

MOST = 500  # places in one answer


class Asked(msgspec.Struct, frozen=True, rename={"open_now": "open"}):
    """What stands in the address. `near` is longitude,latitude; `bbox` west,south,east,north; `at` longitude,latitude,zoom of the map;
    `coordinates`: how these are counted, gcj02 as Chinese map apps and WeChat do; `radius` in metres; `price` at most, of 1 to 4;
    `rating` at least; `friends`: only where the viewer's friends went."""

    near: str = ""
    bbox: str = ""
    at: str = ""
    coordinates: Literal["wgs84", "gcj02"] = "wgs84"
    radius: float = NEARBY
    category: str = ""
    open_now: bool = False
    deals: bool = False
    friends: bool = False
    price: int | None = None
    rating: float | None = None
    order: Order = "distance"
    limit: int = 20
    cursor: str = ""

    @property
    def point(self) -> Point | None:
        """The middle of what is looked at, where the address says it."""
        if self.near:
            return point_of(numbers("near", self.near, 2))
        return point_of(numbers("at", self.at, 3)[:2]) if self.at else None

    @property
    def box(self) -> Box | None:
        """The view, where the address says one."""
        if not self.bbox:
            return None
        west, south, east, north = numbers("bbox", self.bbox, 4)
        for corner in ([west, south], [east, north]):
            point_of(corner)
        if south >= north:
            raise _unreadable("bbox")
        return Box(west, south, east, north)

    def wanted(self, point: Point, only: list[UUID] | None) -> Wanted:
        """The same as the index is asked."""
        return Wanted(
            point=point,
            radius=self.radius,
            category=self.category,
            open_now=self.open_now,
            has_deals=self.deals,
            price=self.price,
            score=self.rating,
            only=only,
            order=self.order,
            most=self.limit,
            after=after_of(self.cursor),
        )

    def query(self, **changes: object) -> str:
        """What stands after the question mark, with some of it changed; nothing of what holds anyway."""
        said = msgspec.to_builtins(msgspec.structs.replace(self, **changes))
        plain = msgspec.to_builtins(Asked())
        return urlencode({name: int(value) if value is True else value for name, value in said.items() if value != plain[name]})


def read_asked(query: Mapping[str, str]) -> Asked:
    """Read an address. Refusal: query_unreadable, with the name of what is wrong."""
    given = {name: value for name, value in query.items() if value and name in Asked.__struct_encode_fields__}
    try:
        asked = msgspec.convert(given, Asked, strict=False)
    except msgspec.ValidationError as error:
        raise _unreadable(str(error).rpartition("$.")[2].strip("`") or "query") from error
    if not 1 <= asked.radius <= FARTHEST:
        raise _unreadable("radius")
    if not 1 <= asked.limit <= MOST:
        raise _unreadable("limit")
    if asked.category and asked.category not in CATEGORIES:
        raise _unreadable("category")
    if asked.price is not None and not 1 <= asked.price <= 4:
        raise _unreadable("price")
    if asked.rating is not None and not 0 <= asked.rating <= 5:
        raise _unreadable("rating")
    return _in_wgs84(asked) if asked.coordinates == "gcj02" else asked


def _in_wgs84(asked: Asked) -> Asked:
    """The same, counted as everything behind the door counts: so it stands in links from here on."""
    near = numbers("near", asked.near, 2) if asked.near else []
    view = numbers("bbox", asked.bbox, 4) if asked.bbox else []
    at = numbers("at", asked.at, 3) if asked.at else []
    return msgspec.structs.replace(
        asked,
        near=_shifted_back(near) if near else "",
        at=f"{_shifted_back(at[:2])},{at[2]:g}" if at else "",
        bbox=f"{_shifted_back(view[:2])},{_shifted_back(view[2:])}" if view else "",
        coordinates="wgs84",
    )


def _shifted_back(found: list[float]) -> str:
    point = from_gcj(point_of(found))
    return f"{point.longitude:.7f},{point.latitude:.7f}"


def numbers(name: str, text: str, many: int) -> list[float]:
    """So many numbers with commas between them."""
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        raise _unreadable(name) from None
    if len(found) != many:
        raise _unreadable(name)
    return found


def point_of(found: list[float]) -> Point:
    """Longitude and latitude, if there is such a place on the map."""
    point = Point(found[0], found[1])
    if not on_earth(point):
        raise _unreadable("position")
    return point


def after_of(cursor: str) -> After | None:
    """Where the next page begins."""
    if not cursor:
        return None
    rank, _line, place_id = cursor.partition("_")
    try:
        return After(float(rank), UUID(place_id))
    except ValueError:
        raise _unreadable("cursor") from None


def cursor_of(after: After | None) -> str:
    """As addresses carry it."""
    return "" if after is None else f"{after.rank!r}_{after.place_id.hex}"


def _unreadable(name: str) -> Unreadable:
    return Unreadable("query_unreadable", _("This address can't be read: look at “%(name)s”.") % {"name": name}, parameter=name)
