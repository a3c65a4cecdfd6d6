"""Types of the explore room: places as GeoJSON (RFC 7946), and in a list with the friends who went there."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.friends import Face
from shuke.kit.geo import Point
from shuke.places import Near, Place

ATTRIBUTION = "© OpenStreetMap contributors"


class Geometry(msgspec.Struct, frozen=True, tag="Point", tag_field="type"):
    """Longitude and latitude in degrees of WGS-84."""

    coordinates: tuple[float, float]


class Properties(msgspec.Struct, frozen=True):
    """What is known of a place. `open` null: its hours are not known; `score` 0: no reviews yet; `merchant_id` null: nobody runs it here;
    `friends` only where friends were asked for; `metres` from the point that was asked for."""

    id: UUID
    name: str
    names: dict[str, str]
    category: str
    kind: str
    street: str
    city: str
    zone: str
    phone: str
    website: str
    open: bool | None
    deals: int
    price: int | None
    score: float
    reviews: int
    merchant_id: UUID | None
    photo: str
    href: str
    metres: int | None
    friends: int
    source: str


class Feature(msgspec.Struct, frozen=True, tag="Feature", tag_field="type"):
    """One place."""

    id: UUID
    geometry: Geometry
    properties: Properties


class FeatureCollection(msgspec.Struct, frozen=True, tag="FeatureCollection", tag_field="type"):
    """A page of places; `next` is the cursor of the following one, empty on the last. `attribution` names whose data is among them and
    is to be shown with it; empty where it is all the shops' own."""

    features: list[Feature]
    next: str
    attribution: str


class Seen(msgspec.Struct, frozen=True):
    """A place in a list, with the viewer's friends who went there."""

    place: Place
    metres: int
    friends: list[Face]


class Look(msgspec.Struct, frozen=True):
    """What was found around a point."""

    point: Point
    items: list[Seen]
    next: str
    attribution: str


def attribution(places: Sequence[Place]) -> str:
    """Whose data is among these."""
    return ATTRIBUTION if any("OpenStreetMap" in place.source for place in places) else ""


def feature(found: Near, friends: int = 0) -> Feature:
    """A place as GeoJSON, with how far it is."""
    return feature_of(found.place, found.metres, friends)


def feature_of(place: Place, metres: int | None, friends: int = 0) -> Feature:
    """A place as GeoJSON."""
    return Feature(
        place.place_id,
        Geometry((place.longitude, place.latitude)),
        Properties(
            place.place_id,
            place.name,
            place.names,
            place.category,
            place.kind,
            place.street,
            place.city,
            place.zone,
            place.phone,
            place.website,
            place.open,
            place.deals,
            place.price,
            place.score,
            place.reviews,
            place.merchant_id,
            place.photo,
            f"/places/{place.place_id}",
            metres,
            friends,
            place.source,
        ),
    )
