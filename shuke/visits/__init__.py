"""Visits: who was where, proven by what happened at the till: a redemption, a purchase, later a booking.

What happens at one store within two hours is one visit. It stands as long as one of its proofs does. Who may see where somebody was
lately is her own choice, kept here and set by the room of profiles: everyone, friends (from the beginning), only me.
"""

from shuke.visits.actions import set_audience
from shuke.visits.queries import audience_of, friends_who_went, places_of_friends, proof, visits_of
from shuke.visits.types import Audience, PlaceOfFriends, Visit, VisitKind, VisitUndone

__all__ = [
    "Audience",
    "PlaceOfFriends",
    "Visit",
    "VisitKind",
    "VisitUndone",
    "audience_of",
    "friends_who_went",
    "places_of_friends",
    "proof",
    "set_audience",
    "visits_of",
]
