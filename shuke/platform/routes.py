"""JSON API of the platform's office."""

from typing import Literal
from uuid import UUID

from litestar import Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import Response

from shuke.kit import limits
from shuke.kit.db import Db
from shuke.kit.web import AnyRequest, client_address
from shuke.people import Session, Viewer, anyone, contact_from, open_session, person_for, session_cookie
from shuke.platform.actions import (
    add_operator,
    discard_letter,
    drop_delivery,
    file_visit,
    judge,
    remove_operator,
    resend_letter,
    retry_delivery,
)
from shuke.platform.guards import operator
from shuke.platform.queries import dead_letters, health_report, merchant_file, merchants_listed, operators, photo_of
from shuke.platform.set_up import check_token, demand_open, make_first_operator
from shuke.platform.types import (
    DeadLetters,
    Decision,
    HealthReport,
    MerchantFile,
    MerchantPage,
    NewOperator,
    Operator,
    SetUp,
    Status,
    VisitReport,
)


@get("/merchants", guards=[operator], summary="Merchants by status")
async def list_merchants(
    db: NamedDependency[Db],
    status: FromQuery[Status | Literal[""]] = "submitted",
    name: FromQuery[str] = "",
    after: FromQuery[UUID | None] = None,
) -> MerchantPage:
    """The vetting queue by default, the longest known first. Refusals: not_operator."""
    return await merchants_listed(db, status, name, after)


@get("/merchants/{merchant_id:uuid}", guards=[operator], summary="One merchant with its grounds and log")
async def get_merchant(db: NamedDependency[Db], merchant_id: FromPath[UUID]) -> MerchantFile:
    """Refusals: not_found, not_operator."""
    return await merchant_file(db, merchant_id)


@get(
    "/merchants/{merchant_id:uuid}/photos/{photo_id:uuid}",
    guards=[operator],
    summary="A photo or licence of a merchant",
    media_type="image/jpeg",
)
async def get_photo(db: NamedDependency[Db], merchant_id: FromPath[UUID], photo_id: FromPath[UUID]) -> Response[bytes]:
    """Refusals: not_found, not_operator."""
    photo = await photo_of(db, merchant_id, photo_id)
    return Response(photo.body, media_type=photo.content_type, headers={"cache-control": "private, max-age=3600"})


@post("/merchants/{merchant_id:uuid}/decisions", guards=[operator], summary="Approve, refuse, suspend or reinstate a merchant")
async def create_decision(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], data: JSONBody[Decision]
) -> MerchantFile:
    """Refusals: not_found, wrong_step, reason_missing, not_operator."""
    await judge(db, viewer.person_id, merchant_id, data.step, data.reason)
    return await merchant_file(db, merchant_id)


@post("/merchants/{merchant_id:uuid}/visit-reports", guards=[operator], summary="File a report of a visit")
async def create_visit_report(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], data: JSONBody[VisitReport]
) -> MerchantFile:
    """Refusals: not_found, reason_missing, not_operator."""
    await file_visit(db, viewer.person_id, merchant_id, data.text)
    return await merchant_file(db, merchant_id)


@get("/dead-letters", guards=[operator], summary="Reactions and letters that were given up")
async def list_dead_letters(db: NamedDependency[Db], before: FromQuery[int | None] = None) -> DeadLetters:
    """Refusals: not_operator."""
    return await dead_letters(db, before)


@post("/dead-letters/{event_id:int}/{reaction:str}/retry", guards=[operator], summary="Retry a dead reaction", status_code=204)
async def retry_dead_letter(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], event_id: FromPath[int], reaction: FromPath[str]
) -> None:
    """Refusals: not_found, not_operator."""
    await retry_delivery(db, viewer.person_id, event_id, reaction)


@delete("/dead-letters/{event_id:int}/{reaction:str}", guards=[operator], summary="Drop a dead reaction")
async def delete_dead_letter(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], event_id: FromPath[int], reaction: FromPath[str]
) -> None:
    """Refusals: not_found, not_operator."""
    await drop_delivery(db, viewer.person_id, event_id, reaction)


@post("/failed-letters/{letter_id:uuid}/retry", guards=[operator], summary="Send a failed letter again", status_code=204)
async def retry_failed_letter(db: NamedDependency[Db], viewer: NamedDependency[Viewer], letter_id: FromPath[UUID]) -> None:
    """Refusals: not_found, not_operator."""
    await resend_letter(db, viewer.person_id, letter_id)


@delete("/failed-letters/{letter_id:uuid}", guards=[operator], summary="Drop a failed letter")
async def delete_failed_letter(db: NamedDependency[Db], viewer: NamedDependency[Viewer], letter_id: FromPath[UUID]) -> None:
    """Refusals: not_found, not_operator."""
    await discard_letter(db, viewer.person_id, letter_id)


@get("/health", guards=[operator], summary="How the installation is")
async def get_health(db: NamedDependency[Db]) -> HealthReport:
    """Refusals: not_operator."""
    return await health_report(db)


@get("/operators", guards=[operator], summary="Who operates the installation")
async def list_operators(db: NamedDependency[Db]) -> list[Operator]:
    """Refusals: not_operator."""
    return await operators(db)


@post("/operators", guards=[operator], summary="Let somebody operate the installation")
async def create_operator(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: JSONBody[NewOperator]
) -> list[Operator]:
    """Refusals: contact_unreadable, no_account, not_operator."""
    await add_operator(db, viewer.person_id, data.contact)
    return await operators(db)


@delete("/operators/{person_id:uuid}", guards=[operator], summary="Take the office away from somebody")
async def delete_operator(db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID]) -> None:
    """Refusals: not_found, last_operator, not_operator."""
    await remove_operator(db, viewer.person_id, person_id)


@post("/setup", guards=[anyone], summary="Make the first operator of an empty installation")
async def create_set_up(request: AnyRequest, db: NamedDependency[Db], data: JSONBody[SetUp]) -> Response[Session]:
    """With the token that the server printed. Refusals: not_found (set up already), set_up_token_wrong, contact_unreadable."""
    session = await set_up(request, db, data)
    return Response(session, status_code=201, cookies=[session_cookie(session)])


async def set_up(request: AnyRequest, db: Db, given: SetUp) -> Session:
    """The first operator's account and session; the server's console vouches for the contact."""
    await demand_open(db)
    await limits.at_most(db, f"set-up:{client_address(request)}", 20, limits.HOUR)
    contact = contact_from(given.contact)
    await check_token(db, given.token)
    person_id, fresh = await person_for(db, contact, given.name)
    await make_first_operator(db, person_id)
    return await open_session(db, person_id, request.headers.get("user-agent", ""), client_address(request), new_person=fresh)


routes = Router(
    "/api/v1/platform",
    route_handlers=[
        list_merchants,
        get_merchant,
        get_photo,
        create_decision,
        create_visit_report,
        list_dead_letters,
        retry_dead_letter,
        delete_dead_letter,
        retry_failed_letter,
        delete_failed_letter,
        get_health,
        list_operators,
        create_operator,
        delete_operator,
        create_set_up,
    ],
    tags=["platform"],
)
