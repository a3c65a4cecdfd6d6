"""JSON API of tribes: founding, lists, joining, members, moderators and their acts."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from shuke.kit.answers import once
from shuke.kit.db import Db
from shuke.kit.geo import Point
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Unreadable
from shuke.kit.web import AnyRequest
from shuke.people import Viewer, anyone, signed_in, viewer_of
from shuke.tribes import (
    ActPage,
    Interest,
    Joining,
    MemberPage,
    Membership,
    NewTribe,
    Sorting,
    Tribe,
    TribeDraft,
    TribePage,
    Why,
    acts_of,
    allow_back,
    asking,
    change,
    found,
    hand_over,
    join,
    keepers_shown,
    leave,
    let_in,
    members_of,
    mine,
    name_moderator,
    near,
    popular,
    remove,
    tribe_of,
    turn_down,
)

Degrees = Annotated[float | None, msgspec.Meta(ge=-180, le=180)]


@post("/tribes", guards=[signed_in], summary="Found a tribe")
async def create_tribe(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[NewTribe],
) -> Tribe:
    """I keep it. With `merchant_id` it is that shop's own: by its owner or a manager. Refusals: words_missing, words_refused,
    too_many_requests, not_allowed, not_found (a picture of another's), idempotency_key_reused."""

    async def work() -> Tribe:
        return await found(db, viewer.person_id, data)

    return await once(db, viewer.person_id, key, raw, Tribe, work)


@get("/tribes", guards=[signed_in], summary="Tribes")
async def list_tribes(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    listed: FromQuery[Sorting] = "mine",
    interest: FromQuery[Interest | None] = None,
    longitude: FromQuery[Degrees] = None,
    latitude: FromQuery[Degrees] = None,
    cursor: FromQuery[str | None] = None,
) -> TribePage:
    """`listed`: mine, popular (most members first, also of one `interest`), or near a position, at most 50 km away, whole kilometres.
    Refusals: position_missing, cursor_unreadable."""
    if listed == "mine":
        return TribePage(await mine(db, viewer.person_id))
    if listed == "popular":
        return await popular(db, viewer.person_id, interest, cursor)
    if longitude is None or latitude is None or abs(latitude) > 85:
        raise Unreadable("position_missing", _("Say where: longitude and latitude in degrees."))
    return TribePage(await near(db, viewer.person_id, Point(longitude, latitude)))


@get("/tribes/{tribe_id:uuid}", guards=[anyone], summary="A tribe")
async def get_tribe(request: AnyRequest, db: NamedDependency[Db], tribe_id: FromPath[UUID]) -> Tribe:
    """As anybody sees it; `standing` is my own. Refusals: not_found."""
    viewer = viewer_of(request)
    tribe = await tribe_of(db, tribe_id, viewer.person_id if viewer else None)
    if tribe is None:
        raise NotFound
    return tribe


@put("/tribes/{tribe_id:uuid}", guards=[signed_in], summary="Change my tribe")
async def put_tribe(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID], data: JSONBody[TribeDraft]
) -> Tribe:
    """By the founder. Refusals: not_found, not_allowed, words_missing, words_refused."""
    return await change(db, viewer.person_id, tribe_id, data)


@post("/tribes/{tribe_id:uuid}/members", guards=[signed_in], summary="Join a tribe")
async def create_member(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    tribe_id: FromPath[UUID],
    data: JSONBody[Joining],
) -> Membership:
    """I am a member, or with approval `asking`. Refusals: not_found, already_in_tribe, removed_from_tribe, words_refused,
    too_many_requests, idempotency_key_reused."""

    async def work() -> Membership:
        return await join(db, viewer.person_id, tribe_id, data.note)

    return await once(db, viewer.person_id, key, raw, Membership, work)


@delete("/tribes/{tribe_id:uuid}/members", guards=[signed_in], summary="Leave a tribe", status_code=204)
async def delete_member(db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID]) -> None:
    """Also to take a request back. Refusals: not_found, founder_stays."""
    await leave(db, viewer.person_id, tribe_id)


@get("/tribes/{tribe_id:uuid}/members", guards=[signed_in], summary="Members of a tribe")
async def list_members(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    tribe_id: FromPath[UUID],
    cursor: FromQuery[str | None] = None,
) -> MemberPage:
    """For members, by when they came; without people hidden from me. Refusals: not_found, cursor_unreadable."""
    await _inside(db, viewer.person_id, tribe_id)
    return await members_of(db, tribe_id, viewer.person_id, cursor)


async def _inside(db: Db, person_id: UUID, tribe_id: UUID, *, keeping: bool = False) -> Tribe:
    tribe = await tribe_of(db, tribe_id, person_id)
    if tribe is None or not (tribe.keeps_order if keeping else tribe.inside):
        raise NotFound
    return tribe


@get("/tribes/{tribe_id:uuid}/moderators", guards=[signed_in], summary="Who keeps order in a tribe")
async def list_moderators(db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID]) -> MemberPage:
    """The founder and the moderators. Refusals: not_found."""
    if await tribe_of(db, tribe_id, viewer.person_id) is None:
        raise NotFound
    return MemberPage(await keepers_shown(db, tribe_id, viewer.person_id))


@get("/tribes/{tribe_id:uuid}/requests", guards=[signed_in], summary="Who asks to be let in")
async def list_requests(db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID]) -> MemberPage:
    """For moderators. Refusals: not_found."""
    await _inside(db, viewer.person_id, tribe_id, keeping=True)
    return MemberPage(await asking(db, tribe_id, viewer.person_id))


@post("/tribes/{tribe_id:uuid}/members/{person_id:uuid}", guards=[signed_in], summary="Let somebody in", status_code=204)
async def admit_member(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID], person_id: FromPath[UUID]
) -> None:
    """By a moderator, of those who ask. Refusals: not_found, not_allowed."""
    await let_in(db, viewer.person_id, tribe_id, person_id)


@post(
    "/tribes/{tribe_id:uuid}/members/{person_id:uuid}/refusal",
    guards=[signed_in],
    summary="Turn somebody down",
    status_code=204,
)
async def refuse_member(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    tribe_id: FromPath[UUID],
    person_id: FromPath[UUID],
    data: JSONBody[Why],
) -> None:
    """By a moderator, of those who ask; she may ask again. Refusals: not_found, not_allowed."""
    await turn_down(db, viewer.person_id, tribe_id, person_id, data.reason)


@post(
    "/tribes/{tribe_id:uuid}/members/{person_id:uuid}/removal", guards=[signed_in], summary="Remove a member", status_code=204
)
async def remove_member(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    tribe_id: FromPath[UUID],
    person_id: FromPath[UUID],
    data: JSONBody[Why],
) -> None:
    """By a moderator with a reason; moderators by the founder. Refusals: not_found, not_allowed, reason_missing."""
    await remove(db, viewer.person_id, tribe_id, person_id, data.reason)


@delete(
    "/tribes/{tribe_id:uuid}/members/{person_id:uuid}/removal",
    guards=[signed_in],
    summary="Allow somebody back",
    status_code=204,
)
async def allow_member_back(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID], person_id: FromPath[UUID]
) -> None:
    """By a moderator: who was removed may join again. Refusals: not_found, not_allowed."""
    await allow_back(db, viewer.person_id, tribe_id, person_id)


@post("/tribes/{tribe_id:uuid}/moderators/{person_id:uuid}", guards=[signed_in], summary="Name a moderator", status_code=204)
async def create_moderator(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID], person_id: FromPath[UUID]
) -> None:
    """By the founder, of the members. Refusals: not_found, not_allowed."""
    await name_moderator(db, viewer.person_id, tribe_id, person_id)


@delete(
    "/tribes/{tribe_id:uuid}/moderators/{person_id:uuid}", guards=[signed_in], summary="Dismiss a moderator", status_code=204
)
async def delete_moderator(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID], person_id: FromPath[UUID]
) -> None:
    """By the founder. Refusals: not_found, not_allowed."""
    await name_moderator(db, viewer.person_id, tribe_id, person_id, named=False)


@post("/tribes/{tribe_id:uuid}/founder/{person_id:uuid}", guards=[signed_in], summary="Hand my tribe over", status_code=204)
async def create_founder(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID], person_id: FromPath[UUID]
) -> None:
    """By the founder to a member. Refusals: not_allowed."""
    await hand_over(db, viewer.person_id, tribe_id, person_id)


@get("/tribes/{tribe_id:uuid}/acts", guards=[signed_in], summary="Log of the moderators")
async def list_acts(db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID]) -> ActPage:
    """For members: who, when, why, the newest first, at most 100. Refusals: not_found."""
    await _inside(db, viewer.person_id, tribe_id)
    return ActPage(await acts_of(db, tribe_id))


tribe_routes = Router(
    "/api/v1",
    route_handlers=[
        create_tribe,
        list_tribes,
        get_tribe,
        put_tribe,
        create_member,
        delete_member,
        list_members,
        list_moderators,
        list_requests,
        admit_member,
        refuse_member,
        remove_member,
        allow_member_back,
        create_moderator,
        delete_moderator,
        create_founder,
        list_acts,
    ],
    tags=["tribes"],
)
