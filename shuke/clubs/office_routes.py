"""JSON API of members' groups, for the shop's staff: opening, changing, closing, inviting."""

from uuid import UUID

from litestar import Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from shuke.clubs.office import call_off, change_club, close_club, invite, let_in_again, open_club
from shuke.clubs.queries import group_of, put_out_of
from shuke.clubs.routes import FOR_PEOPLE
from shuke.clubs.types import Activity, MemberGroup, NewActivity, NewMemberGroup, PeopleIn
from shuke.kit.answers import once
from shuke.kit.db import Db
from shuke.merchants import Acting, staff_with

STAFF = [staff_with("deals")]
HERE = "/merchants/{merchant_id:uuid}"


@post(f"{HERE}/groups", guards=STAFF, summary="Open a group of members")
async def create_group(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[NewMemberGroup],
) -> MemberGroup:
    """With a conversation, which I am in as staff. Refusals: not_found, not_allowed, words_refused, too_many_requests,
    idempotency_key_reused."""

    async def work() -> MemberGroup:
        return await open_club(db, acting, data)

    return await once(db, acting.person_id, key, raw + acting.merchant_id.bytes, MemberGroup, work)


@put(f"{HERE}/groups/{{group_id:uuid}}", guards=STAFF, summary="Change a group of members")
async def put_group(
    db: NamedDependency[Db], acting: NamedDependency[Acting], group_id: FromPath[UUID], data: JSONBody[NewMemberGroup]
) -> MemberGroup:
    """Other words, another store or tier; who is in stays in. Refusals: not_found, not_allowed, group_closed, words_refused."""
    return await change_club(db, acting, group_id, data)


@post(f"{HERE}/groups/{{group_id:uuid}}/closing", guards=STAFF, summary="Close a group of members", status_code=204)
async def create_closing(db: NamedDependency[Db], acting: NamedDependency[Acting], group_id: FromPath[UUID]) -> None:
    """What was said can be read; what was to come is called off. Refusals: not_found, not_allowed, group_closed."""
    await close_club(db, acting, group_id)


@get(f"{HERE}/groups/{{group_id:uuid}}/put-out", guards=STAFF, summary="Whom staff put out of a group")
async def list_put_out(db: NamedDependency[Db], acting: NamedDependency[Acting], group_id: FromPath[UUID]) -> PeopleIn:
    """They can't join by themselves. Refusals: not_found, not_allowed."""
    return await put_out_of(db, await group_of(db, acting.merchant_id, group_id, acting.person_id), acting.person_id)


@delete(
    f"{HERE}/groups/{{group_id:uuid}}/put-out/{{person_id:uuid}}",
    guards=STAFF,
    summary="Let somebody join a group again",
    status_code=204,
)
async def delete_put_out(
    db: NamedDependency[Db], acting: NamedDependency[Acting], group_id: FromPath[UUID], person_id: FromPath[UUID]
) -> None:
    """Whom staff put out of it. Refusals: not_found, not_allowed."""
    await let_in_again(db, acting, group_id, person_id)


@post(f"{HERE}/groups/{{group_id:uuid}}/activities", guards=STAFF, summary="Invite a group to an activity")
async def create_activity(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    group_id: FromPath[UUID],
    data: JSONBody[NewActivity],
) -> Activity:
    """The group reads it in its conversation. Refusals: not_found, not_allowed, group_closed, time_unreadable, words_refused,
    too_many_requests, idempotency_key_reused."""

    async def work() -> Activity:
        return await invite(db, acting, group_id, data)

    return await once(db, acting.person_id, key, raw + group_id.bytes, Activity, work)


@post(
    f"{HERE}/groups/{{group_id:uuid}}/activities/{{activity_id:uuid}}/cancellation",
    guards=STAFF,
    summary="Call an activity off",
)
async def create_cancellation(
    db: NamedDependency[Db], acting: NamedDependency[Acting], group_id: FromPath[UUID], activity_id: FromPath[UUID]
) -> Activity:
    """The group reads it in its conversation. Refusals: not_found, not_allowed, activity_over, activity_cancelled."""
    return await call_off(db, acting, group_id, activity_id)


club_routes = Router(
    "/api/v1",
    route_handlers=[
        *FOR_PEOPLE,
        create_group,
        put_group,
        create_closing,
        list_put_out,
        delete_put_out,
        create_activity,
        create_cancellation,
    ],
    tags=["clubs"],
)
