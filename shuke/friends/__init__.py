"""Friends: who knows whom, who is hidden from whom, how people look to each other, and what waits for somebody.

Both sides' rows are written together once the pair's row is locked: what two people do at once has one outcome. Either blocks the
other: neither finds, sees or reaches the other anywhere; a list filters by friends.hidden, a page says not found. A refusal is told
to nobody, and asking by a phone number doesn't tell whose it is.
"""

from shuke.friends.own import OwnFace, hide_face, own_face, person_by_code, set_face
from shuke.friends.queries import (
    about,
    are_friends,
    demand_not_blocked,
    face_of,
    faces,
    friend_ids,
    friends_by_name,
    hidden_from,
    nobody,
    relation,
)
from shuke.friends.types import Audience, Face, FriendsEnded, FriendsMade, PersonBlocked, PersonUnblocked, Relation
from shuke.friends.waiting import counts

__all__ = [
    "Audience",
    "Face",
    "FriendsEnded",
    "FriendsMade",
    "OwnFace",
    "PersonBlocked",
    "PersonUnblocked",
    "Relation",
    "about",
    "are_friends",
    "counts",
    "demand_not_blocked",
    "face_of",
    "faces",
    "friend_ids",
    "friends_by_name",
    "hidden_from",
    "hide_face",
    "nobody",
    "own_face",
    "person_by_code",
    "relation",
    "set_face",
]
