"""Distances, the search plane, and the shift of Chinese maps."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuke.kit.geo import Point, around, from_gcj, mercator, metres, on_earth, stretch, to_gcj

TIANANMEN = Point(116.391389, 39.907222)
IN_CHINA = st.builds(Point, st.floats(80, 125), st.floats(20, 48))


@pytest.mark.row("8.1")
def test_metres_are_those_of_the_ground() -> None:
    assert metres(Point(24.9414, 60.1719), Point(24.9414, 60.1719)) == 0
    assert metres(Point(0, 0), Point(0, 1)) == pytest.approx(111_195, abs=1)
    assert metres(Point(179.999, 0), Point(-179.999, 0)) == pytest.approx(222.4, abs=0.1)


@pytest.mark.row("8.1")
def test_the_plane_is_stretched_as_it_says() -> None:
    here, there = Point(24.94, 60.17), Point(24.95, 60.17)
    (x, y), (other_x, other_y) = mercator(here), mercator(there)
    assert math.hypot(other_x - x, other_y - y) / stretch(60.17) == pytest.approx(metres(here, there), rel=0.002)


@pytest.mark.row("8.1")
def test_a_box_holds_what_is_within_its_radius_also_over_the_date_line() -> None:
    box = around(Point(179.999, 10), 1000)
    assert box.west < 180 < box.west + 1
    assert -180 < box.east < -179
    assert not on_earth(Point(0, 90))


@pytest.mark.row("8.1")
def test_gcj_moves_beijing_some_hundreds_of_metres_and_helsinki_not_at_all() -> None:
    assert 300 < metres(TIANANMEN, to_gcj(TIANANMEN)) < 700
    assert to_gcj(Point(24.94, 60.17)) == Point(24.94, 60.17)
    moved = to_gcj(TIANANMEN)
    assert (round(moved.longitude, 3), round(moved.latitude, 3)) == (116.398, 39.909)


@pytest.mark.row("8.1")
@given(IN_CHINA)
def test_gcj_and_back_is_the_same_place(point: Point) -> None:
    assert metres(point, from_gcj(to_gcj(point))) < 0.05
