"""Helsinki's places: how many there are, and what is known of them."""

from collections import Counter
from functools import cache

import pytest

pytest.importorskip("osmium", reason="the demo's packages are not installed: pip install shuke[demo]")

from shuke.demo.helsinki import places
from shuke.demo.types import Category, Place
from shuke.kit.opening_hours import Opening


@cache
def found() -> dict[str, Place]:
    return {place.osm_id: place for place in places()}


def named(name: str) -> Place:
    [place] = [place for place in found().values() if place.name == name]
    return place


def test_every_named_place_is_read_once() -> None:
    assert len(found()) == 1003
    assert Counter(osm_id.partition("/")[0] for osm_id in found()) == {"node": 989, "way": 13, "relation": 1}
    assert all(place.name and place.name == place.name.strip() for place in found().values())


def test_what_is_known_of_them() -> None:
    everywhere = found().values()
    assert sum(bool(place.phone) for place in everywhere) == 313
    assert sum(bool(place.street) for place in everywhere) == 770
    assert sum(bool(place.opening_hours_text) for place in everywhere) == 488


def test_the_share_of_opening_hours_that_are_read() -> None:
    written = [place for place in found().values() if place.opening_hours_text]
    read = [place for place in written if place.opening_hours is not None]
    assert len(read) == 466
    assert len(read) / len(written) > 0.95
    assert all(place.opening_hours is None for place in found().values() if not place.opening_hours_text)


def test_categories() -> None:
    assert Counter(place.category for place in found().values()) == {
        Category.restaurant: 214,
        Category.fashion: 154,
        Category.cafe: 85,
        Category.bar: 73,
        Category.shop: 60,
        Category.fast_food: 54,
        Category.home: 46,
        Category.grocery: 46,
        Category.hairdresser: 40,
        Category.culture: 37,
        Category.health: 33,
        Category.beauty: 33,
        Category.hotel: 29,
        Category.services: 24,
        Category.sports: 22,
        Category.books: 16,
        Category.electronics: 14,
        Category.nightclub: 11,
        Category.pharmacy: 6,
        Category.bakery: 6,
    }


def test_all_lie_in_central_helsinki() -> None:
    for place in found().values():
        assert 24.93 < place.lon < 24.96
        assert 60.16 < place.lat < 60.18


def test_a_place_with_names_in_several_languages() -> None:
    place = named("Ravintola China")
    assert place.names == {"fi": "Ravintola China", "zh": "中國樓酒家"}
    assert (place.category, place.kind) == (Category.restaurant, "amenity=restaurant")
    assert (place.street, place.house_number, place.postcode, place.city) == ("Annankatu", "25", "00100", "Helsinki")
    assert place.opening_hours is not None
    assert [f"{row.weekday} {row.opens:%H:%M}-{row.closes:%H:%M}" for row in place.opening_hours.rows] == [
        *(f"{day} 11:00-23:00" for day in range(1, 6)),
        *(f"{day} 12:00-23:00" for day in (6, 7)),
    ]
    assert place.opening_hours.holidays == ()


def test_a_building_stands_in_the_middle_of_its_outline() -> None:
    stockmann, marski = named("Stockmann"), named("Marski by Scandic")
    assert stockmann.osm_id == "way/122595241"
    assert (stockmann.lon, stockmann.lat) == pytest.approx((24.94216, 60.16829), abs=1e-5)
    assert marski.osm_id.startswith("relation/")
    assert (marski.lon, marski.lat) == pytest.approx((24.94097, 60.16754), abs=1e-5)


def test_closing_after_midnight() -> None:
    late = [place for place in found().values() if place.opening_hours_text == "Mo-Su 12:00-04:00"]
    assert late
    assert late[0].opening_hours is not None
    row = late[0].opening_hours.rows[0]
    assert row == Opening(1, row.opens, row.closes)
    assert row.closes < row.opens


def test_streets_routes_offices_and_malls_are_no_places_of_ours() -> None:
    names = {place.name for place in found().values()}
    assert not names & {"Fredrikinkatu", "Spårakoff", "Kauppakeskus Citycenter", "Helsingin tuomiokirkko"}
