"""Opening hours: what a week can hold is read, all else is left as text."""

from datetime import time

import pytest

from shuke.kit.opening_hours import Opening, parse


def week(text: str) -> dict[int, list[str]]:
    hours = parse(text)
    assert hours is not None, text
    by_day: dict[int, list[str]] = {}
    for row in hours.rows:
        by_day.setdefault(row.weekday, []).append(f"{row.opens:%H:%M}-{row.closes:%H:%M}")
    return by_day


WORKDAYS = {key: ["09:00-18:00"] for key in range(1, 6)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mo-Fr 09:00-18:00; Sa 10:00-16:00; Su,PH off", WORKDAYS | {6: ["10:00-16:00"]}),
        ("Mo-Fr 9:00-18:00", WORKDAYS),
        ("mo-fr 09:00 - 18:00;", WORKDAYS),
        ("Mo-Fr 09:00-18:00, Sa,Su 10:00-16:00", WORKDAYS | {6: ["10:00-16:00"], 7: ["10:00-16:00"]}),
        ("Tu, Fr 10:00-18:00; We 10:00-20:00", {2: ["10:00-18:00"], 3: ["10:00-20:00"], 5: ["10:00-18:00"]}),
        ("08:00-16:15", {key: ["08:00-16:15"] for key in range(1, 8)}),
        ("24/7", {key: ["00:00-00:00"] for key in range(1, 8)}),
        ("Mo 00:00-24:00", {1: ["00:00-00:00"]}),
        ("Mo 17:00-24:00", {1: ["17:00-00:00"]}),
        ("Fr-Sa 18:00-02:00", {5: ["18:00-02:00"], 6: ["18:00-02:00"]}),
        ("Fr 18:00-26:00", {5: ["18:00-02:00"]}),
        ("Sa-Mo 10:00-12:00", {1: ["10:00-12:00"], 6: ["10:00-12:00"], 7: ["10:00-12:00"]}),
        ("Mo 08:00-10:30, 11:00-16:00", {1: ["08:00-10:30", "11:00-16:00"]}),
        ("Mo 17:00-22:00,11:00-15:00", {1: ["11:00-15:00", "17:00-22:00"]}),
        ("Mo-Tu 10:00-14:00, Mo 15:00-18:00", {1: ["10:00-14:00", "15:00-18:00"], 2: ["10:00-14:00"]}),
        ("Mo-We 11:00-18:00; Tu 11:00-20:00", {1: ["11:00-18:00"], 2: ["11:00-20:00"], 3: ["11:00-18:00"]}),
        ("Mo-Su 10:00-12:00; We off", {key: ["10:00-12:00"] for key in (1, 2, 4, 5, 6, 7)}),
        ("Sa 11:00-17:00, Su closed", {6: ["11:00-17:00"]}),
        ("closed", {}),
    ],
)
def test_a_week_is_read(text: str, expected: dict[int, list[str]]) -> None:
    assert week(text) == expected


def test_public_holidays_are_closed_open_or_not_spoken_of() -> None:
    closed, opened, silent = parse("Mo 10:00-12:00; PH off"), parse("PH 12:00-15:00"), parse("Mo 10:00-12:00")
    assert closed is not None
    assert closed.holidays == ()
    assert opened is not None
    assert opened.rows == ()
    assert opened.holidays == (Opening(8, time(12), time(15)),)
    assert silent is not None
    assert silent.holidays is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Jun-Aug: Mo-Su 09:00-24:00; Sep-May: Mo-Su 09:00-18:00",
        "Mo-Fr 10:00-18:00; Jun-Aug Sa 11:00-15:00",
        "2017 Jul 1 - 2017 Aug 8 off; PH off",
        '"for request only"',
        'Mo-Fr 08:00-16:00 || "on appointment"',
        'Mo-Fr 11:00-15:00 open "Lunch"',
        "Seasonal, only summer time",
        "Mon - Fri 11am - 11pm",
        "Mo-Fr 16:00-, Sa 14:00-",
        "Mo-Fr 16:00+",
        "Mo-Fr 15-22",
        "Mo-Fr 08:00-19:00 Sa 09:00-19:00",
        "Mo-Fr 10:00-18:75",
        "Mo-Fr 25:00-26:00",
        "Mo-Fr 10:00-10:00",
        "Mo-Fr 10:00-58:00",
        "Mo[1] 10:00-12:00",
        "week 1-10 Mo 10:00-12:00",
        "SH off",
        "Mo sunrise-sunset",
        "Mo-Fr 09:30 - 15:00. Lunch Mo-Fr 11:00 - 13:30",
        # the second rule leaves nothing of the first: a weekday was forgotten
        "Mo-Fr 10:00-18:00; 11:00-15:00",
        "Mo-Fr 07:30-20:00, Sa 10:00-19:00; Sa 12:00-18:00",
        # meant to add, but the grammar replaces
        "Mo-Su 11:00-24:00; Sa-Su 00:00-02:00",
        # overlapping
        "Mo 10:00-14:00,12:00-18:00",
        "Mo-Tu 10:00-14:00, Mo 12:00-18:00",
        "Mo 10:00-20:00; Mo" + " " * 50_000,
    ],
)
def test_what_a_week_cannot_hold_is_left_as_text(text: str) -> None:
    assert parse(text) is None
