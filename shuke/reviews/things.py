"""Reviews and replies as moderation sees them."""

from uuid import UUID

import msgspec

from shuke import album
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.moderation import Shown, moderated
from shuke.reviews.queries import review_at
from shuke.reviews.scores import recount


class _Said(msgspec.Struct, frozen=True):
    person_id: UUID
    author_id: UUID
    text: str


class _Changed(msgspec.Struct, frozen=True):
    merchant_id: UUID
    place_id: UUID


@moderated("review")
class Reviews:
    """Owner is the author."""

    @staticmethod
    async def shown(db: Db, owner_id: UUID, thing_id: UUID) -> Shown | None:
        """The stars and the text, with the photos."""
        merchant_id = await db.value(
            UUID,
            "select merchant_id from reviews.own where person_id = :person and review_id = :review",
            person=owner_id,
            review=thing_id,
        )
        review = await review_at(db, merchant_id, thing_id) if merchant_id is not None else None
        if review is None:
            return None
        photos = album.addresses(owner_id, review.photos, small=True)
        return Shown(owner_id, f"{review.overall}/5 {review.text}".strip(), f"/reviews/{owner_id}/{thing_id}", photos)

    @staticmethod
    async def hide(db: Db, owner_id: UUID, thing_id: UUID, *, hidden: bool) -> None:
        """It stops counting, or counts again."""
        changed = await db.one(
            _Changed,
            """
            update reviews.reviews r set hidden_at = case when :hidden::boolean then :now::timestamptz end
            from reviews.own o
            where o.person_id = :person and o.review_id = :review and r.merchant_id = o.merchant_id and r.review_id = o.review_id
            returning r.merchant_id, r.place_id
            """,
            hidden=hidden,
            now=clock.now(),
            person=owner_id,
            review=thing_id,
        )
        if changed is not None:
            await recount(db, changed.merchant_id, changed.place_id)


@moderated("reply")
class Replies:
    """Owner is the merchant, the thing is the review; the author is who wrote it last."""

    @staticmethod
    async def shown(db: Db, owner_id: UUID, thing_id: UUID) -> Shown | None:
        """What it says now."""
        said = await db.one(
            _Said,
            """
            select r.person_id, p.person_id as author_id, p.text
            from reviews.replies p join reviews.reviews r using (merchant_id, review_id)
            where p.merchant_id = :merchant and p.review_id = :review order by p.number desc limit 1
            """,
            merchant=owner_id,
            review=thing_id,
        )
        return None if said is None else Shown(said.author_id, said.text, f"/reviews/{said.person_id}/{thing_id}")

    @staticmethod
    async def hide(db: Db, owner_id: UUID, thing_id: UUID, *, hidden: bool) -> None:
        """With what it said before."""
        await db.run(
            """
            update reviews.replies set hidden_at = case when :hidden::boolean then :now::timestamptz end
            where merchant_id = :merchant and review_id = :review
            """,
            hidden=hidden,
            now=clock.now(),
            merchant=owner_id,
            review=thing_id,
        )
