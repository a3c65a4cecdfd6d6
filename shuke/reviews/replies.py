"""The merchant's one public reply, and its thank-you."""

from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Unreadable
from shuke.kit.texts import clean
from shuke.moderation import Thing, check_words
from shuke.reviews.queries import review_at
from shuke.reviews.types import Review, ReviewReplied


class _Said(msgspec.Struct, frozen=True):
    person_id: UUID
    number: int


async def reply(db: Db, merchant_id: UUID, staff_id: UUID, review_id: UUID, text: str) -> Review:
    """Say it, or say it anew: everybody sees that it was changed, and what it said before. Refusals: not_found, text_missing,
    words_refused."""
    if not clean(text):
        raise Unreadable("text_missing", _("Write your reply."))
    await check_words(db, staff_id, text, "reply", Thing("reply", merchant_id, review_id))
    said = await db.one(
        _Said,
        """
        with held as (
          select person_id from reviews.reviews where merchant_id = :merchant and review_id = :review
            and hidden_at is null and taken_back_at is null and removed_at is null for update
        ), added as (
          insert into reviews.replies (merchant_id, review_id, number, person_id, text, at, hidden_at)
          select :merchant, :review, coalesce(l.number, 0) + 1, :staff, :text, :now, l.hidden_at
          from held left join lateral (select number, hidden_at from reviews.replies
            where merchant_id = :merchant and review_id = :review order by number desc limit 1) l on true
          returning number
        )
        select held.person_id, added.number from held, added
        """,
        merchant=merchant_id,
        review=review_id,
        staff=staff_id,
        text=clean(text),
        now=clock.now(),
    )
    review = await review_at(db, merchant_id, review_id)
    if said is None or review is None:
        raise NotFound
    if said.number == 1:  # what is changed later is seen on the page
        await record(db, ReviewReplied(said.person_id, review_id, merchant_id))
    return review


async def note_thanks(db: Db, merchant_id: UUID, review_id: UUID, points: int | None) -> None:
    """The shop gave points for it: everybody who reads it reads that. None: it has taken them back."""
    await db.run(
        "update reviews.reviews set thanked = :points where merchant_id = :merchant and review_id = :review",
        points=points,
        merchant=merchant_id,
        review=review_id,
    )
