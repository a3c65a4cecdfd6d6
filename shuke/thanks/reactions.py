"""What the thanks room does when somebody reviews a place, and what it holds about a person."""

from uuid import UUID

from shuke.cards import earners, lifetime
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.ledger import Earning, earn
from shuke.people import PersonErased, exports
from shuke.reviews import ReviewPublished, note_thanks


@on(ReviewPublished)
async def thank(db: Db, event: ReviewPublished) -> None:
    """A member gets the shop's points for her review, once for the visit that it stands on; the review says so."""
    found = await earners(db, [(event.merchant_id, event.person_id)])
    if not found:
        return
    points = await db.value(
        int,
        """
        insert into thanks.given (merchant_id, person_id, visit_id, review_id, points, at)
        select r.merchant_id, r.person_id, r.visit_id, r.review_id, o.points, :now
        from reviews.reviews r join thanks.offers o on o.merchant_id = r.merchant_id
        where r.merchant_id = :merchant and r.review_id = :review and r.removed_at is null and r.taken_back_at is null
        on conflict do nothing returning points
        """,
        now=clock.now(),
        merchant=event.merchant_id,
        review=event.review_id,
    )
    if points is None:
        return
    [earner] = found
    pending, expires = lifetime(earner, clock.day_of(clock.now(), earner.zone))
    await earn(db, [Earning(event.merchant_id, event.person_id, points, "review", event.review_id, pending, expires)])
    await note_thanks(db, event.merchant_id, event.review_id, points)


@on(PersonErased)
async def forget(db: Db, event: PersonErased) -> None:
    """For which visits she was thanked."""
    await db.run("delete from thanks.given where person_id = :person", person=event.person_id)


@exports("thanks.given")
async def _given(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(g)::text from thanks.given g where person_id = :person order by at", person=person_id
    )
