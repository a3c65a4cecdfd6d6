"""Cells: squares of half a degree that the index is spread by; a question asks those that its box touches, normally one."""

import math
from collections.abc import Iterator

import msgspec

from shuke.kit.geo import STEEPEST, Box, Point, around, mercator

SIDE = 0.5  # degrees
_ROW = 720  # cells around the earth
WIDEST = 4.0  # degrees that one question looks at


class Part(msgspec.Struct, frozen=True):
    """What a question asks of one cell: the part of its box that lies in it, in metres of Mercator."""

    cell: int
    west: float
    south: float
    east: float
    north: float


def cell_of(point: Point) -> int:
    """The cell of a place."""
    return _number(math.floor((point.longitude + 180) / SIDE), math.floor((point.latitude + 90) / SIDE))


def _number(column: int, row: int) -> int:
    return row * _ROW + column % _ROW


def middle(box: Box) -> Point:
    """The middle of a box, also over the date line."""
    east = box.east + 360 if box.east < box.west else box.east
    longitude = (box.west + east) / 2
    return Point(longitude - 360 if longitude > 180 else longitude, (box.south + box.north) / 2)


def clipped(box: Box) -> Box:
    """The box, cut to the widest about its middle."""
    east = box.east + 360 if box.east < box.west else box.east
    centre = middle(box)
    half = min(WIDEST, east - box.west, 360) / 2
    high = min(WIDEST, box.north - box.south) / 2
    west, end = centre.longitude - half, centre.longitude + half
    return Box(
        west + 360 if west < -180 else west,
        max(-STEEPEST, centre.latitude - high),
        end - 360 if end > 180 else end,
        min(STEEPEST, centre.latitude + high),
    )


def parts(box: Box) -> list[Part]:
    """The cells that a box touches, each with its part of the box."""
    return [part for west, east in _spans(box) for part in _within(Box(west, box.south, east, box.north))]


def _spans(box: Box) -> list[tuple[float, float]]:
    return [(box.west, box.east)] if box.west <= box.east else [(box.west, 180.0), (-180.0, box.east)]


def _within(box: Box) -> Iterator[Part]:
    for row in range(math.floor((box.south + 90) / SIDE), math.floor((box.north + 90) / SIDE) + 1):
        for column in range(math.floor((box.west + 180) / SIDE), math.floor((box.east + 180) / SIDE) + 1):
            west, south = column * SIDE - 180, row * SIDE - 90
            low = mercator(Point(max(box.west, west), max(box.south, south)))
            high = mercator(Point(min(box.east, west + SIDE), min(box.north, south + SIDE)))
            yield Part(_number(column, row), *low, *high)


def around_of(point: Point, radius: float) -> Box:
    """The box about a circle on the ground, as far as Mercator's plane goes."""
    box = around(point, radius)
    return Box(box.west, max(-STEEPEST, box.south), box.east, min(STEEPEST, box.north))


def cells_near(point: Point, radius: float) -> list[int]:
    """The cells that a circle on the ground may touch."""
    return [part.cell for part in parts(around_of(point, radius))]
