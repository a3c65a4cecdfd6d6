"""Geo: points in WGS-84, distances, a plane to search in, and the shift of Chinese maps at the edge."""

import math

import msgspec

EARTH = 6_371_008.8  # mean radius in metres
EQUATOR = 6_378_137.0  # radius of Web Mercator in metres
STEEPEST = 85.05  # beyond it Mercator has no plane to search in
_AXIS = 6_378_245.0  # Krassovsky 1940, on which GCJ-02 is built
_ECCENTRICITY = 0.006_693_421_622_965_943  # squared, of the same
_CLOSE = 1e-7  # degrees: a centimetre


class Point(msgspec.Struct, frozen=True):
    """Where something is, in degrees of WGS-84."""

    longitude: float
    latitude: float


class Box(msgspec.Struct, frozen=True):
    """What a map shows, in degrees of WGS-84; west is greater than east where it crosses the date line."""

    west: float
    south: float
    east: float
    north: float


def on_earth(point: Point) -> bool:
    """Whether these are degrees at all, and a place that the search plane has."""
    return -180 <= point.longitude <= 180 and -STEEPEST <= point.latitude <= STEEPEST


def metres(one: Point, other: Point) -> float:
    """The way over the sphere, by haversine."""
    south, north = math.radians(one.latitude), math.radians(other.latitude)
    across = math.radians(other.longitude - one.longitude)
    chord = math.sin((north - south) / 2) ** 2 + math.cos(south) * math.cos(north) * math.sin(across / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(min(1.0, chord)))


def mercator(point: Point) -> tuple[float, float]:
    """East and north in metres of Web Mercator, which are longer than the ground's by `stretch`."""
    latitude = max(-STEEPEST, min(STEEPEST, point.latitude))
    north = EQUATOR * math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))
    return EQUATOR * math.radians(point.longitude), north


def stretch(latitude: float) -> float:
    """How many metres of Mercator's plane one metre on the ground is there."""
    return 1 / math.cos(math.radians(max(-STEEPEST, min(STEEPEST, latitude))))


def around(point: Point, radius: float) -> Box:
    """The box that holds every point within `radius` metres."""
    high = math.degrees(radius / EARTH)
    wide = high * stretch(min(STEEPEST, abs(point.latitude) + high))
    west, east = point.longitude - wide, point.longitude + wide
    return Box(
        west + 360 if west < -180 else west, point.latitude - high, east - 360 if east > 180 else east, point.latitude + high
    )


def shifted(point: Point) -> bool:
    """Whether Chinese maps shift this place: within China's rough outline."""
    return 72.004 <= point.longitude <= 137.8347 and 0.8293 <= point.latitude <= 55.8271


def to_gcj(point: Point) -> Point:
    """WGS-84 to GCJ-02, as Chinese map apps count; unchanged elsewhere."""
    if not shifted(point):
        return point
    east, north = _shift(point)
    return Point(point.longitude + east, point.latitude + north)


def from_gcj(point: Point) -> Point:
    """GCJ-02 back to WGS-84, to within a centimetre; unchanged elsewhere."""
    if not shifted(point):
        return point
    guess = point
    for _round in range(10):
        there = to_gcj(guess)
        off = Point(there.longitude - point.longitude, there.latitude - point.latitude)
        guess = Point(guess.longitude - off.longitude, guess.latitude - off.latitude)
        if max(abs(off.longitude), abs(off.latitude)) < _CLOSE:
            break
    return guess


def _shift(point: Point) -> tuple[float, float]:
    """How far GCJ-02 moves a place, in degrees east and north: the published polynomial and sine terms."""
    x, y = point.longitude - 105, point.latitude - 35
    root = math.sqrt(abs(x))
    ripple = (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    north += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    north += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    east += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    east += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    latitude = math.radians(point.latitude)
    curve = 1 - _ECCENTRICITY * math.sin(latitude) ** 2
    meridian = _AXIS * (1 - _ECCENTRICITY) / (curve * math.sqrt(curve))
    return math.degrees(east / (_AXIS / math.sqrt(curve) * math.cos(latitude))), math.degrees(north / meridian)
