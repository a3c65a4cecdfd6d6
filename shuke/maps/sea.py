"""The sea from coastlines: OpenStreetMap draws them with land on the left, and leaves the water to whoever makes the map."""

from collections.abc import Sequence

import shapely
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points, polygonize

STEP = 1e-6  # degrees to the side: a tenth of a metre


def sea(coast: Sequence[BaseGeometry], covered: BaseGeometry) -> BaseGeometry:
    """The water within what the source covers; empty without a coastline."""
    if not coast:
        return shapely.Polygon()
    lines = [_to_edge(line, covered) for line in _lines(shapely.line_merge(shapely.union_all(coast), directed=True))]
    cut = [line.intersection(covered) for line in lines]
    faces = list(polygonize(shapely.union_all([covered.boundary, *cut])))
    wet = [point for line in lines for point in _right_of(line) if covered.contains(point)]
    return shapely.union_all([face for face in faces if _mostly_wet(face, wet, lines)])


def _lines(geometry: BaseGeometry) -> list[LineString]:
    return [part for part in shapely.get_parts(geometry) if isinstance(part, LineString)]


def _to_edge(line: LineString, covered: BaseGeometry) -> LineString:
    """A line that an extract cut off a little inside goes on to the edge."""
    if line.is_ring:
        return line
    ends = list(line.coords)
    first, last = Point(ends[0]), Point(ends[-1])
    if covered.contains(first):
        ends.insert(0, _edge(first, covered))
    if covered.contains(last):
        ends.append(_edge(last, covered))
    return LineString(ends)


def _edge(point: Point, covered: BaseGeometry) -> tuple[float, float]:
    """Just beyond the nearest edge, so that the line surely meets it."""
    there = nearest_points(covered.boundary, point)[0]
    return (there.x + (there.x - point.x) * 0.01, there.y + (there.y - point.y) * 0.01)


def _right_of(line: LineString) -> list[Point]:
    """A point beside the middle of each of its pieces, on the water's side."""
    found = []
    for (west, south), (east, north) in zip(line.coords, line.coords[1:], strict=False):
        along, up = east - west, north - south
        long = (along * along + up * up) ** 0.5
        if long:
            found.append(Point((west + east) / 2 + STEP * up / long, (south + north) / 2 - STEP * along / long))
    return found


def _mostly_wet(face: BaseGeometry, wet: Sequence[Point], lines: Sequence[LineString]) -> bool:
    told: int = sum(face.contains(point) for point in wet)
    against: int = sum(face.contains(point) for line in lines for point in _right_of(shapely.reverse(line)))
    return told > against
