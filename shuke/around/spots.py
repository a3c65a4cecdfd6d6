"""Where somebody is shown instead of where she is."""

import hashlib
import hmac
import math
from datetime import date
from uuid import UUID

from shuke.kit.geo import EARTH, Point, mercator

SQUARE = 400.0  # metres: all that is kept of a position
NEAREST, FARTHEST = (
    1050.0,
    1800.0,
)  # metres of a person's own vector: the same everywhere, so that the mean of her ways tells no more than one look
OWN = 300.0  # metres at most that each square adds: knowing where she was once does not tell where she is elsewhere
SHAKEN = 150.0  # metres at most that one pair's view is moved by in a day
CITY = 50_000.0  # metres of Mercator: the side of a cell

# The promise: half a diagonal of the square, what the square adds and the shaking leave 317 metres.
assert NEAREST - SQUARE / math.sqrt(2) - OWN - SHAKEN > 300


def square_of(point: Point) -> tuple[int, int]:
    """The square a position lies in: row from the equator, column from Greenwich."""
    high = math.degrees(SQUARE / EARTH)
    row = math.floor(point.latitude / high)
    return row, math.floor(point.longitude / _wide(row))


def middle_of(row: int, column: int) -> Point:
    """The middle of a square."""
    high = math.degrees(SQUARE / EARTH)
    return Point((column + 0.5) * _wide(row), (row + 0.5) * high)


def _wide(row: int) -> float:
    """Degrees of longitude that are a square's side in this row."""
    high = math.degrees(SQUARE / EARTH)
    return high / max(0.01, math.cos(math.radians((row + 0.5) * high)))


def displaced(secret: bytes, point: Point) -> Point:
    """Where somebody who is anywhere in the square of `point` is shown: always the same for the same secret."""
    row, column = square_of(point)
    far = _vector(_keyed(secret, "all"), NEAREST, FARTHEST)
    own = _vector(_keyed(secret, f"square {row}:{column}"), 0.0, OWN)
    return _moved(middle_of(row, column), far[0] + own[0], far[1] + own[1])


def grain_of(secret: bytes) -> bytes:
    """What seeds the shaking; it doesn't tell the secret."""
    return _keyed(secret, "grain")


def shaking(grain: bytes, viewer_id: UUID, day: date) -> tuple[float, float]:
    """Metres east and north by which one viewer's view of somebody is moved on one day."""
    return _vector(_keyed(grain, f"{viewer_id}:{day}"), 0.0, SHAKEN)


def cell_of(x: float, y: float) -> int:
    """The cell of a point of Mercator."""
    return math.floor(x / CITY) * 1_000_000 + math.floor(y / CITY)


def cells_around(x: float, y: float, reach: float) -> list[int]:
    """The cells that hold every point within `reach` metres of Mercator; a city cell is wider than that."""
    return list({cell_of(x + east, y + north) for east in (-reach, 0, reach) for north in (-reach, 0, reach)})


def spot_of(point: Point) -> tuple[float, float]:
    """Metres of Web Mercator."""
    return mercator(point)


def _keyed(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), hashlib.sha256)


def _vector(drawn: bytes, nearest: float, farthest: float) -> tuple[float, float]:
    """Evenly over the ring between two distances."""
    turn = 2 * math.pi * int.from_bytes(drawn[:8]) / 2**64
    share = int.from_bytes(drawn[8:16]) / 2**64
    length = math.sqrt(nearest**2 + share * (farthest**2 - nearest**2))
    return length * math.cos(turn), length * math.sin(turn)


def _moved(point: Point, east: float, north: float) -> Point:
    latitude = point.latitude + math.degrees(north / EARTH)
    shrunk = max(0.01, math.cos(math.radians(point.latitude)))
    longitude = point.longitude + math.degrees(east / EARTH) / shrunk
    return Point((longitude + 180) % 360 - 180, max(-85.0, min(85.0, latitude)))
