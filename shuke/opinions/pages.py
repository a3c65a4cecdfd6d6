"""Pages of reviews for guests: those of a place, one review, one's own, writing and changing."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from shuke.album import addresses, take_up
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal
from shuke.kit.web import AnyRequest
from shuke.opinions.forms import Written, draft_of, read_form
from shuke.opinions.queries import dressed, file_of, merchant_of, place_name, place_names, shown_at_place
from shuke.opinions.types import PlaceName
from shuke.people import Viewer, anyone, signed_in, viewer_of
from shuke.reviews import (
    PRICE,
    PROVED_FOR,
    Chosen,
    NewReview,
    Review,
    aspect_words,
    aspects_of,
    category_of,
    change,
    demand_visit,
    incentive_words,
    own_review,
    own_review_of,
    price_words,
    rating_of,
    remove,
    reviewable,
    reviews_by,
    star_words,
    write,
)
from shuke.shell import redirect, render
from shuke.thanks import thanks_of

Answer = Response[str] | Redirect
OneToFive = Annotated[int, msgspec.Meta(ge=1, le=5)]
FEW = 3  # on the page of the place
PAGE = 10


async def _may_review(db: Db, viewer: Viewer | None, place_id: UUID) -> bool:
    """Whether to offer it: who was not there is not led into a form that refuses her."""
    if viewer is None:
        return False
    try:
        await demand_visit(db, viewer.person_id, place_id)
    except Refusal:
        return False
    return True


@get("/places/{place_id:uuid}/reviews", guards=[anyone])
async def show_reviews(
    request: AnyRequest,
    db: NamedDependency[Db],
    place_id: FromPath[UUID],
    aspect: FromQuery[str] = "overall",
    stars: FromQuery[OneToFive | None] = None,
    cursor: FromQuery[str | None] = None,
) -> Response[str]:
    """All of them, with how many gave what; as a part for the page of the place when htmx asks."""
    viewer = viewer_of(request)
    viewer_id = viewer.person_id if viewer else None
    part = request.headers.get("hx-request") == "true"
    merchant_id = await merchant_of(db, place_id, viewer_id)
    page = await shown_at_place(db, viewer_id, place_id, Chosen(aspect, stars, cursor))
    return render(
        request,
        "opinions/part.html" if part else "opinions/place.html",
        frame="shell/app.html" if viewer else "shell/public.html",
        known=viewer is not None,
        viewer_id=viewer_id,
        place=await place_name(db, merchant_id, place_id),
        rating=await rating_of(db, place_id),
        shown=page.reviews[:FEW] if part else page.reviews,
        next=page.next,
        first=cursor is None,
        mine=await own_review_of(db, viewer_id, place_id) if viewer_id else None,
        may=await _may_review(db, viewer, place_id),
        aspects=("overall", *aspects_of(await category_of(db, merchant_id, place_id)), PRICE),
        price_words=price_words(),
        words=aspect_words(),
        aspect=aspect,
        stars=stars,
    )


@get("/reviews/{person_id:uuid}/{review_id:uuid}", guards=[anyone])
async def show_review(
    request: AnyRequest, db: NamedDependency[Db], person_id: FromPath[UUID], review_id: FromPath[UUID]
) -> Response[str]:
    """One review with its past and the merchant's reply."""
    viewer = viewer_of(request)
    viewer_id = viewer.person_id if viewer else None
    found = await file_of(db, viewer_id, person_id, review_id)
    review = found.shown.review
    return render(
        request,
        "opinions/review.html",
        frame="shell/app.html" if viewer else "shell/public.html",
        known=viewer is not None,
        viewer_id=viewer_id,
        found=found,
        place=await place_name(db, review.merchant_id, review.place_id),
        words=aspect_words(),
    )


@get("/reviews", guards=[signed_in])
async def show_own(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    before: FromQuery[UUID | None] = None,
) -> Response[str]:
    """What I said, and where I was and have not said anything yet."""
    found = await reviews_by(db, viewer.person_id, viewer.person_id, before)
    open_places = await reviewable(db, viewer.person_id, clock.now() - PROVED_FOR) if before is None else []
    places = [(one.merchant_id, one.place_id) for one in found] + [(one.merchant_id, one.place_id) for one in open_places]
    return render(
        request,
        "opinions/own.html",
        shown=await dressed(db, viewer.person_id, found[:PAGE]),
        open_places=open_places,
        places=await place_names(db, places),
        next=found[PAGE - 1].review_id if len(found) > PAGE else None,
        first=before is None,
        viewer_id=viewer.person_id,
        words=aspect_words(),
    )


async def _form(
    request: AnyRequest,
    db: Db,
    place: PlaceName,
    written: Written,
    errors: dict[str, str] | None = None,
    review: Review | None = None,
) -> Response[str]:
    aspects = aspects_of(await category_of(db, place.merchant_id, place.place_id))
    photos = addresses(review.person_id, review.photos, small=True) if review else []
    return render(
        request,
        "opinions/write.html",
        status=422 if errors else 200,
        place=place,
        written=written,
        errors=errors or {},
        review=review,
        photos=list(zip(review.photos, photos, strict=True)) if review else [],
        aspects=aspects,
        price_words=price_words(),
        words=aspect_words(),
        star_words=star_words(),
        incentives=incentive_words(),
        thanks=await thanks_of(db, place.merchant_id),
    )


@get("/reviews/new", guards=[signed_in])
async def show_new(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], place: FromQuery[UUID]
) -> Answer:
    """The form, empty: nothing is chosen for the writer. Who has written one is led to it."""
    mine = await own_review_of(db, viewer.person_id, place)
    if mine is not None:
        return redirect(f"/reviews/{viewer.person_id}/{mine.review_id}")
    await demand_visit(db, viewer.person_id, place)
    return await _form(request, db, await place_name(db, await merchant_of(db, place, viewer.person_id), place), Written())


@post("/reviews/new", guards=[signed_in])
async def write_new(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], place: FromQuery[UUID]
) -> Answer:
    """Publish it, or say what is missing."""
    where = await place_name(db, await merchant_of(db, place, viewer.person_id), place)
    written, files = await read_form(request, aspects_of(await category_of(db, where.merchant_id, place)))
    draft, errors = draft_of(written, [])
    if draft is None:
        return await _form(request, db, where, written, errors)
    try:
        async with db.savepoint():
            photos = await take_up(db, viewer.person_id, files)
            new = NewReview(place, draft.overall, draft.incentive, draft.aspects, draft.text, photos)
            review = await write(db, viewer.person_id, new)
    except Refusal as refusal:
        return await _form(request, db, where, written, {"form": refusal.detail})
    return redirect(f"/reviews/{viewer.person_id}/{review.review_id}", flash=_("Thank you. Your review is public."))


@get("/reviews/change/{review_id:uuid}", guards=[signed_in])
async def show_change(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], review_id: FromPath[UUID]
) -> Response[str]:
    """The form with what it says now."""
    review = await own_review(db, viewer.person_id, review_id)
    place = await place_name(db, review.merchant_id, review.place_id)
    return await _form(request, db, place, Written.of(review), review=review)


@post("/reviews/change/{review_id:uuid}", guards=[signed_in])
async def write_change(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], review_id: FromPath[UUID]
) -> Answer:
    """Publish the next version, or say what is missing."""
    review = await own_review(db, viewer.person_id, review_id)
    place = await place_name(db, review.merchant_id, review.place_id)
    written, files = await read_form(request, aspects_of(await category_of(db, review.merchant_id, review.place_id)))
    draft, errors = draft_of(written, review.photos)
    if draft is None:
        return await _form(request, db, place, written, errors, review)
    try:
        async with db.savepoint():
            photos = await take_up(db, viewer.person_id, files)
            draft = msgspec.structs.replace(draft, photos=[*draft.photos, *photos])
            await change(db, viewer.person_id, review_id, draft)
    except Refusal as refusal:
        return await _form(request, db, place, written, {"form": refusal.detail}, review)
    return redirect(f"/reviews/{viewer.person_id}/{review_id}", flash=_("Changed. What it said before stays readable."))


@post("/reviews/remove/{review_id:uuid}", guards=[signed_in])
async def remove_review(db: NamedDependency[Db], viewer: NamedDependency[Viewer], review_id: FromPath[UUID]) -> Redirect:
    """Take it away."""
    await remove(db, viewer.person_id, review_id)
    return redirect("/reviews", flash=_("Your review is taken away."))


review_pages = Router(
    "/",
    route_handlers=[
        show_reviews,
        show_review,
        show_own,
        show_new,
        write_new,
        show_change,
        write_change,
        remove_review,
    ],
    include_in_schema=False,
)
