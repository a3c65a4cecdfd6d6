"""Reviews in a merchant's office: what guests say, and the reply."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from shuke.kit.db import Db
from shuke.kit.forms import Reading, typed_in
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.web import AnyRequest
from shuke.merchants import Acting, office_page, staff_with
from shuke.opinions.queries import dressed, place_names
from shuke.reviews import aspect_words, ratings_of_merchant, replies_of, reply, review_at, reviews_of_merchant
from shuke.shell import redirect
from shuke.thanks import Thanks, set_thanks, thanks_of

OFFICE = [staff_with("members")]
OneToFive = Annotated[int, msgspec.Meta(ge=1, le=5)]
Answer = Response[str] | Redirect
PAGE = 10


class ReplyForm(msgspec.Struct, frozen=True):
    """What was typed."""

    text: Annotated[str, msgspec.Meta(max_length=8000)] = ""


@get("/reviews", guards=OFFICE)
async def show_reviews(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    before: FromQuery[UUID | None] = None,
    unanswered: FromQuery[bool] = False,
    stars: FromQuery[OneToFive | None] = None,
) -> Response[str]:
    """All of them, newest first, or those without a reply, or with so many stars."""
    found = await reviews_of_merchant(db, acting.merchant_id, before, unanswered=unanswered, stars=stars)
    ratings = [rating for rating in await ratings_of_merchant(db, acting.merchant_id) if rating.count]
    places = {review.place_id for review in found} | {rating.place_id for rating in ratings}
    return office_page(
        request,
        acting,
        "opinions/office.html",
        shown=await dressed(db, acting.person_id, found[:PAGE]),
        ratings=ratings,
        places=await place_names(db, [(acting.merchant_id, place_id) for place_id in places]),
        next=found[PAGE - 1].review_id if len(found) > PAGE else None,
        before=before,
        unanswered=unanswered,
        stars=stars,
        words=aspect_words(),
        thanks=await thanks_of(db, acting.merchant_id),
    )


@post("/thanks", guards=[staff_with("deals")])
async def save_thanks(request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]) -> Redirect:
    """What is given for a review from now on; an empty field: nothing."""
    here = f"/console/{acting.merchant_id}/reviews"
    reading = Reading(await typed_in(request), "")
    points = reading.whole("points")
    if reading.errors or (points is not None and not 1 <= points <= 100_000):
        return redirect(here, flash=_("Write a whole number from 1 to 100,000, or nothing."), kind="warn")
    await set_thanks(db, acting, Thanks(points))
    return redirect(here, flash=_("Saved."))


async def _reply_page(
    request: AnyRequest, db: Db, acting: Acting, review_id: UUID, refusal: Refusal | None = None, typed: str = ""
) -> Response[str]:
    review = await review_at(db, acting.merchant_id, review_id)
    if review is None or not review.standing:
        raise NotFound
    (shown,) = await dressed(db, acting.person_id, [review])
    places = await place_names(db, [(review.merchant_id, review.place_id)])
    return office_page(
        request,
        acting,
        "opinions/reply.html",
        status=refusal.status if refusal else 200,
        one=shown,
        place=places[review.place_id],
        replies=await replies_of(db, review),
        hidden=review.reply_hidden_at is not None,
        refusal=refusal,
        typed=typed or review.reply or "",
        words=aspect_words(),
    )


@get("/reviews/{review_id:uuid}", guards=OFFICE)
async def show_reply(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], review_id: FromPath[UUID]
) -> Response[str]:
    """One review, and the form of the reply."""
    return await _reply_page(request, db, acting, review_id)


@post("/reviews/{review_id:uuid}", guards=OFFICE)
async def write_reply(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    review_id: FromPath[UUID],
    data: URLEncodedBody[ReplyForm],
) -> Answer:
    """Publish the reply, or say what is missing."""
    try:
        if len(data.text) > 2000:
            raise Refusal("too_long", _("At most 2,000 characters, please."))
        await reply(db, acting.merchant_id, acting.person_id, review_id, data.text)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _reply_page(request, db, acting, review_id, refusal, data.text[:2000])
    return redirect(f"/console/{acting.merchant_id}/reviews/{review_id}", flash=_("Your reply is public."))


office_pages = Router(
    "/console/{merchant_id:uuid}", route_handlers=[show_reviews, show_reply, write_reply, save_thanks], include_in_schema=False
)
