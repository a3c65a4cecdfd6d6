"""Places: what a map shows. The index of open stores of approved merchants, and of places that nobody runs here.

It follows the stores; what is open or on sale is told by the moment of the question, so that nothing has to be switched.
"""

from shuke.places.actions import follow, offers, set_deals, set_score
from shuke.places.cells import cells_near
from shuke.places.hours import multirange, week_of
from shuke.places.icons import icon_of
from shuke.places.imports import import_places, imported_id
from shuke.places.nearest import Nearest, nearest
from shuke.places.queries import looking_at, near, place_of, places_of, within
from shuke.places.types import FARTHEST, NEARBY, After, Found, Near, Offer, Order, Place, PlacesChanged, Row, Sought, Wanted

__all__ = [
    "FARTHEST",
    "NEARBY",
    "After",
    "Found",
    "Near",
    "Nearest",
    "Offer",
    "Order",
    "Place",
    "PlacesChanged",
    "Row",
    "Sought",
    "Wanted",
    "cells_near",
    "follow",
    "icon_of",
    "import_places",
    "imported_id",
    "looking_at",
    "multirange",
    "near",
    "nearest",
    "offers",
    "place_of",
    "places_of",
    "set_deals",
    "set_score",
    "week_of",
    "within",
]
