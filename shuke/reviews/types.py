"""Types of the reviews room."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from shuke.kit.events import Event

Incentive = Literal["none", "voucher", "points", "discount", "other"]
Stars = Annotated[int, msgspec.Meta(ge=1, le=5)]
Text = Annotated[str, msgspec.Meta(max_length=4000)]

PROVED_FOR = timedelta(days=60)  # how long after a visit it can be reviewed
MENDED_FOR = timedelta(hours=48)  # how long a review can be changed without another visit


class NewReview(msgspec.Struct, frozen=True):
    """`overall` and `incentive` are asked, with no answer given beforehand; `aspects` are those of the place's category, each may be
    left out; `photos` are ids of the writer's album."""

    place_id: UUID
    overall: Stars
    incentive: Incentive
    aspects: dict[str, Stars] = {}
    text: Text = ""
    photos: Annotated[list[UUID], msgspec.Meta(max_length=9)] = []


class ReviewDraft(msgspec.Struct, frozen=True):
    """What a review says from now on."""

    overall: Stars
    incentive: Incentive
    aspects: dict[str, Stars] = {}
    text: Text = ""
    photos: Annotated[list[UUID], msgspec.Meta(max_length=9)] = []


class Review(msgspec.Struct, frozen=True):
    """A review. `visit_kind` and `visited_at` say what proves it; `taken_back_at`: that was undone, so it counts no more and only its
    author sees it; `hidden_at`: by a decision, the same. `incentive` is what
    the author says, `thanked` the points that the shop gave. `reply` is the merchant's; it was changed when `reply_number` is above 1."""

    person_id: UUID
    review_id: UUID
    merchant_id: UUID
    place_id: UUID
    visit_kind: str
    visited_at: datetime
    overall: int
    aspects: dict[str, int]
    text: str
    photos: list[UUID]
    incentive: str
    thanked: int | None
    number: int
    at: datetime
    changed_at: datetime | None
    hidden_at: datetime | None
    taken_back_at: datetime | None
    reply: str | None
    reply_at: datetime | None
    reply_number: int | None
    reply_hidden_at: datetime | None

    @property
    def standing(self) -> bool:
        """Whether others see it and it counts."""
        return self.hidden_at is None and self.taken_back_at is None


class Version(msgspec.Struct, frozen=True):
    """What a review said before, from `at` on."""

    number: int
    overall: int
    aspects: dict[str, int]
    text: str
    visited_at: datetime
    at: datetime


class ReplyVersion(msgspec.Struct, frozen=True):
    """What the merchant replied, from `at` on."""

    number: int
    text: str
    at: datetime


class Rating(msgspec.Struct, frozen=True):
    """What a place's reviews come to. `score` is with the prior, 0 where there is no review; `stars` counts reviews by aspect (also
    overall) and stars."""

    place_id: UUID
    merchant_id: UUID
    category: str
    score: float
    count: int
    total: int
    stars: dict[str, dict[str, int]]

    @property
    def mean(self) -> float:
        """The plain mean of what was given."""
        return self.total / self.count if self.count else 0.0

    def given(self, aspect: str, stars: int) -> int:
        """How many gave so many stars."""
        return self.stars.get(aspect, {}).get(str(stars), 0)

    def mean_of(self, aspect: str) -> float:
        """The plain mean of an aspect; 0 where nobody said."""
        given = self.stars.get(aspect, {})
        people = sum(given.values())
        return sum(int(stars) * count for stars, count in given.items()) / people if people else 0.0


class Chosen(msgspec.Struct, frozen=True):
    """Which of a place's reviews: those with so many stars for an aspect, or all; from a cursor on."""

    aspect: str = "overall"
    stars: int | None = None
    cursor: str | None = None


class ReviewPage(msgspec.Struct, frozen=True):
    """A page of reviews; `next` is the cursor of the next one."""

    reviews: list[Review]
    next: str | None


class Reviewable(msgspec.Struct, frozen=True):
    """A place that somebody was at, last at `at`, and can review."""

    place_id: UUID
    merchant_id: UUID
    at: datetime


class NewReply(msgspec.Struct, frozen=True):
    """What the merchant says to it, for everybody to read."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class ReviewReplied(Event, frozen=True):
    """The shop has replied to a review for the first time."""

    person_id: UUID
    review_id: UUID
    merchant_id: UUID


class ReviewPublished(Event, frozen=True):
    """Somebody who was there says how it was."""

    person_id: UUID
    review_id: UUID
    place_id: UUID
    merchant_id: UUID
