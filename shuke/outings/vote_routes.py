"""JSON API of meetups: who is in, the vote on where, who came."""

from uuid import UUID

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from shuke.kit.db import Db
from shuke.kit.refusals import NotFound
from shuke.meetups import (
    Attendance,
    Dispute,
    Guests,
    NewProposal,
    Proposals,
    Record,
    Vote,
    add_proposal,
    choose,
    dispute,
    guests_of,
    mark,
    meetup_of,
    proposals_of,
    record_of,
    vote,
)
from shuke.people import Viewer, signed_in


@get("/meetups/{meetup_id:uuid}/guests", guards=[signed_in], summary="Who is in")
async def list_guests(db: NamedDependency[Db], viewer: NamedDependency[Viewer], meetup_id: FromPath[UUID]) -> Guests:
    """In their order, then who waits; without people hidden from me. For the host also who asks, and of a meetup with approval how
    often each did not come before (`missed` of `said_yes`). Refusals: not_found."""
    meetup = await meetup_of(db, meetup_id, viewer.person_id)
    if meetup is None:
        raise NotFound
    return Guests(await guests_of(db, meetup, viewer.person_id))


@get("/meetups/guests/{person_id:uuid}/record", guards=[signed_in], summary="How often somebody who asks did not come")
async def get_record(db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID]) -> Record:
    """The rows behind `missed` of `said_yes`: for hosts of meetups with approval about who is on their list, and for oneself.
    Refusals: not_found."""
    record = await record_of(db, viewer.person_id, person_id)
    if record is None:
        raise NotFound
    return record


@get("/meetups/{meetup_id:uuid}/proposals", guards=[signed_in], summary="Places that are voted on")
async def list_proposals(db: NamedDependency[Db], viewer: NamedDependency[Viewer], meetup_id: FromPath[UUID]) -> Proposals:
    """With the votes so far. Refusals: not_found."""
    if await meetup_of(db, meetup_id, viewer.person_id) is None:
        raise NotFound
    return await proposals_of(db, meetup_id, viewer.person_id)


@post("/meetups/{meetup_id:uuid}/proposals", guards=[signed_in], summary="Propose one more place", status_code=204)
async def create_proposal(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], meetup_id: FromPath[UUID], data: JSONBody[NewProposal]
) -> None:
    """By who is in, while the vote is open; five at most. Refusals: not_found, vote_over, too_many_places."""
    await add_proposal(db, viewer.person_id, meetup_id, data.place_id)


@post("/meetups/{meetup_id:uuid}/votes", guards=[signed_in], summary="Vote on where", status_code=204)
async def create_vote(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], meetup_id: FromPath[UUID], data: JSONBody[Vote]
) -> None:
    """One vote each; another one takes its place. Refusals: not_found, vote_over."""
    await vote(db, viewer.person_id, meetup_id, data.number)


@post("/meetups/{meetup_id:uuid}/venue", guards=[signed_in], summary="Settle a tie", status_code=204)
async def create_venue(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], meetup_id: FromPath[UUID], data: JSONBody[Vote]
) -> None:
    """By the host, among the places with the most votes, once the vote is over. Refusals: not_found, not_allowed, meetup_cancelled,
    vote_not_over, vote_over, not_tied (leading)."""
    await choose(db, viewer.person_id, meetup_id, data.number)


@post("/meetups/{meetup_id:uuid}/attendances", guards=[signed_in], summary="Say who came", status_code=204)
async def create_attendance(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], meetup_id: FromPath[UUID], data: JSONBody[Attendance]
) -> None:
    """By the host, once it is over; not against what the venue's till proves. Refusals: not_found, not_allowed, meetup_cancelled,
    not_over_yet, proven."""
    await mark(db, viewer.person_id, meetup_id, data)


@post("/meetups/{meetup_id:uuid}/disputes", guards=[signed_in], summary="Say that I was there", status_code=204)
async def create_dispute(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], meetup_id: FromPath[UUID], data: JSONBody[Dispute]
) -> None:
    """Once, beside the host's mark. Refusals: not_found, nothing_to_dispute, disputed_already, words_refused."""
    await dispute(db, viewer.person_id, meetup_id, data.text)


vote_routes = Router(
    "/api/v1",
    route_handlers=[
        list_guests,
        get_record,
        list_proposals,
        create_proposal,
        create_vote,
        create_venue,
        create_attendance,
        create_dispute,
    ],
    tags=["meetups"],
)
