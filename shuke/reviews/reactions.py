"""What the reviews room does when a visit is undone or a person erased, and what it holds about somebody."""

from functools import partial
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.kit.i18n import gettext as _
from shuke.letterbox import Words, write
from shuke.people import PersonErased, exports
from shuke.reviews import things
from shuke.reviews.scores import count_daily, recount
from shuke.reviews.types import PROVED_FOR, ReviewReplied
from shuke.visits import VisitUndone, proof

__all__ = ["count_daily", "things"]


class Resting(msgspec.Struct, frozen=True):
    """A review that stands on a visit."""

    merchant_id: UUID
    place_id: UUID
    review_id: UUID


@on(VisitUndone)
async def take_back(db: Db, event: VisitUndone) -> None:
    """A review whose visit was undone moves to another visit within the 60 days before now; without one it counts no more, and only
    its author sees it."""
    resting = await db.one(
        Resting,
        """
        select r.merchant_id, r.place_id, r.review_id from reviews.own o join reviews.reviews r using (merchant_id, review_id)
        where o.person_id = :person and r.visit_id = :visit and r.removed_at is null
        """,
        person=event.person_id,
        visit=event.visit_id,
    )
    if resting is None:
        return
    other = await proof(db, event.person_id, resting.place_id, clock.now() - PROVED_FOR)
    await db.run(
        """
        update reviews.reviews set visit_id = coalesce(:other::uuid, visit_id), visit_kind = coalesce(:kind, visit_kind),
          visited_at = coalesce(:at::timestamptz, visited_at),
          taken_back_at = case when :other::uuid is null then :now::timestamptz end
        where merchant_id = :merchant and review_id = :review and visit_id = :visit
        """,
        other=other.visit_id if other else None,
        kind=other.kind if other else None,
        at=other.at if other else None,
        now=clock.now(),
        merchant=resting.merchant_id,
        review=resting.review_id,
        visit=event.visit_id,
    )
    await recount(db, resting.merchant_id, resting.place_id)


@on(ReviewReplied)
async def write_to_author(db: Db, event: ReviewReplied) -> None:
    """The author reads that the shop has replied, unless the review or the reply is not to be seen any more."""
    shop = await db.value(
        str,
        """
        select m.name from reviews.reviews r join merchants.merchants m using (merchant_id)
        where r.merchant_id = :merchant and r.review_id = :review and r.removed_at is null and r.hidden_at is null
          and exists (select from reviews.replies p where p.merchant_id = r.merchant_id and p.review_id = r.review_id and p.hidden_at is null)
        """,
        merchant=event.merchant_id,
        review=event.review_id,
    )
    if shop is not None:
        await write(db, [event.person_id], partial(_replied, shop, f"/reviews/{event.person_id}/{event.review_id}"))


def _replied(shop: str, page: str) -> Words:
    said = _("%(shop)s has replied to your review.") % {"shop": shop}
    return Words(said, [said], page)


@on(PersonErased)
async def forget(db: Db, event: PersonErased) -> None:
    """What she said goes, and counts no more; what the merchant replied to her too."""
    left = await db.all(
        Resting,
        """
        with gone as (delete from reviews.own where person_id = :person returning merchant_id, place_id, review_id)
        delete from reviews.reviews r using gone g where r.merchant_id = g.merchant_id and r.review_id = g.review_id
        returning r.merchant_id, r.place_id, r.review_id
        """,
        person=event.person_id,
    )
    for place in sorted(left, key=lambda one: one.place_id):
        await recount(db, place.merchant_id, place.place_id)


@exports("reviews.reviews")
async def _reviews(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        """
        select (to_jsonb(r) || jsonb_build_object('before', (
          select coalesce(jsonb_agg(to_jsonb(v) order by v.number), '[]') from reviews.versions v
          where v.merchant_id = r.merchant_id and v.review_id = r.review_id)))::text
        from reviews.own o join reviews.reviews r using (merchant_id, review_id) where o.person_id = :person order by r.at
        """,
        person=person_id,
    )


@exports("reviews.own")
async def _own(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(o)::text from reviews.own o where person_id = :person order by review_id", person=person_id
    )


@exports("reviews.replies")
async def _replies(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(p)::text from reviews.replies p where person_id = :person order by at", person=person_id
    )
