"""The two appearances of the base map: warm paper by day, dark ink by night; quiet, so that the places on it are seen."""

import msgspec


class Colours(msgspec.Struct, frozen=True):
    """What each thing on the map is filled or drawn with."""

    beyond: str
    land: str
    water: str
    shore: str
    green: str
    sport: str
    campus: str
    square: str
    trade: str
    building: str
    wall: str
    major: str
    major_case: str
    middle: str
    minor: str
    case: str
    path: str
    rail: str
    ink: str
    soft_ink: str
    water_ink: str
    green_ink: str
    halo: str


LIGHT = Colours(
    beyond="#efe9df",
    land="#f8f5ef",
    water="#b9d7e6",
    shore="#a3c8da",
    green="#d5e5c4",
    sport="#cbe0cd",
    campus="#f3ead9",
    square="#f0ebe2",
    trade="#f5eee8",
    building="#ebe4d9",
    wall="#ddd3c5",
    major="#ffe3a8",
    major_case="#e3bd6c",
    middle="#fff3d2",
    minor="#ffffff",
    case="#ddd5c9",
    path="#d3c7b5",
    rail="#c4bbb0",
    ink="#4a423a",
    soft_ink="#7b7167",
    water_ink="#3f7896",
    green_ink="#4c7a3a",
    halo="#fffdf9",
)

DARK = Colours(
    beyond="#131110",
    land="#1d1a18",
    water="#16303f",
    shore="#1e3d4f",
    green="#1f2c1c",
    sport="#1e3024",
    campus="#252019",
    square="#26221e",
    trade="#27201d",
    building="#2b2622",
    wall="#39332d",
    major="#5d4a26",
    major_case="#2e2516",
    middle="#4a4030",
    minor="#3a342f",
    case="#181513",
    path="#443c34",
    rail="#57504a",
    ink="#d8cfc4",
    soft_ink="#a2978b",
    water_ink="#79b2cf",
    green_ink="#93bd80",
    halo="#161311",
)
