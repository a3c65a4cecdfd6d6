"""JSON API of members' groups, for people: seeing them, joining, coming to activities."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler

from shuke.clubs.actions import come, join, leave, stay_away
from shuke.clubs.lists import groups_near, own_groups
from shuke.clubs.queries import activities_of, activity_of, group_of, groups_of, people_in, who_comes
from shuke.clubs.types import Activities, Activity, Asked, GroupsNear, MemberGroup, MemberGroups, PeopleIn
from shuke.kit.answers import once
from shuke.kit.db import Db
from shuke.kit.geo import Point, on_earth
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Unreadable
from shuke.kit.web import AnyRequest
from shuke.people import Viewer, anyone, signed_in, viewer_of

Degrees = Annotated[float, msgspec.Meta(ge=-180, le=180)]
ONE = "/merchants/{merchant_id:uuid}/groups/{group_id:uuid}"
ACTIVITY = f"{ONE}/activities/{{activity_id:uuid}}"


def viewer_id_of(request: AnyRequest) -> UUID | None:
    """Who looks, if anybody is signed in."""
    viewer = viewer_of(request)
    return viewer.person_id if viewer else None


@get("/clubs", guards=[signed_in], summary="The members' groups that I am in")
async def list_own_groups(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> MemberGroups:
    """Of all merchants, the last joined first; closed ones last."""
    return MemberGroups(await own_groups(db, viewer.person_id))


@get("/clubs/near", guards=[anyone], summary="Members' groups near a position")
async def list_groups_near(
    request: AnyRequest, db: NamedDependency[Db], longitude: FromQuery[Degrees], latitude: FromQuery[Degrees]
) -> GroupsNear:
    """Open groups of merchants with a store within 20 km, the nearest first. Refusals: position_missing."""
    point = Point(longitude, latitude)
    if not on_earth(point):
        raise Unreadable("position_missing", _("Say where: longitude and latitude in degrees."))
    return GroupsNear(await groups_near(db, viewer_id_of(request), point))


@get("/merchants/{merchant_id:uuid}/groups", guards=[anyone], summary="A merchant's groups of members")
async def list_groups(
    request: AnyRequest, db: NamedDependency[Db], merchant_id: FromPath[UUID], store_id: FromQuery[UUID | None] = None
) -> MemberGroups:
    """All open ones, or those that concern one store; with closed ones for who is in them and for staff."""
    return MemberGroups(await groups_of(db, merchant_id, viewer_id_of(request), None, store_id))


@get(ONE, guards=[anyone], summary="A group of members")
async def get_group(
    request: AnyRequest, db: NamedDependency[Db], merchant_id: FromPath[UUID], group_id: FromPath[UUID]
) -> MemberGroup:
    """What it is, how many are in it, whether I may join. Refusals: not_found."""
    return await group_of(db, merchant_id, group_id, viewer_id_of(request))


@post(f"{ONE}/members", guards=[signed_in], summary="Join a group of members")
async def create_member(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    merchant_id: FromPath[UUID],
    group_id: FromPath[UUID],
) -> MemberGroup:
    """I am in it and in its conversation; again changes nothing. Refusals: not_found, group_closed, put_out, members_only, tier_too_low,
    too_many_requests, idempotency_key_reused."""

    async def work() -> MemberGroup:
        return await join(db, viewer.person_id, merchant_id, group_id)

    return await once(db, viewer.person_id, key, raw + group_id.bytes, MemberGroup, work)


@delete(f"{ONE}/members", guards=[signed_in], summary="Leave a group of members", status_code=204)
async def delete_member(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], group_id: FromPath[UUID]
) -> None:
    """My places at what is to come are free again. Refusals: not_found."""
    await leave(db, viewer.person_id, merchant_id, group_id)


@get(f"{ONE}/members", guards=[signed_in], summary="Who is in a group of members")
async def list_members(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], group_id: FromPath[UUID]
) -> PeopleIn:
    """For who is in it and for staff; without people hidden from me. Refusals: not_found."""
    return await people_in(db, await group_of(db, merchant_id, group_id, viewer.person_id), viewer.person_id)


@get(f"{ONE}/activities", guards=[anyone], summary="Activities of a group of members")
async def list_activities(
    request: AnyRequest, db: NamedDependency[Db], merchant_id: FromPath[UUID], group_id: FromPath[UUID]
) -> Activities:
    """What is to come, and the last that was. Refusals: not_found."""
    viewer_id = viewer_id_of(request)
    await group_of(db, merchant_id, group_id, viewer_id)
    return Activities(
        await activities_of(db, merchant_id, viewer_id, Asked(group_id=group_id)),
        await activities_of(db, merchant_id, viewer_id, Asked(group_id=group_id, past=True, most=20)),
    )


@post(f"{ACTIVITY}/comings", guards=[signed_in], summary="Say that I come")
async def create_coming(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    group_id: FromPath[UUID],
    activity_id: FromPath[UUID],
) -> Activity:
    """One place; said again it is the same one. Refusals: not_found, members_only, activity_full, activity_over, activity_cancelled,
    too_many_requests."""
    return await come(db, viewer.person_id, merchant_id, group_id, activity_id)


@delete(f"{ACTIVITY}/comings", guards=[signed_in], summary="Take back that I come", status_code=200)
async def delete_coming(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    group_id: FromPath[UUID],
    activity_id: FromPath[UUID],
) -> Activity:
    """My place is free again. Refusals: not_found, activity_over."""
    return await stay_away(db, viewer.person_id, merchant_id, group_id, activity_id)


@get(f"{ACTIVITY}/comings", guards=[signed_in], summary="Who comes to an activity")
async def list_comings(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    group_id: FromPath[UUID],
    activity_id: FromPath[UUID],
) -> PeopleIn:
    """For who is in the group and for staff; without people hidden from me. Refusals: not_found."""
    activity = await activity_of(db, merchant_id, group_id, activity_id, viewer.person_id)
    return await who_comes(db, activity, viewer.person_id)


FOR_PEOPLE: list[ControllerRouterHandler] = [
    list_own_groups,
    list_groups_near,
    list_groups,
    get_group,
    create_member,
    delete_member,
    list_members,
    list_activities,
    create_coming,
    delete_coming,
    list_comings,
]
