"""Places as brands: what belongs together, how stores are called, which phone numbers are kept."""

from datetime import time

import msgspec
import pytest

from shuke.demo.city import FIRST_SLICE, brands, hours_text, phone, store_name
from shuke.demo.types import Category, Place
from shuke.kit.opening_hours import Opening, OpeningHours

PLACE = Place(
    osm_id="node/1",
    name="Kaisla",
    names={},
    category=Category.cafe,
    kind="amenity=cafe",
    lon=24.94,
    lat=60.17,
    street="Kluuvikatu",
    house_number="3",
    postcode="00100",
    city="Helsinki",
    phone="",
    website="",
    brand="",
    opening_hours_text="",
    opening_hours=None,
)


def place(**changes: object) -> Place:
    """A small cafe, changed a little."""
    return msgspec.structs.replace(PLACE, **changes)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("+358 9 632 223", "+3589632223"),
        ("09-5626995", "+35895626995"),
        ("０９ 5626995", "+35895626995"),
        ("+358 (0)294 500 501", "+358294500501"),
        ("+358401351001;+358207435100", "+358401351001"),
        ("95588", "95588"),
        ("112", "112"),
        ("https://www.viinitie.fi/", ""),
        ("0800-KAISLA", "+358800524752"),
        ("0" * 60, ""),
        ("ask inside", ""),
        ("", ""),
    ],
)
def test_phone_numbers(written: str, kept: str) -> None:
    assert phone(place(phone=written)) == kept


def test_places_of_one_brand_or_name_are_one_merchant() -> None:
    found = brands(
        [
            place(osm_id="node/1", name="R-kioski"),
            place(osm_id="node/2", name="R-Kioski", street="Kaivokatu", house_number="1"),
            place(osm_id="node/3", name="R-Kioski", street=""),
            place(osm_id="node/4", name="Marski by Scandic", brand="Scandic", category=Category.hotel),
            place(osm_id="node/5", name="Scandic Simonkenttä", brand="Scandic", category=Category.hotel),
        ]
    )
    by_key = {brand.key: brand for brand in found}
    assert by_key.keys() == {"r-kioski", "scandic"}
    kiosk = by_key["r-kioski"]
    assert kiosk.name == "R-Kioski"
    assert [store_name(kiosk, one) for one in kiosk.places] == ["R-kioski, Kluuvikatu 3", "R-Kioski, Kaivokatu 1", "R-Kioski"]
    assert store_name(brands([place()])[0], place()) == "Kaisla"


def test_the_first_slice_is_mixed_and_well_described() -> None:
    known = OpeningHours(rows=(Opening(1, time(9), time(17)),), holidays=None)
    many = [
        place(
            osm_id=f"node/{number}", name=f"{category} {number}", category=category, opening_hours=known if number % 2 else None
        )
        for category in Category
        for number in range(20)
    ]
    found = brands(many)
    first = found[:FIRST_SLICE]
    assert len(found) == len(many)
    assert len({brand.key for brand in found}) == len(many)
    assert all(one.opening_hours for brand in first for one in brand.places)
    assert len({brand.category for brand in first}) >= FIRST_SLICE // 4


def test_words_that_rows_cannot_hold_are_kept() -> None:
    open_monday = (Opening(1, time(9), time(17)),)
    silent = place(opening_hours_text="Mo 09:00-17:00", opening_hours=OpeningHours(open_monday, None))
    holidays = place(opening_hours_text="Mo 09:00-17:00; PH off", opening_hours=OpeningHours(open_monday, ()))
    unread = place(opening_hours_text="Seasonal")
    assert [hours_text(one) for one in (silent, holidays, unread)] == ["", "Mo 09:00-17:00; PH off", "Seasonal"]
