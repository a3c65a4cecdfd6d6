"""Writes of the reviews room by the author: write, change, take away."""

from uuid import UUID

from shuke import album
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.kit.i18n import gettext as _
from shuke.kit.ids import uuid7
from shuke.kit.refusals import NotAllowed, NotFound, Refusal
from shuke.kit.texts import clean
from shuke.merchants import merchant_card, staff_member, store_of
from shuke.moderation import Thing, check_words, pace
from shuke.reviews.aspects import demand_aspects
from shuke.reviews.queries import own_review, own_review_of, removed_review_of
from shuke.reviews.scores import recount
from shuke.reviews.types import MENDED_FOR, PROVED_FOR, NewReview, Review, ReviewDraft, ReviewPublished
from shuke.visits import Visit, proof


async def write(db: Db, person_id: UUID, new: NewReview) -> Review:
    """Say how it was: once for each place, within 60 days of a visit. Refusals: no_visit, own_work, already_reviewed,
    aspect_unknown, words_refused, not_found (a photo), too_many_photos, too_many_requests."""
    await pace(db, person_id, "review")
    visit = await demand_visit(db, person_id, new.place_id)
    demand_aspects(await category_of(db, visit.merchant_id, visit.place_id), new.aspects)
    draft = ReviewDraft(new.overall, new.incentive, new.aspects, new.text, new.photos)
    taken_away = await removed_review_of(db, person_id, new.place_id)
    if taken_away is not None:
        return await _replace(db, taken_away, visit, draft)
    review_id = uuid7()
    await _publish(db, review_id, visit, draft)
    await recount(db, visit.merchant_id, visit.place_id)
    await record(db, ReviewPublished(person_id, review_id, visit.place_id, visit.merchant_id))
    return await own_review(db, person_id, review_id)


async def demand_visit(db: Db, person_id: UUID, place_id: UUID) -> Visit:
    """The visit that lets her review a place. Refusals: no_visit, own_work."""
    visit = await proof(db, person_id, place_id, clock.now() - PROVED_FOR)
    if visit is None:
        raise _no_visit()
    if await staff_member(db, visit.merchant_id, person_id) is not None:
        raise NotAllowed("own_work", _("You work here: your own work isn't yours to review."))
    return visit


async def _publish(db: Db, review_id: UUID, visit: Visit, draft: ReviewDraft) -> None:
    """The row, and the author's own. The visit's row is held: its undoing comes before, or finds the review. One statement
    decides which of two at once is the review."""
    person_id = visit.person_id
    await check_words(db, person_id, draft.text, "review", Thing("review", person_id, review_id))
    await album.keep(db, person_id, draft.photos, review_id)
    written = await db.run(
        """
        with proved as (
          select visit_id, kind, at from visits.visits
          where person_id = :person and visit_id = :visit and undone_at is null for share
        )
        insert into reviews.reviews (merchant_id, review_id, place_id, person_id, visit_id, visit_kind, visited_at, overall, aspects, text,
          photos, incentive, at)
        select :merchant, :review, :place, :person, visit_id, kind, at, :overall, :aspects::jsonb, :text, :photos, :incentive, :now
        from proved on conflict (merchant_id, place_id, person_id) do nothing
        """,
        merchant=visit.merchant_id,
        review=review_id,
        place=visit.place_id,
        person=person_id,
        visit=visit.visit_id,
        overall=draft.overall,
        aspects=draft.aspects,
        text=clean(draft.text),
        photos=draft.photos,
        incentive=draft.incentive,
        now=clock.now(),
    )
    if not written:
        earlier = await own_review_of(db, person_id, visit.place_id)
        raise _no_visit() if earlier is None else _reviewed_already(earlier.review_id)
    await db.run(
        "insert into reviews.own (person_id, review_id, merchant_id, place_id) values (:person, :review, :merchant, :place)",
        person=person_id,
        review=review_id,
        merchant=visit.merchant_id,
        place=visit.place_id,
    )


async def change(db: Db, person_id: UUID, review_id: UUID, draft: ReviewDraft) -> Review:
    """Say it anew: within two days for any reason, later after another visit; what it said before is kept. Refusals: not_found,
    no_later_visit, aspect_unknown, words_refused, too_many_photos, too_many_requests."""
    await pace(db, person_id, "review")
    review = await own_review(db, person_id, review_id)
    demand_aspects(await category_of(db, review.merchant_id, review.place_id), draft.aspects)
    visit = await proof(db, person_id, review.place_id, clock.now() - PROVED_FOR)
    return await _replace(db, review, visit, draft)


async def _replace(db: Db, review: Review, visit: Visit | None, draft: ReviewDraft) -> Review:
    """The next version, on a later visit where there is one."""
    await check_words(db, review.person_id, draft.text, "review", Thing("review", review.person_id, review.review_id))
    await album.keep(db, review.person_id, draft.photos, review.review_id)
    changed = await db.run(
        """
        with later as (
          select visit_id, kind, at from visits.visits
          where person_id = :person and visit_id = :visit and undone_at is null for share
        ), before as (
          select r.* from reviews.reviews r left join later l on l.at > r.visited_at
          where r.merchant_id = :merchant and r.review_id = :review and (l.visit_id is not null
            or (r.removed_at is null and r.taken_back_at is null and r.at > :mendable)) for update of r
        ), kept as (
          insert into reviews.versions (merchant_id, review_id, number, overall, aspects, text, visited_at, at)
          select merchant_id, review_id, number, overall, aspects, text, visited_at, coalesce(changed_at, at) from before
          where removed_at is null
        )
        update reviews.reviews r set overall = :overall, aspects = :aspects::jsonb, text = :text, photos = :photos,
          incentive = :incentive, number = r.number + 1, changed_at = :now, removed_at = null,
          visit_id = coalesce(l.visit_id, r.visit_id), visit_kind = coalesce(l.kind, r.visit_kind),
          visited_at = coalesce(l.at, r.visited_at), taken_back_at = case when l.visit_id is null then r.taken_back_at end
        from before b left join later l on l.at > b.visited_at
        where r.merchant_id = b.merchant_id and r.review_id = b.review_id
        """,
        person=review.person_id,
        visit=visit.visit_id if visit else None,
        merchant=review.merchant_id,
        review=review.review_id,
        mendable=clock.now() - MENDED_FOR,
        overall=draft.overall,
        aspects=draft.aspects,
        text=clean(draft.text),
        photos=draft.photos,
        incentive=draft.incentive,
        now=clock.now(),
    )
    if not changed:
        raise Refusal("no_later_visit", _("After two days a review can be changed once you have been there again."))
    left = [photo for photo in review.photos if photo not in draft.photos]
    await album.drop(db, review.person_id, left, review.review_id)
    await recount(db, review.merchant_id, review.place_id)
    return await own_review(db, review.person_id, review.review_id)


async def remove(db: Db, person_id: UUID, review_id: UUID) -> None:
    """Take one's review away, with what it said before and the reply to it. The place can be reviewed again after another visit.
    Refusal: not_found."""
    review = await own_review(db, person_id, review_id)
    await db.run(
        """
        with versions as (delete from reviews.versions where merchant_id = :merchant and review_id = :review),
        replies as (delete from reviews.replies where merchant_id = :merchant and review_id = :review)
        update reviews.reviews set removed_at = :now, text = '', aspects = '{}', photos = '{}'
        where merchant_id = :merchant and review_id = :review
        """,
        now=clock.now(),
        merchant=review.merchant_id,
        review=review_id,
    )
    await album.drop(db, person_id, review.photos, review_id)
    await recount(db, review.merchant_id, review.place_id)


async def category_of(db: Db, merchant_id: UUID, place_id: UUID) -> str:
    """What kind of place it is: the store's own word, else its merchant's. Refusal: not_found."""
    store = await store_of(db, merchant_id, place_id)
    merchant = await merchant_card(db, merchant_id)
    if store is None or merchant is None:
        raise NotFound
    return store.category if store.category not in ("", "other") else merchant.category


def _no_visit() -> Refusal:
    return NotAllowed(
        "no_visit",
        _("Only who was there in the last 60 days can review a place: with a voucher used, or a purchase on your card."),
    )


def _reviewed_already(review_id: UUID) -> Refusal:
    return Refusal("already_reviewed", _("You have reviewed this place: you can change that review."), review_id=str(review_id))
