"""JSON API: where the people of a conversation are, and the places they agree on."""

from uuid import UUID

from litestar import Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from shuke.kit.db import Db
from shuke.people import Viewer, signed_in
from shuke.whereabouts.actions import agree, move, propose, share, stop
from shuke.whereabouts.queries import agreements_of, positions_of
from shuke.whereabouts.types import Agreement, NewAgreement, NewPosition, NewSharing, Position

ONE = "/conversations/{conversation_id:uuid}"


@get(f"{ONE}/positions", guards=[signed_in], summary="Where the people of a conversation are")
async def list_positions(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID]
) -> list[Position]:
    """Of those who share it now. Refusals: not_found."""
    return await positions_of(db, viewer.person_id, conversation_id)


@post(f"{ONE}/positions", guards=[signed_in], summary="Share my place", status_code=204)
async def create_position(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID], data: JSONBody[NewSharing]
) -> None:
    """For 15 or 60 minutes, or until I stop. Again: another time. Refusals: not_found, not_friends, group_closed, too_many_requests."""
    await share(db, viewer.person_id, conversation_id, data)


@put(f"{ONE}/position", guards=[signed_in], summary="Where I am now", status_code=204)
async def put_position(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID], data: JSONBody[NewPosition]
) -> None:
    """The one before is not kept. Refusals: not_sharing."""
    await move(db, viewer.person_id, conversation_id, data)


@delete(f"{ONE}/position", guards=[signed_in], summary="Stop sharing my place", status_code=204)
async def delete_position(db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID]) -> None:
    """Nothing of it is kept. Refusals: none, it may be over already."""
    await stop(db, viewer.person_id, conversation_id)


@get(f"{ONE}/agreements", guards=[signed_in], summary="Who is for which place")
async def list_agreements(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID]
) -> list[Agreement]:
    """The latest proposal first. Refusals: not_found."""
    return await agreements_of(db, viewer.person_id, conversation_id)


@post(f"{ONE}/proposals", guards=[signed_in], summary="Propose a place", status_code=204)
async def create_proposal(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID], data: JSONBody[NewAgreement]
) -> None:
    """Said as a message; once for each place. Refusals: not_found, not_friends, group_closed, too_many_requests."""
    await propose(db, viewer.person_id, conversation_id, data.place_id)


@post(f"{ONE}/agreements", guards=[signed_in], summary="Agree to a place", status_code=204)
async def create_agreement(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID], data: JSONBody[NewAgreement]
) -> None:
    """One that somebody proposed. Refusals: not_found."""
    await agree(db, viewer.person_id, conversation_id, data.place_id)


whereabouts_routes = Router(
    "/api/v1",
    route_handlers=[
        list_positions,
        create_position,
        put_position,
        delete_position,
        list_agreements,
        create_proposal,
        create_agreement,
    ],
    tags=["chat"],
)
