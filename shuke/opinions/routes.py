"""JSON API of reviews."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from shuke.kit.answers import once
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound
from shuke.kit.web import AnyRequest
from shuke.merchants import Acting, staff_with
from shuke.opinions.queries import file_of, shown_at_place
from shuke.opinions.types import RatingShown, ReviewFile, ReviewsShown
from shuke.people import Viewer, anyone, signed_in, viewer_of
from shuke.reviews import (
    Chosen,
    NewReply,
    NewReview,
    Review,
    ReviewDraft,
    change,
    rating_of,
    remove,
    reply,
    reviews_by,
    reviews_of_merchant,
    write,
)

PAGE = 10
OFFICE = [staff_with("members")]
OneToFive = Annotated[int, msgspec.Meta(ge=1, le=5)]


class Reviews(msgspec.Struct, frozen=True):
    """A page of reviews, newest first; `next` is the `before` of the next one."""

    reviews: list[Review]
    next: UUID | None

    @classmethod
    def of(cls, found: list[Review]) -> "Reviews":
        """From one more than a page."""
        return cls(found[:PAGE], found[PAGE - 1].review_id if len(found) > PAGE else None)


@post("/reviews", guards=[signed_in], summary="Review a place")
async def create_review(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[NewReview],
) -> Review:
    """Within 60 days of a visit, once for each place. Refusals: no_visit, own_work, already_reviewed, no_later_visit,
    aspect_unknown, words_refused, not_found (a photo), too_many_photos, too_many_requests, idempotency_key_reused."""

    async def work() -> Review:
        return await write(db, viewer.person_id, data)

    return await once(db, viewer.person_id, key, raw, Review, work)


@put("/reviews/{review_id:uuid}", guards=[signed_in], summary="Change your review")
async def put_review(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], review_id: FromPath[UUID], data: JSONBody[ReviewDraft]
) -> Review:
    """Within two days, later after another visit; what it said before is kept. Refusals: not_found, no_later_visit, aspect_unknown,
    words_refused, too_many_photos, too_many_requests."""
    return await change(db, viewer.person_id, review_id, data)


@delete("/reviews/{review_id:uuid}", guards=[signed_in], summary="Take your review away")
async def delete_review(db: NamedDependency[Db], viewer: NamedDependency[Viewer], review_id: FromPath[UUID]) -> None:
    """With what it said before and the reply to it. Refusal: not_found."""
    await remove(db, viewer.person_id, review_id)


@get("/reviews", guards=[signed_in], summary="Your reviews")
async def get_reviews(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], before: FromQuery[UUID | None] = None
) -> Reviews:
    """Also those that others don't see."""
    return Reviews.of(await reviews_by(db, viewer.person_id, viewer.person_id, before))


@get("/people/{person_id:uuid}/reviews/{review_id:uuid}", guards=[anyone], summary="One review")
async def get_review(
    request: AnyRequest, db: NamedDependency[Db], person_id: FromPath[UUID], review_id: FromPath[UUID]
) -> ReviewFile:
    """With what it said before, and the merchant's reply. Refusal: not_found."""
    viewer = viewer_of(request)
    return await file_of(db, viewer.person_id if viewer else None, person_id, review_id)


@get("/places/{place_id:uuid}/reviews", guards=[anyone], summary="Reviews of a place")
async def get_place_reviews(
    request: AnyRequest,
    db: NamedDependency[Db],
    place_id: FromPath[UUID],
    aspect: FromQuery[str] = "overall",
    stars: FromQuery[OneToFive | None] = None,
    cursor: FromQuery[str | None] = None,
) -> ReviewsShown:
    """The viewer's friends' first, then newest first; only those with so many `stars` for an `aspect`. Refusal: cursor_unreadable."""
    viewer = viewer_of(request)
    return await shown_at_place(db, viewer.person_id if viewer else None, place_id, Chosen(aspect, stars, cursor))


@get("/places/{place_id:uuid}/rating", guards=[anyone], summary="What a place's reviews come to")
async def get_rating(db: NamedDependency[Db], place_id: FromPath[UUID]) -> RatingShown:
    """The score with its prior, the plain mean, and how many gave what. Refusal: not_found where nobody has reviewed it."""
    rating = await rating_of(db, place_id)
    if rating is None:
        raise NotFound
    return RatingShown.of(rating)


@get("/reviews", guards=OFFICE, summary="Reviews of your places")
async def get_merchant_reviews(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    before: FromQuery[UUID | None] = None,
    unanswered: FromQuery[bool] = False,
    stars: FromQuery[OneToFive | None] = None,
) -> Reviews:
    """Newest first; `unanswered`: only those without a reply. Refusals: not_found, not_allowed."""
    return Reviews.of(await reviews_of_merchant(db, acting.merchant_id, before, unanswered=unanswered, stars=stars))


@put("/reviews/{review_id:uuid}/reply", guards=OFFICE, summary="Reply to a review")
async def put_reply(
    db: NamedDependency[Db], acting: NamedDependency[Acting], review_id: FromPath[UUID], data: JSONBody[NewReply]
) -> Review:
    """One reply, for everybody to read; a change is shown as one. Refusals: not_found, not_allowed, text_missing, words_refused."""
    return await reply(db, acting.merchant_id, acting.person_id, review_id, data.text)


review_routes = Router(
    "/api/v1",
    route_handlers=[
        create_review,
        put_review,
        delete_review,
        get_reviews,
        get_review,
        get_place_reviews,
        get_rating,
    ],
    tags=["reviews"],
)
office_routes = Router(
    "/api/v1/merchants/{merchant_id:uuid}", route_handlers=[get_merchant_reviews, put_reply], tags=["reviews"]
)
