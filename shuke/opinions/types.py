"""Types of the opinions room."""

from uuid import UUID

import msgspec

from shuke.friends import Face
from shuke.reviews import Rating, ReplyVersion, Review, Version


class ReviewShown(msgspec.Struct, frozen=True):
    """A review as somebody sees it: who wrote it, whether that is a friend, addresses of its photos."""

    review: Review
    author: Face
    friend: bool
    photos: list[str]


class ReviewsShown(msgspec.Struct, frozen=True):
    """A page of a place's reviews, friends' first; `next` is the cursor of the next one."""

    reviews: list[ReviewShown]
    next: str | None


class RatingShown(msgspec.Struct, frozen=True):
    """What a place's reviews come to. `score` is with the prior of its like, `mean` is the plain mean; `stars` counts reviews by aspect
    (also overall) and stars."""

    place_id: UUID
    score: float
    mean: float
    count: int
    stars: dict[str, dict[str, int]]

    @classmethod
    def of(cls, rating: Rating) -> "RatingShown":
        """What everybody may know of it."""
        return cls(rating.place_id, rating.score, round(rating.mean, 2), rating.count, rating.stars)


class ReviewFile(msgspec.Struct, frozen=True):
    """One review with what it said before, and what the merchant replied, the newest first."""

    shown: ReviewShown
    versions: list[Version]
    replies: list[ReplyVersion]


class PlaceName(msgspec.Struct, frozen=True):
    """What a place is called, and its merchant."""

    place_id: UUID
    merchant_id: UUID
    name: str
    merchant_name: str
    city: str
    zone: str
