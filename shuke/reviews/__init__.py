"""Reviews: what people who were there say of a place, its score, and the merchant's one reply. How others read them: room opinions.

A review stands on a visit of the 60 days before it; one for each person and place. It is changed within two days, or after another
visit; what it said before is kept. When its visit is undone and no other stands, it counts no more and only its author sees it. Who
works for the merchant can't review it, and what she wrote before counts as long as she doesn't. A merchant replies and reports, and
removes nothing.
"""

from shuke.reviews.actions import category_of, change, demand_visit, remove, write
from shuke.reviews.aspects import PRICE, aspect_words, aspects_of, incentive_words, price_words, star_words
from shuke.reviews.queries import (
    own_review,
    own_review_of,
    rating_of,
    ratings_of_merchant,
    replies_of,
    review_at,
    review_of,
    reviewable,
    reviews_by,
    reviews_of_merchant,
    reviews_of_place,
    versions_of,
)
from shuke.reviews.replies import note_thanks, reply
from shuke.reviews.types import (
    PROVED_FOR,
    Chosen,
    NewReply,
    NewReview,
    Rating,
    ReplyVersion,
    Review,
    Reviewable,
    ReviewDraft,
    ReviewPage,
    ReviewPublished,
    Version,
)

__all__ = [
    "PRICE",
    "PROVED_FOR",
    "Chosen",
    "NewReply",
    "NewReview",
    "Rating",
    "ReplyVersion",
    "Review",
    "ReviewDraft",
    "ReviewPage",
    "ReviewPublished",
    "Reviewable",
    "Version",
    "aspect_words",
    "aspects_of",
    "category_of",
    "change",
    "demand_visit",
    "incentive_words",
    "note_thanks",
    "own_review",
    "own_review_of",
    "price_words",
    "rating_of",
    "ratings_of_merchant",
    "remove",
    "replies_of",
    "reply",
    "review_at",
    "review_of",
    "reviewable",
    "reviews_by",
    "reviews_of_merchant",
    "reviews_of_place",
    "star_words",
    "versions_of",
    "write",
]
