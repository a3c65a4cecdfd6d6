"""What the thanks room does when somebody reviews a place, and what it holds about a person."""

from uuid import UUID

import msgspec

from shuke.cards import earners, lifetime
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.ledger import Earning, RefundPolicy, earn, reverse
from shuke.people import PersonErased, exports
from shuke.reviews import PROVED_FOR, ReviewPublished, note_thanks
from shuke.visits import VisitUndone, proof


class Thanked(msgspec.Struct, frozen=True):
    """A review that points were given for, and how its shop deals with points when something is taken back."""

    merchant_id: UUID
    review_id: UUID
    refund_policy: RefundPolicy


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
        for no key update of r on conflict do nothing returning points
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


@on(VisitUndone)
async def take_back(db: Db, event: VisitUndone) -> None:
    """Points for the review of a visit that was undone go back as the shop's rule for refunds says; with another visit within the
    60 days before now they stay, as the review does."""
    thanked = await db.one(
        Thanked,
        """
        select g.merchant_id, g.review_id, p.refund_policy from thanks.given g join cards.programmes p using (merchant_id)
        where g.person_id = :person and g.visit_id = :visit for update of g
        """,
        person=event.person_id,
        visit=event.visit_id,
    )
    if thanked is None:
        return
    other = await proof(db, event.person_id, event.place_id, clock.now() - PROVED_FOR)
    if other is not None:
        await db.run(
            """
            update thanks.given g set visit_id = :other where g.person_id = :person and g.visit_id = :visit
              and not exists (select from thanks.given o where o.person_id = g.person_id and o.visit_id = :other)
            """,
            person=event.person_id,
            visit=event.visit_id,
            other=other.visit_id,
        )
        return
    await reverse(db, thanked.merchant_id, event.person_id, thanked.review_id, thanked.refund_policy)
    await note_thanks(db, thanked.merchant_id, thanked.review_id, None)
    await db.run(
        "delete from thanks.given where person_id = :person and visit_id = :visit", person=event.person_id, visit=event.visit_id
    )


@on(PersonErased)
async def forget(db: Db, event: PersonErased) -> None:
    """For which visits she was thanked."""
    await db.run("delete from thanks.given where person_id = :person", person=event.person_id)


@exports("thanks.given")
async def _given(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(g)::text from thanks.given g where person_id = :person order by at", person=person_id
    )
