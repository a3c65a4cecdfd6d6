"""Proposing a meetup, and telling it in feeds where that is wished."""

from collections.abc import Sequence
from uuid import UUID

from shuke.feed import Audience, NewPost, publish
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.meetups import Guest, Meetup, guests_of, meetup_of, proposals_of, propose, see_proofs
from shuke.outings.types import LiveDeal, NewOuting, Whole
from shuke.places import Place, place_of
from shuke.shares import Thing, preview


async def suggest(db: Db, host_id: UUID, new: NewOuting) -> Meetup:
    """A new meetup; into feeds only what those who read them may see. Refusals: those of `propose`."""
    meetup = await propose(db, host_id, new)
    if new.into_feed and meetup.audience != "tribe":
        audience: Audience = "everyone" if meetup.audience == "everyone" else "friends"
        thing = Thing("meetup", meetup.meetup_id, meetup.meetup_id)
        await publish(db, NewPost(host_id, "meetup", meetup.title, meetup.place_id, thing, audience=audience))
    return meetup


async def deals_at(db: Db, place: Place) -> list[LiveDeal]:
    """What the merchant of a place sells now."""
    return await db.all(
        LiveDeal,
        """
        select merchant_id, deal_id, title from deals.deals
        where merchant_id = :merchant and status = 'on' and ends_at > :now and starts_at <= :now order by ends_at, deal_id limit 20
        """,
        merchant=place.merchant_id,
        now=clock.now(),
    )


async def whole(db: Db, meetup_id: UUID, viewer_id: UUID | None) -> Whole | None:
    """A meetup with its place, its vote, who is in, and the deal it is about; people only for who is signed in."""
    meetup = await meetup_of(db, meetup_id, viewer_id)
    if meetup is None:
        return None
    if meetup.host_id == viewer_id and meetup.starts_at <= clock.now():
        await see_proofs(db, meetup_id)
    place = await place_of(db, meetup.place_id) if meetup.place_id is not None else None
    votes = await proposals_of(db, meetup_id, viewer_id) if meetup.vote_until is not None else None
    guests: Sequence[Guest] = await guests_of(db, meetup, viewer_id) if viewer_id is not None else []
    deal = None
    if meetup.deal_owner is not None and meetup.deal_id is not None:
        deal = await preview(db, Thing("deal", meetup.deal_owner, meetup.deal_id), viewer_id)
    return Whole(meetup, place, votes, guests, deal)
