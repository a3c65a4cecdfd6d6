"""Reads of the opinions room: reviews with those who wrote them, names of places."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke import album
from shuke.friends import faces, friend_ids
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound
from shuke.opinions.types import PlaceName, ReviewFile, ReviewShown, ReviewsShown
from shuke.reviews import Chosen, Review, replies_of, review_of, reviews_of_place, versions_of


async def dressed(db: Db, viewer_id: UUID | None, found: Sequence[Review]) -> list[ReviewShown]:
    """Reviews with their authors and photos as the viewer sees them."""
    people = await faces(db, viewer_id, [review.person_id for review in found])
    friends = set(await friend_ids(db, viewer_id)) if viewer_id and found else set()
    return [
        ReviewShown(
            msgspec.structs.replace(review, reply=None, reply_at=None, reply_number=None) if review.reply_hidden_at else review,
            people[review.person_id],
            review.person_id in friends,
            album.addresses(review.person_id, review.photos, small=True),
        )
        for review in found
    ]


async def shown_at_place(db: Db, viewer_id: UUID | None, place_id: UUID, chosen: Chosen) -> ReviewsShown:
    """A page of a place's reviews. Refusal: cursor_unreadable."""
    page = await reviews_of_place(db, viewer_id, place_id, chosen)
    return ReviewsShown(await dressed(db, viewer_id, page.reviews), page.next)


async def file_of(db: Db, viewer_id: UUID | None, person_id: UUID, review_id: UUID) -> ReviewFile:
    """One review with its past. Refusal: not_found."""
    review = await review_of(db, viewer_id, person_id, review_id)
    (shown,) = await dressed(db, viewer_id, [review])
    return ReviewFile(shown, await versions_of(db, review), await replies_of(db, review))


async def place_names(db: Db, places: Sequence[tuple[UUID, UUID]]) -> dict[UUID, PlaceName]:
    """What places are called, each given with its merchant."""
    found = await db.all(
        PlaceName,
        """
        select s.store_id as place_id, s.merchant_id, s.name, m.name as merchant_name, s.city, s.zone
        from unnest(:merchants::uuid[], :places::uuid[]) as p(merchant_id, store_id)
        join merchants.stores s using (merchant_id, store_id) join merchants.merchants m using (merchant_id)
        """,
        merchants=[merchant_id for merchant_id, _place_id in places],
        places=[place_id for _merchant_id, place_id in places],
    )
    return {place.place_id: place for place in found}


async def place_name(db: Db, merchant_id: UUID, place_id: UUID) -> PlaceName:
    """What one place is called. Refusal: not_found."""
    found = await place_names(db, [(merchant_id, place_id)])
    if place_id not in found:
        raise NotFound
    return found[place_id]


async def merchant_of(db: Db, place_id: UUID, viewer_id: UUID | None) -> UUID:
    """Whose place it is: one that the map shows, one with reviews, or one where the viewer was. Refusal: not_found, also for
    places that nobody runs here: nothing proves a visit there."""
    merchant_id = await db.value(
        UUID,
        """
        select coalesce(
          (select merchant_id from places.places where place_id = :place),
          (select merchant_id from reviews.scores where place_id = :place),
          (select merchant_id from visits.visits where person_id = :viewer and place_id = :place and undone_at is null limit 1))
        """,
        place=place_id,
        viewer=viewer_id,
    )
    if merchant_id is None:
        raise NotFound
    return merchant_id
