"""Reads of the reviews room. Friends and who is hidden from the viewer are asked in the statements."""

from datetime import datetime
from uuid import UUID

import msgspec

from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Unreadable
from shuke.reviews.types import Chosen, Rating, ReplyVersion, Review, Reviewable, ReviewPage, Version

PAGE = 10
LAST = UUID(int=2**128 - 1)


class _Where(msgspec.Struct, frozen=True):
    merchant_id: UUID
    place_id: UUID


async def own_review(db: Db, person_id: UUID, review_id: UUID) -> Review:
    """One's own review, also when others don't see it. Refusal: not_found."""
    review = await _of(db, person_id, review_id)
    if review is None:
        raise NotFound
    return review


async def review_of(db: Db, viewer_id: UUID | None, person_id: UUID, review_id: UUID) -> Review:
    """A review as this viewer sees it. Refusal: not_found, also for what is hidden or blocked."""
    review = await _of(db, person_id, review_id)
    if review is None or (person_id != viewer_id and not review.standing):
        raise NotFound
    blocked = await db.value(
        int,
        "select 1 from friends.hidden where person_id = :viewer and other_id = :person",
        viewer=viewer_id,
        person=person_id,
    )
    if blocked is not None:
        raise NotFound
    return review


async def _of(db: Db, person_id: UUID, review_id: UUID) -> Review | None:
    where = await db.one(
        _Where,
        "select merchant_id, place_id from reviews.own where person_id = :person and review_id = :review",
        person=person_id,
        review=review_id,
    )
    return await review_at(db, where.merchant_id, review_id) if where is not None else None


async def review_at(db: Db, merchant_id: UUID, review_id: UUID) -> Review | None:
    """A review by its merchant, whoever sees it; not one that was taken away."""
    return await db.one(
        Review,
        """
        select r.person_id, r.review_id, r.merchant_id, r.place_id, r.visit_kind, r.visited_at, r.overall, r.aspects, r.text, r.photos,
          r.incentive, r.thanked, r.number, r.at, r.changed_at, r.hidden_at, r.taken_back_at,
          p.text as reply, p.at as reply_at, p.number as reply_number, p.hidden_at as reply_hidden_at
        from reviews.reviews r left join lateral (
          select text, at, number, hidden_at from reviews.replies p
          where p.merchant_id = r.merchant_id and p.review_id = r.review_id order by number desc limit 1) p on true
        where r.merchant_id = :merchant and r.review_id = :review and r.removed_at is null
        """,
        merchant=merchant_id,
        review=review_id,
    )


async def own_review_of(db: Db, person_id: UUID, place_id: UUID) -> Review | None:
    """What this person has said of a place."""
    review_id = await db.value(
        UUID,
        "select review_id from reviews.own where person_id = :person and place_id = :place",
        person=person_id,
        place=place_id,
    )
    return await _of(db, person_id, review_id) if review_id is not None else None


async def removed_review_of(db: Db, person_id: UUID, place_id: UUID) -> Review | None:
    """What is left of the review of a place that she took away."""
    return await db.one(
        Review,
        """
        select r.person_id, r.review_id, r.merchant_id, r.place_id, r.visit_kind, r.visited_at, r.overall, r.aspects, r.text, r.photos,
          r.incentive, r.thanked, r.number, r.at, r.changed_at, r.hidden_at, r.taken_back_at,
          null as reply, null as reply_at, null as reply_number, null as reply_hidden_at
        from reviews.own o join reviews.reviews r using (merchant_id, review_id)
        where o.person_id = :person and o.place_id = :place and r.removed_at is not null
        """,
        person=person_id,
        place=place_id,
    )


async def reviews_by(db: Db, viewer_id: UUID | None, person_id: UUID, before: UUID | None = None) -> list[Review]:
    """A person's reviews, newest first, as the viewer sees them; her own all."""
    return await db.all(
        Review,
        """
        select r.person_id, r.review_id, r.merchant_id, r.place_id, r.visit_kind, r.visited_at, r.overall, r.aspects, r.text, r.photos,
          r.incentive, r.thanked, r.number, r.at, r.changed_at, r.hidden_at, r.taken_back_at,
          p.text as reply, p.at as reply_at, p.number as reply_number, p.hidden_at as reply_hidden_at
        from reviews.own o join reviews.reviews r using (merchant_id, review_id) left join lateral (
          select text, at, number, hidden_at from reviews.replies p
          where p.merchant_id = r.merchant_id and p.review_id = r.review_id order by number desc limit 1) p on true
        where o.person_id = :person and o.review_id < :before and r.removed_at is null
          and (o.person_id = :viewer or (r.hidden_at is null and r.taken_back_at is null
            and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = :person)))
        order by o.review_id desc limit :most
        """,
        person=person_id,
        viewer=viewer_id,
        before=before or LAST,
        most=PAGE + 1,
    )


async def rating_of(db: Db, place_id: UUID) -> Rating | None:
    """What a place's reviews come to; None where nobody has reviewed it."""
    return await db.one(
        Rating,
        "select place_id, merchant_id, category, score, count, total, stars from reviews.scores where place_id = :place",
        place=place_id,
    )


async def reviews_of_place(db: Db, viewer_id: UUID | None, place_id: UUID, chosen: Chosen) -> ReviewPage:
    """Friends' reviews first, then the others', both newest first. Refusal: cursor_unreadable."""
    friends, before = _read(chosen.cursor)
    rating = await rating_of(db, place_id)
    if rating is None:
        return ReviewPage([], None)
    found = await _tier(db, viewer_id, rating, chosen, friends=True, before=before) if friends else []
    if len(found) <= PAGE:
        found += await _tier(db, viewer_id, rating, chosen, friends=False, before=LAST if friends else before)
    if len(found) <= PAGE:
        return ReviewPage(found, None)
    last = found[PAGE - 1]
    known = await _among_friends(db, viewer_id, last.person_id)
    return ReviewPage(found[:PAGE], f"{'f' if known else 'o'}{last.review_id.hex}")


def _read(cursor: str | None) -> tuple[bool, UUID]:
    """Whether friends' reviews are still to come, and before which one the page begins."""
    if not cursor:
        return True, LAST
    try:
        return {"f": True, "o": False}[cursor[0]], UUID(cursor[1:])
    except (KeyError, ValueError) as error:
        raise Unreadable("cursor_unreadable", _("This page of the list is not there. Start from the newest.")) from error


async def _among_friends(db: Db, viewer_id: UUID | None, person_id: UUID) -> bool:
    found = await db.value(
        int,
        "select 1 from friends.friends where person_id = :viewer and friend_id = :person",
        viewer=viewer_id,
        person=person_id,
    )
    return found is not None


async def _tier(db: Db, viewer_id: UUID | None, rating: Rating, chosen: Chosen, *, friends: bool, before: UUID) -> list[Review]:
    return await db.all(
        Review,
        """
        select r.person_id, r.review_id, r.merchant_id, r.place_id, r.visit_kind, r.visited_at, r.overall, r.aspects, r.text, r.photos,
          r.incentive, r.thanked, r.number, r.at, r.changed_at, r.hidden_at, r.taken_back_at,
          p.text as reply, p.at as reply_at, p.number as reply_number, p.hidden_at as reply_hidden_at
        from reviews.reviews r left join lateral (
          select text, at, number, hidden_at from reviews.replies p
          where p.merchant_id = r.merchant_id and p.review_id = r.review_id order by number desc limit 1) p on true
        where r.merchant_id = :merchant and r.place_id = :place and r.review_id < :before
          and r.hidden_at is null and r.taken_back_at is null and r.removed_at is null
          and (:stars::int is null or case when :aspect = 'overall' then r.overall else (r.aspects ->> :aspect)::int end = :stars)
          and exists (select from friends.friends f where f.person_id = :viewer and f.friend_id = r.person_id) = :friends
          and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = r.person_id)
        order by r.review_id desc limit :most
        """,
        merchant=rating.merchant_id,
        place=rating.place_id,
        before=before,
        stars=chosen.stars,
        aspect=chosen.aspect,
        viewer=viewer_id,
        friends=friends,
        most=PAGE + 1,
    )


async def reviews_of_merchant(
    db: Db, merchant_id: UUID, before: UUID | None = None, *, unanswered: bool = False, stars: int | None = None
) -> list[Review]:
    """What was said of a merchant's places, newest first: one more than a page."""
    return await db.all(
        Review,
        """
        select r.person_id, r.review_id, r.merchant_id, r.place_id, r.visit_kind, r.visited_at, r.overall, r.aspects, r.text, r.photos,
          r.incentive, r.thanked, r.number, r.at, r.changed_at, r.hidden_at, r.taken_back_at,
          p.text as reply, p.at as reply_at, p.number as reply_number, p.hidden_at as reply_hidden_at
        from reviews.reviews r left join lateral (
          select text, at, number, hidden_at from reviews.replies p
          where p.merchant_id = r.merchant_id and p.review_id = r.review_id order by number desc limit 1) p on true
        where r.merchant_id = :merchant and r.review_id < :before
          and r.hidden_at is null and r.taken_back_at is null and r.removed_at is null
          and (not :unanswered or p.number is null) and (:stars::int is null or r.overall = :stars)
        order by r.review_id desc limit :most
        """,
        merchant=merchant_id,
        before=before or LAST,
        unanswered=unanswered,
        stars=stars,
        most=PAGE + 1,
    )


async def versions_of(db: Db, review: Review) -> list[Version]:
    """What it said before, the newest first."""
    return await db.all(
        Version,
        """
        select number, overall, aspects, text, visited_at, at from reviews.versions
        where merchant_id = :merchant and review_id = :review order by number desc
        """,
        merchant=review.merchant_id,
        review=review.review_id,
    )


async def replies_of(db: Db, review: Review) -> list[ReplyVersion]:
    """What the merchant has replied, the newest first; nothing where that is hidden."""
    return await db.all(
        ReplyVersion,
        """
        select number, text, at from reviews.replies
        where merchant_id = :merchant and review_id = :review and hidden_at is null order by number desc
        """,
        merchant=review.merchant_id,
        review=review.review_id,
    )


async def ratings_of_merchant(db: Db, merchant_id: UUID) -> list[Rating]:
    """What the reviews of a merchant's places come to, those with most reviews first."""
    return await db.all(
        Rating,
        """
        select place_id, merchant_id, category, score, count, total, stars from reviews.scores
        where merchant_id = :merchant order by count desc, place_id limit 100
        """,
        merchant=merchant_id,
    )


async def reviewable(db: Db, person_id: UUID, since: datetime) -> list[Reviewable]:
    """Places she was at since then and has not reviewed, the last first."""
    return await db.all(
        Reviewable,
        """
        select v.place_id, v.merchant_id, max(v.at) as at from visits.visits v
        where v.person_id = :person and v.at >= :since and v.undone_at is null
          and not exists (select from reviews.own o where o.person_id = v.person_id and o.place_id = v.place_id)
          and not exists (select from merchants.staff s
            where s.merchant_id = v.merchant_id and s.person_id = v.person_id and s.ended_at is null)
        group by v.place_id, v.merchant_id order by max(v.at) desc limit 20
        """,
        person=person_id,
        since=since,
    )
